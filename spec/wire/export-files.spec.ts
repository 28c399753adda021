import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { process as ExportIdentityPoolToFiles } from '../../lib/actions/ExportIdentityPoolToFiles';
import type { LocalServer } from '../../server';
import { cfgOf, localServer, POOL } from '../support/local';
import { objectStorage, type ObjectStorageStub } from '../support/object-storage';
import { run } from '../support/run';
import { Writer } from '../support/writer';

let server: LocalServer;
let storage: ObjectStorageStub;
let folder: string;
const before = { ...process.env };
beforeEach(async () => {
  server = await localServer();
  storage = await objectStorage();
  folder = mkdtempSync(path.join(os.tmpdir(), 'export-files-'));
  Object.assign(process.env, storage.env);
  jest.spyOn(os, 'tmpdir').mockReturnValue(folder);
});
afterEach(async () => {
  process.env = { ...before };
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
  await storage.stop();
  await server.stop();
});

const toFiles = (body: object = {}, fields: object = {}) =>
  run(ExportIdentityPoolToFiles, { id: 'm1', body: { IdentityPoolId: POOL, ...body } }, cfgOf(server, fields));

/** Fills the pool with records as users have them: commas, quotes, line breaks, other scripts. */
async function seed(identities: number, value: string | ((n: number) => string) = 'a,"b"\r\nç 😀'): Promise<void> {
  for (let n = 0; n < identities; n++) {
    const IdentityId = server.control.addIdentity(POOL);
    const writer = new Writer(server, { IdentityPoolId: POOL, IdentityId, DatasetName: 'profile' });
    await writer.write({ [`key ${n}`]: typeof value === 'string' ? value : value(n), [`n, ${n}`]: '' });
    writer.end();
  }
}

/** Text that hardly compresses, so that compressed files reach their size too. */
const noise = (n: number) =>
  Array.from({ length: 2_800 }, (_, i) => createHash('sha256').update(`${n} ${i}`).digest('base64')).join('');

const linesIn = (content: Buffer) =>
  content
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

it('one message a file, with what a receiver needs to fetch and check it', async () => {
  await seed(2);
  const { bodies, emitted, error } = await toFiles();
  expect(error).toBeUndefined();
  const [body = {}] = bodies;
  const content = await storage.read(body['Url'] as string);
  const FileName = `${POOL.replace(':', '_')}-00001.ndjson`;
  expect(bodies).toEqual([
    {
      Kind: 'file',
      IdentityPoolId: POOL,
      FileName,
      ContentType: 'application/x-ndjson',
      Size: content.length,
      Sha256: createHash('sha256').update(content).digest('hex'),
      Records: 4,
      Part: 1,
      IsLast: true,
      Url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/objects\/[0-9a-f-]{36}\?storage_type=maester$/) as string,
    },
  ]);
  expect(emitted[0]?.payload).toMatchObject({
    attachments: {
      [FileName]: { url: body['Url'] as string, 'content-type': 'application/x-ndjson', size: content.length },
    },
  });
  expect([...storage.objects.values()].map(({ contentType }) => contentType)).toEqual(['application/x-ndjson']);
  expect(linesIn(content)).toHaveLength(4);
  expect(Object.keys(linesIn(content)[0] ?? {})).toEqual([
    'Change',
    'IdentityId',
    'DatasetName',
    'Key',
    'Value',
    'SyncCount',
    'LastModifiedDate',
    'LastModifiedBy',
    'DeviceLastModifiedDate',
  ]);
  expect(JSON.parse(emitted[0]?.payload.headers['cognito-sync-totals'] ?? '')).toMatchObject({
    Identities: 2,
    Records: 4,
  });
  expect(readdirSync(folder)).toEqual([]);
});

it.each([
  ['ndjson', 'none'],
  ['ndjson', 'gzip'],
  ['csv', 'none'],
  ['csv', 'gzip'],
] as const)(
  '%s, %s: files of the size that is set hold every record once, and can each be read alone',
  async (Format, Compression) => {
    await seed(20, noise);
    const { bodies, emitted, error } = await toFiles(
      {},
      { Format, Compression, FileSize: '1', FileNamePrefix: 'pool (new)' },
    );
    expect(error).toBeUndefined();
    expect(bodies.length).toBeGreaterThan(1);
    expect(bodies.map(({ FileName }) => FileName as string)).toEqual(
      bodies.map((_, i) => `pool (new)-0000${i + 1}.${Format}${Compression === 'gzip' ? '.gz' : ''}`),
    );
    expect(bodies.map(({ IsLast }) => IsLast as boolean)).toEqual(bodies.map((_, i) => i === bodies.length - 1));
    let records = 0;
    for (const { Url, Size, Records } of bodies) {
      expect(Size).toBeLessThanOrEqual(1_000_000);
      const stored = await storage.read(Url as string);
      const text = (Compression === 'gzip' ? gunzipSync(stored) : stored).toString();
      const rows = text.split('key ').length - 1 + (text.split('n, ').length - 1);
      expect(rows).toBe(Records);
      if (Format === 'csv') expect(text).toMatch(/^Change,IdentityId,/);
      records += rows;
    }
    expect(records).toBe(40);
    expect(new Set(emitted.map(({ payload }) => payload.id)).size).toBe(bodies.length);
  },
);

it('a record larger than the file size has a file of its own', async () => {
  await seed(2, '"'.repeat(1_000_000));
  const { bodies } = await toFiles({}, { FileSize: '1' });
  expect(bodies.map(({ Records }) => Records as number)).toEqual([1, 1, 1, 1]);
});

it('a redelivered message repeats names and ids', async () => {
  await seed(1);
  const [first, again] = [await toFiles(), await toFiles()];
  expect(again.bodies[0]?.['FileName']).toBe(first.bodies[0]?.['FileName']);
  expect(again.emitted[0]?.payload.id).toBe(first.emitted[0]?.payload.id);
});

it('a pool without records gives no file, and says so in the log', async () => {
  server.control.addIdentity(POOL);
  const { bodies, log, error } = await toFiles();
  expect([bodies, error, storage.requests()]).toEqual([[], undefined, 0]);
  expect(log.at(-1)).toMatch(/the export is complete: .*"Records":0/);
});

it('takes the filters of an export', async () => {
  await seed(3);
  const IdentityId = server.control.addIdentity(POOL);
  const writer = new Writer(server, { IdentityPoolId: POOL, IdentityId, DatasetName: 'profile' });
  await writer.write({ only: '1' });
  writer.end();
  const { bodies } = await toFiles({ IdentityIds: IdentityId, DatasetNames: ['profile'] });
  expect(linesIn(await storage.read(bodies[0]?.['Url'] as string))).toMatchObject([{ IdentityId, Key: 'only' }]);
});

describe('the object storage', () => {
  it.each([[[503]], [['hang up' as const]], [[500, 'hang up' as const, 502]]])(
    'gets the whole file again after %j',
    async (failures) => {
      await seed(3);
      storage.fail(...failures);
      const { bodies, error } = await toFiles();
      expect(error).toBeUndefined();
      expect((await storage.read(bodies[0]?.['Url'] as string)).length).toBe(bodies[0]?.['Size']);
      expect(storage.objects.size).toBe(1);
    },
  );

  it('that refuses a file ends the step with its status, and nothing of its token', async () => {
    await seed(1);
    storage.fail(413);
    const { error, bodies } = await toFiles();
    expect(error?.message).toBe(
      "ExportIdentityPoolToFiles: ObjectStorageError: the platform's object storage refused the file (HTTP 413)",
    );
    expect(bodies).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
    process.env['ELASTICIO_OBJECT_STORAGE_TOKEN'] = 'wrong-storage-token';
    const refused = await toFiles();
    expect(refused.error?.message).toMatch(/ObjectStorageError: .*\(HTTP 401\)$/);
    expect(refused.error?.stack).not.toContain('wrong-storage-token');
  });

  it('that stays away is tried again by the platform where the step says so', async () => {
    await seed(1);
    process.env['API_RETRIES_COUNT'] = '0';
    storage.fail(503);
    const { emitted } = await toFiles({}, { errorPolicy: 'rebound' });
    expect(emitted.map(({ event }) => event)).toEqual(['rebound']);
    expect((emitted[0]?.payload as Error).message).toMatch(
      /ObjectStorageError: the platform's object storage did not take the file/,
    );
  });

  it('that the platform does not have is a clear error, with nothing read', async () => {
    await seed(1);
    delete process.env['ELASTICIO_OBJECT_STORAGE_URI'];
    const calls = server.calls();
    expect((await toFiles()).error?.message).toMatch(
      /^ExportIdentityPoolToFiles: InvalidInput: this platform offers its steps no object storage for files \(ELASTICIO_OBJECT_STORAGE_URI/,
    );
    expect(server.calls()).toBe(calls);
  });
});

it('a failure in the middle of the pool leaves no file behind, on disk', async () => {
  await seed(3);
  server.faults.next({ kind: 'error', name: 'NotAuthorizedException', status: 403, operation: 'ListRecords' });
  expect((await toFiles()).error?.name).toBe('NotAuthorizedException');
  expect(readdirSync(folder)).toEqual([]);
});

it('no room on disk is a clear error', async () => {
  await seed(1);
  jest.spyOn(os, 'tmpdir').mockReturnValue(path.join(folder, 'missing'));
  expect((await toFiles()).error?.message).toMatch(
    /^ExportIdentityPoolToFiles: FileError: a temporary file could not be written to .*missing \(ENOENT\)/,
  );
});

it.each([
  [{ FileSize: '96' }, 'FileSize must be a whole number from 1 to 95, got "96"'],
  [{ Format: 'xml' }, 'Format must be one of ndjson, csv, got "xml"'],
  [{ Compression: 'zip' }, 'Compression must be one of none, gzip, got "zip"'],
  [{ FileNamePrefix: '../etc' }, 'FileNamePrefix must be a file name of letters, digits, spaces'],
  [{ Granularity: 'record' }, 'has no member "Granularity"'],
])('%j is refused by name, with nothing sent', async (body, message) => {
  const { error } = await toFiles(body);
  expect(error?.message).toContain(message);
  expect(server.calls() + storage.requests()).toBe(0);
});
