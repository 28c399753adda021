import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer, type LocalServer } from '../../server';
import { openJournal } from '../../server/state/journal';
import { snapshot } from '../../server/state/snapshot';
import { Store } from '../../server/state/store';
import { Clock } from '../../server/clock';
import { Registry } from '../../server/identity/registry';
import { newPool } from '../../server/state/model';
import { DATASET, IDENTITY, localServer, POOL } from '../support/local';
import { bareServer } from '../support/process';
import { DatasetClient, put, refusal, remove, syncClient } from '../support/server';
import { UpdateRecordsCommand } from '@aws-sdk/client-cognito-sync';

let folder: string;
let dataFile: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cognito-sync-'));
  dataFile = join(folder, 'data.ndjson');
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

  it.each(['{"type":"reco', '\u0000\u0000', '{"type":"pool-deleted","pool":"x"}'])(
    'is read up to a last line cut short as %j',
    async (torn) => {
      let server = await localServer({ dataFile });
      await view(server).write(put('a', '1'));
      await server.stop();
      appendFileSync(dataFile, torn);
      server = await localServer({ dataFile });
      await view(server).write(put('b', '2'));
      server = await restarted(server);
      expect(await view(server).records()).toEqual({ a: [1, '1'], b: [2, '2'] });
      await server.stop();
    },
  );

  it('is read up to where a write was cut, wherever that was', async () => {
    const server = await localServer({ dataFile });
    for (let i = 0; i < 5; i++) server.control.write(DATASET, { [`k${i}`]: 'ü'.repeat(i) });
    await server.stop();
    const whole = readFileSync(dataFile);
    const copy = join(folder, 'copy.ndjson');
    const counts: number[] = [];
    for (let length = 0; length < whole.length + 13; length += 13) {
      writeFileSync(copy, whole);
      truncateSync(copy, Math.min(length, whole.length));
      const cut = await startServer({ dataFile: copy, pools: [POOL] });
      counts.push(Object.keys(cut.control.read(DATASET) ?? {}).length);
      await cut.stop();
    }
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
    expect([counts[0], Math.max(...counts)]).toEqual([0, 5]);
  });

  it('that is damaged before its end is not used', async () => {
    const server = await localServer({ dataFile });
    await server.stop();
    const lines = readFileSync(dataFile, 'utf8').split('\n');
    writeFileSync(dataFile, ['oops', ...lines].join('\n'));
    await expect(localServer({ dataFile })).rejects.toThrow(`${dataFile}: line 1 is not an event; the file is damaged`);
  });

  it('is used by one server at a time', async () => {
    const server = await localServer({ dataFile });
    await expect(localServer({ dataFile })).rejects.toThrow(`${dataFile} is in use by process ${process.pid}`);
    await server.stop();
    await (await localServer({ dataFile })).stop();
  });

  it('may be left behind by a process that is gone', async () => {
    writeFileSync(`${dataFile}.lock`, '999999999');
    await (await localServer({ dataFile })).stop();
  });
});

it('writes the file anew when it has grown, with nothing lost or done twice', async () => {
  const { state, journal } = openJournal(dataFile, 2_000);
  const store = new Store(state, journal);
  store.commit({ type: 'pool', settings: newPool(POOL, 0) });
  const pool = store.state.pools.get(POOL)!;
  const registry = new Registry(store, new Clock(), 'us-east-1');
  const sizes: number[] = [];
  for (let i = 0; i < 60; i++) {
    const [loser, winner] = [registry.create(pool), registry.create(pool)];
    const seed = {
      type: 'seed',
      pool: POOL,
      identities: 1,
      datasetsPerIdentity: 1,
      recordsPerDataset: 1,
      valueLength: 4,
      at: 0,
      by: '',
    } as const;
    store.commit(seed);
    const written = store.settled();
    // These wait while the line before them is written, so that a new file may have them already.
    registry.merge(pool, loser, winner);
    store.commit(seed);
    registry.link(pool, winner, 'dev', `user-${i}`);
    await written;
    await store.settled();
    sizes.push(readFileSync(dataFile).length);
  }
  await store.close();
  expect(sizes.some((size, i) => size < (sizes[i - 1] ?? 0))).toBe(true);
  const again = openJournal(dataFile);
  expect([...snapshot(again.state)]).toEqual([...snapshot(store.state)]);
  await again.journal.close();
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
