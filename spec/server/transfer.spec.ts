import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { DeleteDatasetCommand } from '@aws-sdk/client-cognito-sync';
import type { LocalServer } from '../../server';
import { splitLines } from '../../server/control/lines';
import { command } from '../support/command';
import { DATASET, IDENTITY, localServer, POOL } from '../support/local';
import { bareServer } from '../support/process';
import { DatasetClient, put, remove, syncClient } from '../support/server';

const OTHER_POOL = 'us-east-1:00000000-0000-4000-8000-000000000002';
const DAY_MS = 86_400_000;

let folder: string;
let now: number;
let server: LocalServer;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cognito-sync-transfer-'));
  now = Date.parse('2026-03-01T12:00:00.123Z');
  server = await localServer({ pools: [POOL, OTHER_POOL], now: () => now, maxSkewMs: 1e12 });
});
afterEach(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

const identity = (n: number) => `us-east-1:0000000${n}-0000-4000-8000-00000000000${n}`;

/** Identities, datasets and keys out of order, of many days, with holes and oddities. */
async function fill(): Promise<void> {
  const write = (n: number, DatasetName: string, values: Record<string, string | null>) => {
    now += DAY_MS + 17;
    server.control.write({ IdentityPoolId: POOL, IdentityId: identity(n), DatasetName }, values);
  };
  write(7, 'settings', { zeta: '1', alpha: 'ü\n"\\', 'Key ': '' });
  write(3, 'profile', { town: 'Köln', ['__proto__']: 'x', constructor: 'y', lone: '\ud800' });
  write(7, 'profile', { a: '1', b: '2', c: '3' });
  write(7, 'profile', { b: null, c: '4'.repeat(3000) });
  write(1, 'a.b:c-d', { only: 'removed' });
  write(1, 'a.b:c-d', { only: null });
  write(3, 'gone', { x: '1' });
  server.control.addIdentity(POOL, identity(5));
  const gone = { IdentityPoolId: POOL, IdentityId: identity(3), DatasetName: 'gone' };
  await syncClient(server).send(new DeleteDatasetCommand(gone));
  const device = new DatasetClient(syncClient(server), { ...DATASET, IdentityId: identity(2), DatasetName: 'profile' });
  await device.write({ ...put('phone', '1'), DeviceLastModifiedDate: new Date(now - 5 * DAY_MS) });
  await device.write(remove('phone', 1));
}

async function exported(pool?: string): Promise<string> {
  const response = await fetch(`${server.endpoint}/_local/export${pool ? `?IdentityPoolId=${pool}` : ''}`);
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/x-ndjson']);
  return response.text();
}

async function imported(lines: string, pool?: string) {
  const path = `/_local/import${pool ? `?IdentityPoolId=${pool}` : ''}`;
  const response = await fetch(server.endpoint + path, { method: 'POST', body: lines });
  return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
}

const line = (members: object) => `${JSON.stringify({ IdentityId: IDENTITY, DatasetName: 'profile', ...members })}\n`;

describe('an export over the control', () => {
  it.each<[string, string[], (line: string) => boolean]>([
    [', and the removed records besides', [], (each) => !each.startsWith('{"Change":"removed"')],
    [' --since the beginning', ['--since', '2000-01-01T00:00:00Z'], () => true],
  ])(
    'has the very lines of npm run export%s',
    async (_, args, isThere) => {
      await fill();
      const { stdout, code } = await command(server.endpoint, 'export', ['--pool', POOL, '--out', '-', ...args]);
      expect(code).toBe(0);
      expect((await exported()).split('\n').filter(isThere)).toEqual(stdout.split('\n'));
      expect(stdout.split('\n').length).toBeGreaterThan(9);
    },
    60_000,
  );

  it('of many identities comes in order and whole, while they are written to', async () => {
    const ids = server.seed({ identities: 230, datasetsPerIdentity: 2, recordsPerDataset: 3 });
    const [text] = await Promise.all([exported(), new DatasetClient(syncClient(server)).write(put('a', '1'))]);
    const seen = text
      .trim()
      .split('\n')
      .map((each) => (JSON.parse(each) as { IdentityId: string }).IdentityId)
      .filter((id) => id !== IDENTITY);
    expect(seen).toHaveLength(230 * 6);
    expect([...new Set(seen)]).toEqual([...ids].sort());
  });

  it('is of the pool that it is asked for', async () => {
    await fill();
    expect(await exported(OTHER_POOL)).toBe('');
    const response = await fetch(`${server.endpoint}/_local/export?IdentityPoolId=us-east-1:0`);
    expect([response.status, await response.json()]).toEqual([
      400,
      { error: 'InvalidInput', message: 'IdentityPoolId: expected a pool of this server, got us-east-1:0' },
    ]);
  });
});

describe('an import over the control', () => {
  it('brings an export back as it was, counts, dates and removed records too', async () => {
    await fill();
    const before = await exported();
    await server.reset();
    expect(await exported()).toBe('');
    expect(await imported(before)).toEqual({
      status: 200,
      answer: { Datasets: 5, Records: 12, DatasetsWritten: 5, DatasetsUnchanged: 0 },
    });
    expect(await exported()).toBe(before);
    const client = new DatasetClient(syncClient(server), {
      ...DATASET,
      IdentityId: identity(7),
      DatasetName: 'profile',
    });
    await client.write(put('c', 'new', 2));
    expect((await client.records())['c']).toEqual([3, 'new']);
  });

  it('done twice changes nothing', async () => {
    await fill();
    const before = await exported();
    expect((await imported(before)).answer).toMatchObject({ DatasetsWritten: 0, DatasetsUnchanged: 5 });
    expect(await exported()).toBe(before);
  });

  it('takes what npm run export wrote of another pool, and npm run import takes its own', async () => {
    await fill();
    const { stdout } = await command(server.endpoint, 'export', ['--pool', POOL, '--out', '-']);
    expect(await imported(stdout, OTHER_POOL)).toMatchObject({ status: 200 });
    expect((await exported(OTHER_POOL)).split('\n')).toEqual(stdout.split('\n'));
    await server.reset();
    // Half a character is nothing that the connector writes.
    const whole = stdout.replace(/^.*"lone".*\n/m, '');
    const back = await command(server.endpoint, 'import', ['--pool', POOL, '--in', '-'], { input: whole });
    expect([back.code, JSON.parse(back.stdout)]).toEqual([0, expect.objectContaining({ DatasetsFailed: 0 })]);
  }, 60_000);

  it('adds to a dataset that is there what differs, with a count of its own', async () => {
    const client = new DatasetClient(syncClient(server));
    await client.write(put('same', '1'), put('other', '2'), put('left', '3'), put('kept', '4'));
    const lines = [
      line({ Key: 'same', Value: '1', SyncCount: 90 }),
      line({ Key: 'other', Value: 'two' }),
      line({ Key: 'left', Change: 'removed', Value: null }),
      line({ Key: 'never', Change: 'removed' }),
    ];
    expect((await imported(lines.join(''))).answer).toEqual({
      Datasets: 1,
      Records: 4,
      DatasetsWritten: 1,
      DatasetsUnchanged: 0,
    });
    expect(await client.records()).toEqual({ same: [1, '1'], other: [2, 'two'], left: [2, null], kept: [1, '4'] });
    expect((await client.list(1)).Records?.map(({ Key }) => Key)).toEqual(['left', 'other']);
  });

  it('goes on counting where a deleted dataset was', async () => {
    server.control.write(DATASET, { a: '1' });
    await syncClient(server).send(new DeleteDatasetCommand(DATASET));
    await imported(line({ Key: 'a', Value: '2' }));
    const list = await new DatasetClient(syncClient(server)).list(1);
    expect(list).toMatchObject({ DatasetExists: true, DatasetDeletedAfterRequestedSyncCount: true });
    expect(list.Records?.[0]?.Value).toBe('2');
  });

  it('needs no more of a line than where, key and value', async () => {
    const { status } = await imported(
      `\n${line({ Key: 'a', Value: '1' })}\r\n${line({ Key: 'b', Value: '2' }).trim()}`,
    );
    expect(status).toBe(200);
    expect(await new DatasetClient(syncClient(server)).records()).toEqual({ a: [1, '1'], b: [1, '2'] });
  });

  it('takes counts beyond those of a number', async () => {
    const text = line({ Key: 'a', Value: '1', SyncCount: 1 }).replace('"SyncCount":1', '"SyncCount":9007199254740993');
    await imported(text);
    expect(await exported()).toContain('"SyncCount":9007199254740993,');
  });

  it.each<[string, string]>([
    ['line 3: expected a JSON object', '{"IdentityId"'],
    ['line 3: expected a JSON object', '[]'],
    ['line 3: expected a JSON object', '7'],
    [
      'line 3: IdentityId: expected an identity id of region us-east-1, got "eu-central-1:0"',
      line({ IdentityId: 'eu-central-1:0', Key: 'b', Value: '' }),
    ],
    [
      'line 3: IdentityId: expected an identity id of region us-east-1, got none',
      line({ IdentityId: undefined, Key: 'b', Value: '' }),
    ],
    ['line 3: DatasetName: expected a dataset name, got "a b"', line({ DatasetName: 'a b', Key: 'b', Value: '' })],
    ['line 3: Key: expected text of 1 to 1,024 characters, got ""', line({ Key: '', Value: '' })],
    ['line 3: Key: expected text of 1 to 1,024 characters, got a number', line({ Key: 5, Value: '' })],
    ['line 3: Value: expected text, got none', line({ Key: 'b' })],
    ['line 3: Value: expected text, got a object', line({ Key: 'b', Value: { secret: 'x' } })],
    ['line 3: Change: expected updated or removed, got "moved"', line({ Key: 'b', Value: '', Change: 'moved' })],
    ['line 3: SyncCount: expected a whole number above 0, got a number', line({ Key: 'b', Value: '', SyncCount: 0 })],
    ['line 3: SyncCount: expected a whole number above 0, got "1"', line({ Key: 'b', Value: '', SyncCount: '1' })],
    [
      'line 3: LastModifiedDate: expected an ISO 8601 time, got "noon"',
      line({ Key: 'b', Value: '', LastModifiedDate: 'noon' }),
    ],
    ['line 3: expected at most 8388608 bytes, got more', 'x'.repeat(9 * 1024 * 1024)],
  ])('stops at a line that cannot be read: %s', async (message, bad) => {
    const lines = [
      line({ Key: 'a', Value: '1' }),
      line({ DatasetName: 'half', Key: 'a', Value: '1' }),
      bad,
      '\n',
      line({ Key: 'z', Value: '1' }),
    ];
    expect(await imported(lines.join(''))).toEqual({ status: 400, answer: { error: 'InvalidInput', message } });
    expect(server.control.read(DATASET)).toEqual({ a: '1' });
    expect(server.control.read({ ...DATASET, DatasetName: 'half' })).toBeUndefined();
  });

  it('reads lines that come in pieces of any size', async () => {
    const text = Buffer.from('a\n\nüü\nlast');
    for (let size = 1; size <= text.length; size++) {
      const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, i) =>
        text.subarray(i * size, (i + 1) * size),
      );
      const found: [number, string][] = [];
      for await (const [number, each] of splitLines(Readable.from(pieces) as AsyncIterable<Buffer>))
        found.push([number, each.toString()]);
      expect(found).toEqual([
        [1, 'a'],
        [2, ''],
        [3, 'üü'],
        [4, 'last'],
      ]);
    }
  });

  it('writes what has come before its end has, and lets calls through meanwhile', async () => {
    const upload = request(`${server.endpoint}/_local/import`, { method: 'POST' });
    const ended = new Promise<string>((resolve, reject) => {
      upload.on('response', (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => resolve(text));
      });
      upload.on('error', reject);
    });
    for (let d = 0; d < 12; d++)
      for (let r = 0; r < 100; r++) upload.write(line({ DatasetName: `d${d}`, Key: `k${r}`, Value: 'v' }));
    const first = new DatasetClient(syncClient(server), { ...DATASET, DatasetName: 'd0' });
    while (!(await first.list()).DatasetExists) await new Promise(setImmediate);
    upload.end();
    expect(JSON.parse(await ended)).toMatchObject({ Datasets: 12, Records: 1200 });
  });
});

describe('--seed', () => {
  const seedFile = () => join(folder, 'seed.ndjson');

  it('fills the first pool at start, once', async () => {
    await fill();
    const lines = await exported();
    writeFileSync(seedFile(), lines);
    const data = join(folder, 'data.mdb');
    const args = ['--pool', POOL, '--data', data, '--seed', seedFile()];
    const seeded = await bareServer(...args);
    expect(await (await fetch(`${seeded.endpoint}/_local/export`)).text()).toBe(lines);
    await fetch(`${seeded.endpoint}/_local/records`, {
      method: 'POST',
      body: JSON.stringify({
        IdentityPoolId: POOL,
        IdentityId: identity(3),
        DatasetName: 'profile',
        records: { town: 'Bonn' },
      }),
    });
    await seeded.end('SIGTERM');
    const again = await bareServer(...args);
    expect(await (await fetch(`${again.endpoint}/_local/export`)).text()).toContain('"Bonn"');
    await again.end('SIGTERM');
    expect(again.errors).toEqual([`${seedFile()} is not read: the pool has identities already`]);
  });

  it.each([
    ['{"Key":1}\n', /seed\.ndjson: line 1: IdentityId: expected an identity id/],
    [undefined, /seed\.ndjson: ENOENT/],
  ])('that cannot be read ends the start: %j', async (lines, message) => {
    if (lines !== undefined) writeFileSync(seedFile(), lines);
    await expect(bareServer('--seed', seedFile())).rejects.toThrow(message);
    await expect(localServer({ seedFile: seedFile() })).rejects.toThrow(message);
  });
});
