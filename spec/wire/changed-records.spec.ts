import { process as GetNewAndUpdatedRecords } from '../../lib/triggers/GetNewAndUpdatedRecords';
import type { LocalServer } from '../../server';
import type { Assumptions } from '../../server/options';
import { cfgOf, DATASET, localServer } from '../support/local';
import { expectStableIds, Poller, type Emitted } from '../support/poller';
import { fc, times } from '../support/random';
import { Writer } from '../support/writer';

// Random histories take longer than a test usually does.
jest.setTimeout(times(120_000));

let server: LocalServer;
let writer: Writer;
const begin = async (assume: Partial<Assumptions> = {}) => {
  server = await localServer({ assume, quotas: { datasetsPerIdentity: 10_000 } });
  writer = new Writer(server);
};
const end = async () => {
  writer.end();
  await server.stop();
};
const poller = (fields: object = {}) => new Poller(GetNewAndUpdatedRecords, cfgOf(server, { ...DATASET, ...fields }));
const outline = (emitted: readonly Emitted[]) =>
  emitted.map(({ body: { Change, Key, Value, SyncCount } }) =>
    [Change, Key, Value, SyncCount].filter((x) => x !== null),
  );

describe('a dataset that is followed', () => {
  beforeEach(() => begin());
  afterEach(end);

  it('is emitted from its beginning, in the order of sync counts, then only what is new', async () => {
    const trigger = poller();
    await writer.write({ z: '1' });
    await writer.write({ a: '1', m: '1' });
    expect(outline((await trigger.poll()).emitted)).toEqual([
      ['updated', 'z', '1', 1],
      ['updated', 'a', '1', 2],
      ['updated', 'm', '1', 2],
    ]);
    await writer.write({ z: '2', a: null });
    expect(outline((await trigger.poll()).emitted)).toEqual([
      ['removed', 'a', 3],
      ['updated', 'z', '2', 3],
    ]);
    expect((await trigger.poll()).emits).toBe(0);
    expect(trigger.bodies[0]).toEqual({
      Change: 'updated',
      ...DATASET,
      Key: 'z',
      Value: '1',
      SyncCount: 1,
      LastModifiedBy: '123456789012',
      LastModifiedDate: expect.any(String),
      DeviceLastModifiedDate: expect.any(String),
    });
  });

  it('is emitted only from now on where the user chose so', async () => {
    const trigger = poller({ startFrom: 'now' });
    await writer.write({ old: '1' });
    expect((await trigger.poll()).emitted).toEqual([]);
    await writer.write({ fresh: '1' });
    expect(outline((await trigger.poll()).emitted)).toEqual([['updated', 'fresh', '1', 2]]);
  });

  it.each(['everything', 'now'])('may come into being later (from %s)', async (startFrom) => {
    const trigger = poller({ startFrom });
    expect((await trigger.poll()).emitted).toEqual([]);
    await writer.write({ a: '1' });
    expect(outline((await trigger.poll()).emitted)).toEqual([['updated', 'a', '1', 1]]);
  });

  it('may be deleted, which is emitted once, and made anew, which is emitted from its beginning', async () => {
    const trigger = poller();
    await writer.write({ a: '1', b: '1' });
    await trigger.poll();
    await writer.delete();
    expect(outline((await trigger.poll()).emitted)).toEqual([['datasetDeleted', 2 - 1]]);
    expect((await trigger.poll()).emitted).toEqual([]);
    await writer.write({ c: '1' });
    expect(outline((await trigger.poll()).emitted)).toEqual([['updated', 'c', '1', 3]]);
  });

  it('may be deleted and made anew between two runs', async () => {
    const trigger = poller();
    await writer.write({ a: '1' });
    await trigger.poll();
    await writer.delete();
    await writer.write({ a: '1' });
    await writer.write({ b: '1' });
    expect(outline((await trigger.poll()).emitted)).toEqual([
      ['datasetDeleted', 1],
      ['updated', 'a', '1', 3],
      ['updated', 'b', '1', 4],
    ]);
  });

  it('is read anew when the snapshot is ahead of it, as after a restore', async () => {
    const trigger = poller();
    await writer.write({ a: '1' });
    trigger.snapshot = { ...DATASET, lastSyncCount: 99, deletions: 4 };
    expect(outline((await trigger.poll()).emitted)).toEqual([
      ['datasetDeleted', 99],
      ['updated', 'a', '1', 1],
    ]);
    expect(trigger.snapshot).toEqual({ ...DATASET, lastSyncCount: 1, deletions: 5 });
  });

  it('is not emitted again and again when a merge gave it records of higher counts than its own', async () => {
    const loser = 'us-east-1:00000000-0000-4000-8000-00000000aaaa';
    const merged = new Writer(server, { ...DATASET, IdentityId: loser });
    for (const value of ['1', '2', '3']) await merged.write({ a: value });
    await writer.write({ a: 'mine' });
    merged.end();
    server.control.merge(DATASET.IdentityPoolId, loser, DATASET.IdentityId);
    const trigger = poller({ DatasetName: `profile.${loser}` });
    expect(outline((await trigger.poll()).emitted)).toEqual([['updated', 'a', '3', 3]]);
    expect((await trigger.poll()).emitted).toEqual([]);
  });

  it('takes the place of another one when the fields change', async () => {
    const trigger = poller();
    await writer.write({ a: '1' });
    await trigger.poll();
    const other = poller({ DatasetName: 'other' });
    other.snapshot = trigger.snapshot;
    expect((await other.poll()).emitted).toEqual([]);
    expect(other.snapshot).toMatchObject({ DatasetName: 'other', lastSyncCount: 0 });
  });

  it('is named by the message, the typed field or the chosen one, in this order', async () => {
    const named = async (fields: object, body: object = {}) => {
      const trigger = poller({ ...DATASET, DatasetName: 'chosen', ...fields });
      await trigger.poll({ message: { body } });
      return trigger.snapshot['DatasetName'] as string;
    };
    expect(await named({})).toBe('chosen');
    expect(await named({ TypedDatasetName: 'typed' })).toBe('typed');
    expect(await named({ TypedDatasetName: 'typed' }, { DatasetName: 'mapped', timestamp: 1 })).toBe('mapped');
  });

  it.each([
    [{ IdentityId: '' }, 'IdentityId is required'],
    [{ DatasetName: '..' }, 'DatasetName must be a dataset name'],
    [{ startFrom: 'yesterday' }, 'startFrom must be one of everything, now'],
  ])('needs sound fields, unlike %j', async (fields, problem) => {
    await expect(poller(fields).poll()).rejects.toThrow(`GetNewAndUpdatedRecords: InvalidInput: ${problem}`);
  });

  it('keeps far less than the 5 KB that a snapshot may have, even with the longest names', async () => {
    const trigger = poller({ DatasetName: 'd'.repeat(128) });
    trigger.snapshot = {};
    await trigger.poll();
    expect(JSON.stringify({ ...trigger.snapshot, lastSyncCount: Number.MAX_SAFE_INTEGER }).length).toBeLessThan(400);
  });
});

describe('a sample', () => {
  beforeEach(async () => {
    await begin();
    process.env['ELASTICIO_FLOW_TYPE'] = 'debug';
  });
  afterEach(async () => {
    delete process.env['ELASTICIO_FLOW_TYPE'];
    await end();
  });

  it('shows at most ten records and keeps no snapshot', async () => {
    await writer.write(Object.fromEntries(Array.from({ length: 25 }, (_, i) => [`key-${i}`, 'x'])));
    const trigger = poller({ startFrom: 'now' });
    expect((await trigger.poll()).emitted).toHaveLength(10);
    expect(trigger.snapshots).toEqual([]);
  });

  it('says so when there is nothing to show', async () => {
    await expect(poller().poll()).rejects.toThrow(/GetNewAndUpdatedRecords: InvalidInput: there is nothing to show/);
  });
});

describe('a run that breaks', () => {
  beforeEach(() => begin());
  afterEach(end);

  it.each([false, true])('at any emit (delivered: %s) repeats messages and loses none', async (delivered) => {
    const trigger = poller();
    const expected: unknown[] = [];
    for (let crashAt = 1; crashAt <= 7; crashAt++) {
      if (crashAt % 3 === 0) await writer.delete();
      await writer.write({ a: `${crashAt}`, b: `${crashAt}` });
      await writer.write({ c: `${crashAt}`, a: null });
      expected.push(...(await writer.records()).map(({ Key, SyncCount }) => [Key, SyncCount]));
      await trigger.pollAndCrash(crashAt, delivered);
      await trigger.poll();
    }
    const emitted = trigger.bodies.map(({ Key, SyncCount }) => [Key, SyncCount]);
    for (const record of expected) expect(emitted).toContainEqual(record);
    expectStableIds(trigger.emitted);
  });

  it('and begins anew emits a deletion in between once', async () => {
    const trigger = poller();
    await writer.write({ a: '1' });
    await trigger.pollAndCrash(1, true);
    await writer.delete();
    await writer.write({ a: '2' });
    await trigger.pollAndCrash(3, false);
    await trigger.poll();
    expect(outline(trigger.emitted)).toEqual([
      ['datasetDeleted', 1],
      ['updated', 'a', '2', 3],
    ]);
  });
});

describe('runs that break one after another, where a full list leaves out what was removed', () => {
  beforeEach(() => begin({ removedRecordsInFullList: 'left-out' }));
  afterEach(end);

  it('emit what was removed in between', async () => {
    const trigger = poller();
    await writer.write({ a: '1', b: '1' });
    await trigger.pollAndCrash(4, false);
    await writer.write({ a: null });
    await trigger.pollAndCrash(1, true);
    expect(outline((await trigger.poll()).emitted)).toEqual([
      ['updated', 'b', '1', 1],
      ['removed', 'a', 2],
    ]);
  });
});

type Step =
  | { readonly do: 'write'; readonly values: Record<string, string | null> }
  | { readonly do: 'delete' | 'poll' }
  | { readonly do: 'crash'; readonly at: number; readonly delivered: boolean };

const key = fc.constantFrom('a', 'b', 'c', '__proto__');
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      values: fc.dictionary(key, fc.constantFrom('1', '2', null), { minKeys: 1 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'delete' as const }) },
  { weight: 3, arbitrary: fc.constant({ do: 'poll' as const }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('crash' as const),
      at: fc.integer({ min: 1, max: 6 }),
      delivered: fc.boolean(),
    }),
  },
);

/** What another system holds that follows the messages. */
function replicaOf(emitted: readonly Emitted[]): Map<string, string> {
  const replica = new Map<string, string>();
  for (const { body } of emitted) {
    if (body['Change'] === 'datasetDeleted') replica.clear();
    else if (body['Change'] === 'removed') replica.delete(body['Key']);
    else replica.set(body['Key'], body['Value']);
  }
  return replica;
}

function expectOrder(emitted: readonly Emitted[]): void {
  let last = 0;
  for (const { body } of emitted) {
    if (body['Change'] !== 'datasetDeleted') expect(body['SyncCount']).toBeGreaterThanOrEqual(last);
    last = body['Change'] === 'datasetDeleted' ? 0 : body['SyncCount'];
  }
}

describe.each<Partial<Assumptions>>([
  {},
  { removedRecordsInFullList: 'left-out' },
  { deletedDatasetSyncCount: 'kept' },
])('any history (where the service is %j)', (assume) => {
  beforeEach(() => begin(assume));
  afterEach(end);

  it('is emitted completely, in order, with stable ids, whatever breaks', async () => {
    let datasets = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 14 }), fc.boolean(), async (steps, fromNow) => {
        const dataset = { ...DATASET, DatasetName: `dataset-${datasets++}` };
        const app = new Writer(server, dataset);
        if (fromNow) await app.write({ before: '1' });
        const trigger = poller({ ...dataset, startFrom: fromNow ? 'now' : 'everything' });
        if (fromNow) await trigger.poll();
        for (const action of steps) {
          if (action.do === 'write') await app.write(action.values);
          if (action.do === 'delete') await app.delete().catch(() => undefined);
          if (action.do === 'crash') await trigger.pollAndCrash(action.at, action.delivered);
          if (action.do !== 'poll') continue;
          expectOrder((await trigger.poll()).emitted);
          await expectComplete(app, trigger, fromNow);
        }
        await trigger.poll();
        await expectComplete(app, trigger, fromNow);
        expectStableIds(trigger.emitted);
        app.end();
      }),
      { numRuns: times(100) },
    );
  });
});

async function expectComplete(app: Writer, trigger: Poller, fromNow: boolean): Promise<void> {
  const present = (await app.records()).filter(({ SyncCount }) => !fromNow || SyncCount !== 1);
  const emitted = new Set(trigger.bodies.map(({ Key, SyncCount, Value }) => JSON.stringify([Key, SyncCount, Value])));
  for (const { Key, SyncCount, Value } of present) {
    expect(emitted).toContain(JSON.stringify([Key, SyncCount, Value ?? undefined]));
  }
  const replica = replicaOf(trigger.emitted);
  const live = present.filter(({ Value }) => Value !== undefined && Value !== null);
  expect(Object.fromEntries(replica)).toEqual(Object.fromEntries(live.map(({ Key, Value }) => [Key, Value])));
}
