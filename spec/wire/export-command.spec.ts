import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { LocalServer } from '../../server';
import { KEYS, localServer, POOL } from '../support/local';

const ROOT = path.join(__dirname, '..', '..');
const OTHER = 'us-east-1:00000000-0000-4000-8000-000000000002';
const THIRD = 'us-east-1:00000000-0000-4000-8000-000000000003';
let server: LocalServer;
let folder: string;
beforeEach(async () => {
  server = await localServer({ pools: [POOL, OTHER, THIRD] });
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'export-'));
});
afterEach(async () => {
  fs.rmSync(folder, { recursive: true, force: true });
  await server.stop();
});

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one of the repository's commands; `killAt` is the line on standard error after which it is killed. */
function command(script: string, args: string[], { killAt = 0, input = '' } = {}): Promise<Ended> {
  const child = spawn(process.execPath, ['-r', 'ts-node/register/transpile-only', `scripts/${script}.ts`, ...args], {
    cwd: ROOT,
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      AWS_ACCESS_KEY_ID: KEYS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: KEYS.secretAccessKey,
      COGNITO_SYNC_ENDPOINT: server.endpoint,
    },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
    if (killAt > 0 && stderr.split('\n').length > killAt) child.kill('SIGKILL');
  });
  child.stdin.end(input);
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
}

const exportTo = (out: string, ...more: string[]) => command('export', ['--pool', POOL, '--out', out, ...more]);
const rowsOf = (text: string) =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, any>);
const contentOf = (text: string) =>
  rowsOf(text)
    .map(({ IdentityId, DatasetName, Key, Value }) => JSON.stringify([IdentityId, DatasetName, Key, Value]))
    .sort();
const seed = (identities: number, datasetsPerIdentity = 2, recordsPerDataset = 3) =>
  server.seed({ pool: POOL, identities, datasetsPerIdentity, recordsPerDataset });
const records = () => fs.readFileSync(path.join(folder, 'records.ndjson'), 'utf8');

it('writes one line for each record, and totals', async () => {
  const ids = seed(3);
  const { code, stdout, stderr } = await exportTo(folder);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    Identities: 3,
    Datasets: 6,
    Records: 18,
    Removed: 0,
    Bytes: 18 * 37,
    Unchanged: 0,
    Skipped: [],
  });
  expect(stderr).toBe('3 identities, 6 datasets, 18 records\n');
  const rows = rowsOf(records());
  expect(rows).toHaveLength(18);
  expect(rows[0]).toMatchObject({
    Change: 'updated',
    IdentityId: ids[0],
    DatasetName: 'dataset-0',
    Key: 'key-0',
    SyncCount: 1,
  });
}, 30_000);

it('writes CSV as RFC 4180 has it', async () => {
  const where = {
    IdentityPoolId: POOL,
    IdentityId: 'us-east-1:00000000-0000-4000-8000-00000000000a',
    DatasetName: 'd',
  };
  server.control.write(where, { plain: 'x', awkward: 'a "quoted", value\r\nof two lines' });
  const { code } = await exportTo(folder, '--format', 'csv');
  expect(code).toBe(0);
  const [header, ...lines] = fs.readFileSync(path.join(folder, 'records.csv'), 'utf8').split(/\r\n(?=updated|$)/);
  expect(header).toBe(
    'Change,IdentityId,DatasetName,Key,Value,SyncCount,LastModifiedDate,LastModifiedBy,DeviceLastModifiedDate',
  );
  expect(lines[0]).toContain(`${where.IdentityId},d,awkward,"a ""quoted"", value\r\nof two lines",1,`);
  expect(lines[1]).toContain(',plain,x,1,');
}, 30_000);

it('writes to standard output', async () => {
  seed(2);
  const { code, stdout, stderr } = await exportTo('-', '--dataset', 'dataset-1');
  expect(code).toBe(0);
  expect(rowsOf(stdout)).toHaveLength(6);
  expect(JSON.parse(stderr.trim().split('\n').at(-1) ?? '')).toMatchObject({ Records: 6 });
}, 30_000);

it('loses and doubles nothing when it is killed again and again', async () => {
  seed(1900, 1, 1);
  let kills = 0;
  let ended = await command('export', ['--pool', POOL, '--out', folder], { killAt: 1 });
  while (ended.code === null && kills < 10) {
    kills++;
    // What a crash between the lines and the state leaves behind.
    fs.appendFileSync(path.join(folder, 'records.ndjson'), '{"IdentityId":"half a li');
    ended = await command('export', ['--pool', POOL, '--out', folder, '--resume'], { killAt: 1 });
  }
  expect(ended.code).toBe(0);
  expect(kills).toBeGreaterThanOrEqual(2);
  const ids = rowsOf(records()).map(({ IdentityId }) => IdentityId as string);
  expect(ids).toHaveLength(1900);
  expect(new Set(ids).size).toBe(1900);
  expect(JSON.parse(ended.stdout)).toMatchObject({ Identities: 1900, Records: 1900 });
}, 120_000);

describe('a folder that holds an export already', () => {
  it.each([
    ['is not overwritten', [], 'holds a complete export: choose another folder'],
    [
      'is not mixed with another one',
      ['--resume', '--dataset', 'x'],
      'holds the export of another pool, format or filter',
    ],
  ])(
    '%s',
    async (_, more, problem) => {
      seed(1);
      await exportTo(folder);
      const before = records();
      const { code, stderr } = await exportTo(folder, ...more);
      expect([code, stderr]).toEqual([1, expect.stringContaining(problem)]);
      expect(records()).toBe(before);
    },
    30_000,
  );
});

it.each([
  [['--since', 'yesterday'], 'ModifiedSince must be a date and time'],
  [['--concurrency', '11'], 'Expected a whole number from 1 to 10.'],
  [['--format', 'xml'], 'Allowed choices are ndjson, csv.'],
])(
  'refuses %j',
  async (more, problem) => {
    const { code, stderr } = await exportTo(folder, ...more);
    expect([code, stderr]).toEqual([1, expect.stringContaining(problem)]);
  },
  30_000,
);

describe('a copy of a pool', () => {
  it('holds the same records: export, import, export', async () => {
    const ids = seed(12);
    const where = { IdentityPoolId: POOL, IdentityId: ids[4] ?? '', DatasetName: 'awkward' };
    server.control.write(where, {
      'ключ "ü" 😀': ' line 1\nline 2\u2028\\ ',
      ['__proto__']: 'x',
      blank: '',
      gone: 'x',
    });
    server.control.write(where, { gone: null });
    await exportTo(folder);
    const first = records();
    const imported = await command('import', ['--pool', OTHER, '--in', path.join(folder, 'records.ndjson')]);
    expect([imported.code, JSON.parse(imported.stdout)]).toEqual([
      0,
      {
        Datasets: 25,
        Records: rowsOf(first).length,
        DatasetsWritten: 25,
        DatasetsUnchanged: 0,
        DatasetsUnmapped: 0,
        DatasetsFailed: 0,
        Failures: [],
      },
    ]);
    const again = await command('export', ['--pool', OTHER, '--out', '-']);
    expect(contentOf(again.stdout)).toEqual(contentOf(first));

    const repeated = await command('import', ['--pool', OTHER, '--in', '-'], { input: first });
    expect(JSON.parse(repeated.stdout)).toMatchObject({ DatasetsWritten: 0, DatasetsUnchanged: 25 });
  }, 60_000);

  it('gives users their new identities by a map, and leaves others out', async () => {
    const [one = '', two = ''] = seed(2, 1, 1);
    const target = 'us-east-1:00000000-0000-4000-8000-0000000000ff';
    await exportTo(folder);
    const map = path.join(folder, 'map.json');
    fs.writeFileSync(map, JSON.stringify({ [two]: target }));
    const { stdout } = await command('import', [
      '--pool',
      THIRD,
      '--in',
      path.join(folder, 'records.ndjson'),
      '--map',
      map,
    ]);
    expect(JSON.parse(stdout)).toMatchObject({ DatasetsWritten: 1, DatasetsUnmapped: 1 });
    expect(server.control.read({ IdentityPoolId: THIRD, IdentityId: target, DatasetName: 'dataset-0' })).toBeDefined();
    expect(server.control.read({ IdentityPoolId: THIRD, IdentityId: one, DatasetName: 'dataset-0' })).toBeUndefined();
  }, 30_000);

  it('says which lines could not be written, writes the others, and exits with 1', async () => {
    const line = (DatasetName: string) =>
      JSON.stringify({ IdentityId: 'us-east-1:0', DatasetName, Key: 'k', Value: 'v' });
    const input = [line('a'), line('..'), line('b')].join('\n');
    const { code, stdout, stderr } = await command('import', ['--pool', OTHER, '--in', '-'], { input });
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ DatasetsWritten: 2, DatasetsFailed: 1 });
    expect(stderr).toContain('line 2: import: InvalidInput: DatasetName must be a dataset name');
  }, 30_000);

  it.each([
    ['no JSON', 'x', 'Line 1 is not JSON'],
    ['no record', '[]', 'Line 1 must be an object with IdentityId, DatasetName and Key'],
    ['nothing', 'null', 'Line 1 must be an object'],
  ])(
    'refuses a line that is %s',
    async (_, input, problem) => {
      const { code, stderr } = await command('import', ['--pool', OTHER, '--in', '-'], { input });
      expect([code, stderr]).toEqual([1, expect.stringContaining(problem)]);
    },
    30_000,
  );
});
