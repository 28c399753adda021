import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer, type LocalServer } from '../../server';
import { Clock } from '../../server/clock';
import { Database } from '../../server/state/database';
import { sealJson } from '../../server/state/rows';
import { DATASET, IDENTITY, KEYS, localServer, POOL } from '../support/local';
import { bareServer } from '../support/process';
import { DatasetClient, put, refusal, remove, syncClient } from '../support/server';
import { UpdateRecordsCommand } from '@aws-sdk/client-cognito-sync';
import { open } from 'lmdb';

let folder: string;
let dataFile: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cognito-sync-'));
  dataFile = join(folder, 'data.mdb');
});
afterEach(() => rmSync(folder, { recursive: true }));

const view = (server: LocalServer) => new DatasetClient(syncClient(server));

/** Stops the server and starts one that has the same file and nothing else. */
async function restarted(server: LocalServer): Promise<LocalServer> {
  await server.stop();
  return localServer({ dataFile });
}

describe('a data file', () => {
  it('keeps records, counts, removals and deletions', async () => {
    let server = await localServer({ dataFile });
    await view(server).write(put('a', 'ü\n'), put('b', '2'));
    await view(server).write(remove('b', 1));
    server.control.write({ ...DATASET, DatasetName: 'gone' }, { a: '1' });
    const { DeleteDatasetCommand } = await import('@aws-sdk/client-cognito-sync');
    await syncClient(server).send(new DeleteDatasetCommand({ ...DATASET, DatasetName: 'gone' }));
    const before = await view(server).list();
    server = await restarted(server);
    const after = await view(server).list();
    expect(after.Records).toEqual(before.Records);
    expect(await view(server).records()).toEqual({ a: [1, 'ü\n'], b: [2, null] });
    const gone = new DatasetClient(syncClient(server), { ...DATASET, DatasetName: 'gone' });
    expect(await gone.list(1)).toMatchObject({ DatasetExists: false, DatasetDeletedAfterRequestedSyncCount: true });
    await server.stop();
  });

  it('keeps sync sessions: open ones stay good, used ones stay used', async () => {
    let server = await localServer({ dataFile });
    const used = await view(server).token();
    const write = (SyncSessionToken: string, key: string) =>
      view(server).client.send(
        new UpdateRecordsCommand({ ...DATASET, SyncSessionToken, RecordPatches: [put(key, '1')] }),
      );
    await write(used, 'a');
    const open = await view(server).token();
    server = await restarted(server);
    expect((await refusal(write(used, 'b'))).message).toBe('SyncSessionToken not valid for these inputs');
    await write(open, 'b');
    expect(await view(server).records()).toEqual({ a: [1, '1'], b: [2, '1'] });
    await server.stop();
  });

  it('keeps pools, identities, merges, keys, roles and temporary credentials', async () => {
    let server = await localServer({ dataFile });
    const pool = server.control.addPool({ DeveloperProviderName: 'dev' });
    const [loser, winner] = [
      server.control.addIdentity(pool, undefined, { dev: 'old' }),
      server.control.addIdentity(pool),
    ];
    server.control.write({ IdentityPoolId: pool, IdentityId: loser, DatasetName: 'd' }, { a: '1' });
    server.control.merge(pool, loser, winner);
    server.control.addKey({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example', deny: ['ListDatasets'] });
    const keys = server.control.vend(POOL, IDENTITY);
    server = await restarted(server);
    expect(server.control.pools).toEqual([POOL, pool]);
    expect(server.control.read({ IdentityPoolId: pool, IdentityId: winner, DatasetName: 'd' })).toEqual({ a: '1' });
    expect(server.control.keys).toContainEqual({ accessKeyId: 'AKIDEXAMPLE', deny: ['ListDatasets'] });
    await new DatasetClient(syncClient(server, keys)).write(put('a', '1'));
    await server.stop();
  });

  it('says nothing of files that are gone when it has none', async () => {
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith('cognito-sync-')).length;
    const server = await localServer();
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('cognito-sync-')).length).toBe(before);
    await server.stop();
  });

  it('keeps keys and values of any length and kind', async () => {
    let server = await localServer({ dataFile });
    const values = {
      ['k'.repeat(1024)]: 'long',
      ['ü'.repeat(1024)]: 'longer',
      lone: '\ud800',
      '\udc00': 'x',
      ['__proto__']: '2',
      constructor: 'c',
      big: 'ü'.repeat(100_000),
      blank: '',
    };
    server.control.write(DATASET, values);
    server = await restarted(server);
    expect(Object.entries(server.control.read(DATASET) ?? {}).sort()).toEqual(Object.entries(values).sort());
    await server.stop();
  });

  it('is used by one server at a time', async () => {
    const server = await localServer({ dataFile });
    await expect(localServer({ dataFile })).rejects.toThrow(`${dataFile} is in use by another server`);
    const other = await bareServer('--data', dataFile).catch((error: Error) => error.message);
    expect(other).toContain(`${dataFile} is in use by another server`);
    await server.stop();
    await (await localServer({ dataFile })).stop();
  });
});

describe('a file that the server does not know', () => {
  /** What starting on these bytes says; the file must be as it was. */
  async function refusalOf(bytes: Buffer | string): Promise<string> {
    writeFileSync(dataFile, bytes);
    const message = await localServer({ dataFile }).then(
      () => 'it started',
      (error: Error) => error.message,
    );
    expect(readFileSync(dataFile).equals(Buffer.from(bytes))).toBe(true);
    return message;
  }

  it.each([
    ['text', 'Dear diary,\n'],
    ['JSON of others', '{"type":5}\n'],
    ['zeros', Buffer.alloc(8192)],
  ])('is left as it is: %s', async (_, bytes) => {
    expect(await refusalOf(bytes)).toBe(`${dataFile} is not a file of this server; it is left as it is`);
  });

  it('is left as it is: a database of another program', async () => {
    const root = open({ path: dataFile, noSubdir: true });
    await root.put('settings', 'x');
    await root.close();
    expect(await refusalOf(readFileSync(dataFile))).toMatch(/is not a file of this server|is damaged/);
  });

  it('is left as it is: one of a newer version', async () => {
    await (await localServer({ dataFile })).stop();
    const root = open({ path: dataFile, noSubdir: true, maxDbs: 8, overlappingSync: false });
    const settings = root.openDB<Buffer, Buffer>({ name: 'settings', encoding: 'binary', keyEncoding: 'binary' });
    const key = Buffer.from('format');
    await settings.put(key, sealJson(key, { format: 'amazon-cognito-sync', version: 2 }));
    await root.close();
    expect(await refusalOf(readFileSync(dataFile))).toBe(
      `${dataFile} is of format version 2, this server knows 1; it is left as it is`,
    );
  });

  it('is left as it is wherever it was cut or damaged, or else every record of it is as it was', async () => {
    const server = await localServer({ dataFile });
    const ids = server.seed({ identities: 60, datasetsPerIdentity: 2, recordsPerDataset: 5, valueLength: 40 });
    for (let i = 0; i < 40; i++) {
      const IdentityId = ids[(i * 7) % 60] ?? '';
      server.control.write({ ...DATASET, IdentityId }, { [`k${i}`]: 'v'.repeat(i * 200) });
      // An answer leaves once everything is on disk, so this makes a transaction of each write.
      await fetch(`${server.endpoint}/_local`);
    }
    await server.stop();
    const whole = readFileSync(dataFile);
    const read = (from: LocalServer) =>
      ids.map((IdentityId) =>
        ['dataset-0', 'dataset-1', 'profile'].map((DatasetName) =>
          from.control.read({ IdentityPoolId: POOL, IdentityId, DatasetName }),
        ),
      );
    const again = await localServer({ dataFile });
    const expected = read(again);
    await again.stop();
    let state = 17;
    const between = (least: number, most: number) => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
      return least + ((state >>> 8) % (most - least + 1));
    };
    let refused = 0;
    for (let trial = 0; trial < 150; trial++) {
      const bytes = Buffer.from(whole);
      const at = between(0, whole.length - 1);
      for (let i = 0; i < between(1, 8) && at + i < whole.length; i++) bytes[at + i] = between(0, 255);
      const damaged = trial % 10 === 0 ? bytes.subarray(0, at) : bytes;
      if (!damaged.length) continue;
      writeFileSync(dataFile, damaged);
      let found: LocalServer | undefined;
      try {
        found = await startServer({ dataFile, pools: [POOL], keys: [KEYS] });
      } catch (error) {
        refused += 1;
        expect((error as Error).message).toContain(dataFile);
        expect(readFileSync(dataFile).equals(damaged)).toBe(true);
        continue;
      }
      expect(read(found)).toEqual(expected);
      await found.stop();
    }
    expect(refused).toBeGreaterThan(75);
  }, 60_000);
});

describe('a file of version 1', () => {
  const at = 1_700_000_000_000;
  const record = (key: string, value: string | null, syncCount: number) => ({
    key,
    value,
    syncCount,
    lastModifiedDate: at,
    lastModifiedBy: '123456789012',
    deviceLastModifiedDate: at + 1,
  });
  const settings = {
    IdentityPoolId: POOL,
    IdentityPoolName: 'local',
    AllowUnauthenticatedIdentities: true,
    AllowClassicFlow: false,
    SupportedLoginProviders: {},
    DeveloperProviderName: 'dev',
    IdentityPoolTags: {},
    createdAt: at,
    PushSync: null,
    CognitoStreams: null,
    Events: {},
    bulkPublish: null,
    sessions: 3,
  };
  const where = { pool: POOL, identity: IDENTITY };
  const dates = { creationDate: at, lastModifiedDate: at, lastModifiedBy: '1' };
  const lines = [
    { type: 'secret', secret: 'ab'.repeat(32) },
    { type: 'key', key: { accessKeyId: 'AKIDOLD', secretAccessKey: 'old' } },
    { type: 'sessions-burnt', sessions: [['5a3f', at]] },
    { type: 'pool', settings },
    {
      type: 'identity',
      ...where,
      logins: { dev: ['u1'] },
      createdAt: at,
      modifiedAt: at,
      mergedInto: null,
      absorbed: [],
    },
    {
      type: 'dataset',
      ...where,
      dataset: 'profile',
      exists: true,
      syncCount: 5,
      deletedAt: 2,
      ...dates,
      records: [record('a', '1', 4), record('b', null, 5)],
    },
    {
      type: 'records',
      ...where,
      dataset: 'profile',
      syncCount: 6,
      at: at + 5,
      by: '1',
      records: [record('c', 'ü', 6)],
      session: { id: 'x', expiration: at + 300_000 },
    },
    { type: 'dataset-deleted', ...where, dataset: 'gone', syncCount: 4, at },
    {
      type: 'seed',
      pool: POOL,
      identities: 3,
      datasetsPerIdentity: 1,
      recordsPerDataset: 2,
      valueLength: 9,
      at,
      by: '1',
    },
  ];
  const text = `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`;

  it.each([
    ['whole', text],
    ['with a last line cut short', `${text}{"type":"reco`],
  ])('is imported once, with a word, %s', async (_, journal) => {
    writeFileSync(dataFile, journal);
    const said: string[] = [];
    const say = (line: string) => said.push(line);
    let server = await localServer({ dataFile, say });
    expect(said).toEqual([`${dataFile} was of version 1 and is a database now; the old file is ${dataFile}.v1`]);
    expect(readFileSync(`${dataFile}.v1`, 'utf8')).toBe(journal);
    await server.stop();
    server = await localServer({ dataFile, say });
    expect(said.length).toBe(1);
    expect(await view(server).records()).toEqual({ a: [4, '1'], b: [5, null], c: [6, 'ü'] });
    expect(await view(server).list(1)).toMatchObject({ DatasetDeletedAfterRequestedSyncCount: true });
    expect(server.control.keys.map(({ accessKeyId }) => accessKeyId).sort()).toEqual(['AKIDLOCAL', 'AKIDOLD']);
    expect(server.control.addIdentity(POOL, IDENTITY, {})).toBe(IDENTITY);
    await server.stop();
  });

  it('that is damaged is left as it is, the last line too', async () => {
    for (const damaged of [`oops\n`, text.replace('"type":"key"', '"type":"ke'), `${text}{"type":\n`]) {
      const bytes = damaged.startsWith('oops') ? `{"type":"secret","secret":"00"}\n${damaged}` : damaged;
      writeFileSync(dataFile, bytes);
      await expect(localServer({ dataFile })).rejects.toThrow(/line \d+ is not an event; the file is damaged/);
      expect(readFileSync(dataFile, 'utf8')).toBe(bytes);
      expect(readdirSync(folder)).toEqual(['data.mdb']);
    }
  });
});

it('answers an error for a write that the disk does not take, and reads and later writes as ever', async () => {
  const server = await localServer({ dataFile });
  await view(server).write(put('a', '1'));
  const token = await view(server).token();
  const batch = jest.spyOn(Database.prototype as unknown as { commit(): Promise<void> }, 'commit');
  const stderr = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  batch.mockRejectedValue(new Error('writing failed: No space left on device'));
  const write = () =>
    view(server).client.send(
      new UpdateRecordsCommand({ ...DATASET, SyncSessionToken: token, RecordPatches: [put('a', '2', 1)] }),
    );
  expect(await refusal(write())).toMatchObject({ name: 'InternalErrorException', status: 500 });
  const [records] = await Promise.all([view(server).records(), refusal(write())]);
  expect(records).toEqual({ a: [1, '1'] });
  batch.mockRestore();
  stderr.mockRestore();
  // The token is still good: what used it up was lost.
  await write();
  expect(await view(server).records()).toEqual({ a: [2, '2'] });
  await server.stop();
});

it('loses no acknowledged write when it is killed in the middle of writes', async () => {
  const acknowledged: string[] = [];
  const sent: string[] = [];
  for (let round = 0; round < 2; round++) {
    const server = await bareServer('--data', dataFile, '--pool', POOL, '--max-records', '100000');
    const client = syncClient({ ...server, clock: new Clock() } as unknown as LocalServer);
    const enough = new Promise<void>((resolve) => {
      const target = acknowledged.length + 100 + 37 * round;
      const writer = async (w: number): Promise<void> => {
        const data = new DatasetClient(client, { ...DATASET, DatasetName: `d${w % 4}` });
        for (let i = 0; ; i++) {
          const key = `${round}.${w}.${i}`;
          sent.push(key);
          try {
            await data.write(put(key, key));
          } catch {
            return;
          }
          acknowledged.push(key);
          if (acknowledged.length === target) resolve();
        }
      };
      for (let w = 0; w < 8; w++) void writer(w);
    });
    await enough;
    await server.end('SIGKILL');
  }
  const server = await localServer({ dataFile });
  const stored = [0, 1, 2, 3].flatMap((d) =>
    Object.entries(server.control.read({ ...DATASET, DatasetName: `d${d}` }) ?? {}),
  );
  await server.stop();
  const found = new Set(stored.map(([key, value]) => (key === value ? key : '')));
  expect(acknowledged.filter((key) => !found.has(key))).toEqual([]);
  expect([...found].filter((key) => !sent.includes(key))).toEqual([]);
  expect(acknowledged.length).toBeGreaterThanOrEqual(200);
}, 120_000);
