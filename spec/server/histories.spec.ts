import { type CognitoSyncClient, DeleteDatasetCommand } from '@aws-sdk/client-cognito-sync';
import type { LocalServer } from '../../server';
import { DATASET, localServer } from '../support/local';
import { fc, times } from '../support/random';
import { DatasetClient, syncClient } from '../support/server';

// Random histories take longer than a test usually does.
jest.setTimeout(times(120_000));

/**
 * Random histories of several clients, each seen by AWS's own client and by a model a few lines long: what every record was
 * last acknowledged to be, and with which count.
 */

let server: LocalServer;
let client: CognitoSyncClient;
let runs = 0;
beforeAll(async () => {
  server = await localServer();
  client = syncClient(server);
});
afterAll(() => server.stop());

type Known = Map<string, { value: string | null; count: number }>;

/** One client: what it has pulled, up to which count. */
interface Replica {
  since: number;
  known: Known;
}

type Step =
  | { do: 'pull'; who: number; page: number }
  | { do: 'write'; who: number; values: [key: string, value: string | null][] }
  | { do: 'delete' };

const who = fc.nat({ max: 2 });
const key = fc.constantFrom('a', 'b', 'ü', 'd.e:f', 'g-h');
const value = fc.option(fc.string({ unit: 'binary', maxLength: 8 }), { nil: null, freq: 4 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('pull' as const), who, page: fc.integer({ min: 1, max: 4 }) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      who,
      values: fc.uniqueArray(fc.tuple(key, value), { minLength: 1, maxLength: 4, selector: ([name]) => name }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'delete' as const }) },
);

/** Brings a replica to where the server is, page by page, as the Sync Managers do. */
async function pull(data: DatasetClient, replica: Replica, MaxResults: number): Promise<void> {
  let NextToken: string | undefined;
  // A list from 0 is the whole dataset, and so is one that tells of a deletion.
  if (replica.since === 0) replica.known.clear();
  do {
    const page = await data.list(replica.since, { MaxResults, NextToken });
    if (page.DatasetDeletedAfterRequestedSyncCount && NextToken === undefined) replica.known.clear();
    for (const { Key = '', Value, SyncCount = 0 } of page.Records ?? []) {
      replica.known.set(Key, { value: Value ?? null, count: SyncCount });
    }
    NextToken = page.NextToken;
    if (NextToken === undefined) replica.since = page.DatasetSyncCount ?? 0;
  } while (NextToken !== undefined);
}

const live = (known: Known) =>
  Object.fromEntries([...known].filter(([, { value: v }]) => v !== null).map(([k, { value: v }]) => [k, v]));

async function play(steps: readonly Step[]): Promise<void> {
  const data = new DatasetClient(client, { ...DATASET, IdentityId: `us-east-1:${runs++}` });
  const replicas: Replica[] = [0, 1, 2].map(() => ({ since: 0, known: new Map() }));
  const model: Known = new Map();
  let counter = 0;
  let exists = false;
  for (const move of steps) {
    if (move.do === 'delete') {
      const gone = await client.send(new DeleteDatasetCommand(data.dataset)).then(
        () => true,
        () => false,
      );
      expect(gone).toBe(exists);
      if (gone) counter += 1;
      model.clear();
      exists = false;
      continue;
    }
    const replica = replicas[move.who] ?? replicas[0]!;
    if (move.do === 'pull') {
      await pull(data, replica, move.page);
      expect(live(replica.known)).toEqual(live(model));
      continue;
    }
    const patches = move.values.map(([Key, Value]) => ({
      Key,
      SyncCount: replica.known.get(Key)?.count ?? 0,
      ...(Value === null ? { Op: 'remove' as const } : { Op: 'replace' as const, Value }),
    }));
    const stale = patches.some(({ Key, SyncCount }) => (model.get(Key)?.count ?? 0) !== SyncCount);
    const outcome = await data.write(...patches).then(
      ({ Records = [] }) => Records,
      (error: Error) => error.name,
    );
    if (stale) {
      expect(outcome).toBe('ResourceConflictException');
      continue;
    }
    counter += 1;
    exists = true;
    expect(outcome).toEqual(
      move.values.map(
        ([Key, Value]) =>
          expect.objectContaining({ Key, SyncCount: counter, ...(Value !== null && { Value }) }) as object,
      ),
    );
    for (const [Key, Value] of move.values) {
      model.set(Key, { value: Value, count: counter });
      replica.known.set(Key, { value: Value, count: counter });
    }
  }
  await agree(data, model, exists ? counter : 0);
}

/** Nothing acknowledged is lost, and a pull from any earlier count leads to the same state as a full list. */
async function agree(data: DatasetClient, model: Known, counter: number): Promise<void> {
  const full = await data.records();
  expect(full).toEqual(Object.fromEntries([...model].map(([k, { value: v, count }]) => [k, [count, v]])));
  expect((await data.list()).DatasetSyncCount).toBe(counter);
  for (let since = 0; since <= counter; since++) {
    const { DatasetDeletedAfterRequestedSyncCount: deleted } = await data.list(since);
    const later = Object.entries(full).filter(([, [count = 0]]) => deleted || count > since);
    expect(await data.records(since)).toEqual(Object.fromEntries(later));
  }
}

it('hold for random histories of three clients', async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 25 }), play), { numRuns: times(60) });
});

it('hold when the clients write at the same time: counts are given once, and every acknowledged write is there', async () => {
  const burst = fc.array(fc.tuple(key, fc.nat({ max: 3 })), { minLength: 2, maxLength: 20 });
  const run = async (writes: [string, number][]) => {
    const data = new DatasetClient(client, { ...DATASET, IdentityId: `us-east-1:${runs++}` });
    const outcomes = await Promise.all(
      writes.map(async ([Key, guess], i) => {
        const patch = { Op: 'replace' as const, Key, Value: String(i), SyncCount: guess };
        const records = await data.write(patch).then(
          ({ Records = [] }) => Records,
          (error: Error) => {
            expect(error.name).toBe('ResourceConflictException');
            return [];
          },
        );
        return records.map(({ SyncCount = 0, Value = '' }) => ({ Key, Value, SyncCount }));
      }),
    );
    const done = outcomes.flat().sort((a, b) => a.SyncCount - b.SyncCount);
    expect(done.map(({ SyncCount }) => SyncCount)).toEqual(done.map((_, i) => i + 1));
    const last = Object.fromEntries(done.map(({ Key, Value, SyncCount }) => [Key, [SyncCount, Value]]));
    expect(await data.records()).toEqual(last);
  };
  await fc.assert(fc.asyncProperty(burst, run), { numRuns: times(30) });
});
