import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { LocalServer } from '../../server';
import { command as commandAt, type CommandOptions } from '../support/command';
import { localServer, POOL } from '../support/local';

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

const command = (script: string, args: string[], options: CommandOptions = {}) =>
  commandAt(server.endpoint, script, args, options);
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
}, 120_000);

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
}, 120_000);

it('writes to standard output', async () => {
  seed(2);
  const { code, stdout, stderr } = await exportTo('-', '--dataset', 'dataset-1');
  expect(code).toBe(0);
  expect(rowsOf(stdout)).toHaveLength(6);
  expect(JSON.parse(stderr.trim().split('\n').at(-1) ?? '')).toMatchObject({ Records: 6 });
}, 120_000);

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
    120_000,
  );
});

it('leaves nothing behind when it fails before its first line, so that it can be begun anew', async () => {
  seed(1);
  server.faults.next({
    kind: 'error',
    operation: 'ListIdentities',
    name: 'AccessDeniedException',
    status: 403,
    message: 'no',
  });
  const target = path.join(folder, 'new');
  const { code, stderr } = await exportTo(target, '--format', 'csv');
  expect([code, stderr]).toEqual([1, expect.stringContaining('AccessDeniedException: no')]);
  expect(fs.existsSync(target)).toBe(false);
  expect((await exportTo(target, '--format', 'csv')).code).toBe(0);
  expect(fs.readdirSync(target).sort()).toEqual(['export-state.json', 'records.csv']);
}, 120_000);

it.each([
  [['--since', 'yesterday'], 'ModifiedSince must be a date and time'],
  [['--concurrency', '11'], 'Expected a whole number from 1 to 10.'],
  [['--format', 'xml'], 'Allowed choices are ndjson, csv, dynamodb-json, sqlite.'],
])(
  'refuses %j',
  async (more, problem) => {
    const { code, stderr } = await exportTo(folder, ...more);
    expect([code, stderr]).toEqual([1, expect.stringContaining(problem)]);
  },
  120_000,
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
  }, 120_000);

  it.each([
    ['from a file', (csv: string) => [['--in', csv], undefined] as const],
    ['from standard input', (csv: string) => [['--in', '-', '--format', 'csv'], fs.readFileSync(csv, 'utf8')] as const],
  ])(
    'may go by way of CSV, %s',
    async (_, inputOf) => {
      const [id = ''] = seed(3);
      const where = { IdentityPoolId: POOL, IdentityId: id, DatasetName: 'awkward' };
      server.control.write(where, { 'a "b", c': 'line 1\r\nline 2\n', comma: ',', blank: '', gone: 'x', 'ü😀': '"' });
      server.control.write(where, { gone: null });
      await exportTo(folder, '--format', 'csv');
      const [args, input] = inputOf(path.join(folder, 'records.csv'));
      const imported = await command('import', ['--pool', OTHER, ...args], input === undefined ? {} : { input });
      expect([imported.code, imported.stderr]).toEqual([0, '']);
      const copies = await command('export', ['--pool', OTHER, '--out', '-']);
      const originals = await command('export', ['--pool', POOL, '--out', '-']);
      expect(contentOf(copies.stdout)).toEqual(contentOf(originals.stdout));
      expect(contentOf(copies.stdout)).toHaveLength(18 + 4);
    },
    120_000,
  );

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
  }, 120_000);

  it('says which lines could not be written, writes the others, and exits with 1', async () => {
    const line = (DatasetName: string) =>
      JSON.stringify({ IdentityId: 'us-east-1:0', DatasetName, Key: 'k', Value: 'v' });
    const input = [line('a'), line('..'), line('b')].join('\n');
    const { code, stdout, stderr } = await command('import', ['--pool', OTHER, '--in', '-'], { input });
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ DatasetsWritten: 2, DatasetsFailed: 1 });
    expect(stderr).toContain('line 2: import: InvalidInput: DatasetName must be a dataset name');
  }, 120_000);

  const row = (members: object) =>
    JSON.stringify({ IdentityId: 'us-east-1:0', DatasetName: 'd', Key: 'k', Value: 'v', ...members });
  const csv = (...lines: string[]) => ['IdentityId,DatasetName,Key,Value', ...lines].join('\r\n');
  it.each([
    [
      'a value is missing',
      [row({}), row({ Key: 'l', Value: undefined })].join('\n'),
      'line 2: import: InvalidInput: Value is required',
    ],
    [
      'a value is a number',
      [row({}), '', row({ Key: 'l', Value: 5 })].join('\n'),
      'line 3: import: InvalidInput: l must be text or null',
    ],
    [
      'a key comes twice',
      [row({}), row({ Key: 'l' }), row({})].join('\n'),
      'line 3: import: InvalidInput: Key repeats the key',
    ],
    [
      'a key is too long',
      [row({}), row({ Key: 'l'.repeat(1025) })].join('\n'),
      'line 2: import: InvalidInput: has a key of 1025',
    ],
    [
      'a Change is unknown',
      [row({}), row({ Change: 'deleted' })].join('\n'),
      'Line 2 has a Change that is neither updated nor removed',
    ],
    ['a field of CSV is missing', csv('us-east-1:0,d,k,v', 'us-east-1:0,d,k'), /no CSV: .*on line 3/],
    ['a quote of CSV is open', csv('us-east-1:0,d,k,"v'), /no CSV: .*line 2/],
    [
      'a key of CSV comes twice, after a value of two lines',
      csv('us-east-1:0,d,k,"v\nw"', 'us-east-1:0,d,k,v'),
      'line 4: import: InvalidInput: Key repeats',
    ],
    [
      'a column of CSV is missing',
      'IdentityId,DatasetName,Value\nx,y,z',
      'Line 1 must name the columns; there is no Key',
    ],
  ])(
    'names the line where %s',
    async (_, input, problem) => {
      const format = input.startsWith('{') ? 'ndjson' : 'csv';
      const { code, stderr } = await command('import', ['--pool', OTHER, '--in', '-', '--format', format], { input });
      expect([code, stderr]).toEqual([
        1,
        typeof problem === 'string' ? expect.stringContaining(problem) : expect.stringMatching(problem),
      ]);
      expect(server.calls('UpdateRecords')).toBe(0);
    },
    120_000,
  );

  it('--mode replace refuses the second part of a dataset, which would remove the first one', async () => {
    const input = [row({ Key: 'a' }), row({ DatasetName: 'e' }), row({ Key: 'b' })].join('\n');
    const { code, stderr } = await command('import', ['--pool', OTHER, '--in', '-', '--mode', 'replace'], { input });
    expect([code, stderr]).toEqual([1, expect.stringContaining('line 3: us-east-1:0/d appears a second time')]);
    const where = { IdentityPoolId: OTHER, IdentityId: 'us-east-1:0', DatasetName: 'd' };
    expect(server.control.read(where)).toEqual({ a: 'v' });
  }, 120_000);

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
    120_000,
  );
});
