import { datasetChanges, markOf, type DatasetsPosition } from '../../lib/datasets/dataset-changes';
import { process as GetNewAndUpdatedDatasets } from '../../lib/triggers/GetNewAndUpdatedDatasets';
import type { LocalServer } from '../../server';
import { cfgOf, DATASET, IDENTITY, localServer, POOL } from '../support/local';
import { expectStableIds, Poller, type Emitted } from '../support/poller';
import { fc, times } from '../support/random';
import { Writer } from '../support/writer';

// Random histories take longer than a test usually does.
jest.setTimeout(times(120_000));

let server: LocalServer;
let now: number;
const writers = new Map<string, Writer>();
beforeEach(async () => {
  now = Date.UTC(2026, 0, 31);
  server = await localServer({ now: () => now, maxSkewMs: 1e15, quotas: { datasetsPerIdentity: 400 } });
});
afterEach(async () => {
  for (const writer of writers.values()) writer.end();
  writers.clear();
  await server.stop();
});

function dataset(DatasetName: string): Writer {
  const writer = writers.get(DatasetName) ?? new Writer(server, { ...DATASET, DatasetName });
  writers.set(DatasetName, writer);
  return writer;
}
const poller = (fields: object = {}) =>
  new Poller(GetNewAndUpdatedDatasets, cfgOf(server, { IdentityPoolId: POOL, IdentityId: IDENTITY, ...fields }));
const outline = (emitted: readonly Emitted[]) => emitted.map(({ body }) => `${body['DatasetName']} ${body['Change']}`);

it('emits new, changed and deleted datasets apart', async () => {
  const trigger = poller();
  await dataset('a').write({ k: '1' });
  now += 1000;
  await dataset('b').write({ k: '1' });
  expect(outline((await trigger.poll()).emitted)).toEqual(['a created', 'b created']);
  expect(trigger.bodies[0]).toMatchObject({
    Change: 'created',
    IdentityPoolId: POOL,
    IdentityId: IDENTITY,
    NumRecords: 1,
  });

  now += 1000;
  await dataset('b').write({ k: '2' });
  await dataset('a').delete();
  await dataset('c').write({ k: '1' });
  expect(outline((await trigger.poll()).emitted)).toEqual(['a deleted', 'b updated', 'c created']);
  expect((await trigger.poll()).emits).toBe(0);
});

it('emits a dataset that was deleted and made anew as both', async () => {
  const trigger = poller();
  await dataset('a').write({ k: '1' });
  await trigger.poll();
  now += 1000;
  await dataset('a').delete();
  await dataset('a').write({ k: '1' });
  expect(outline((await trigger.poll()).emitted)).toEqual(['a deleted', 'a created']);
});

it('misses nothing and repeats nothing when everything happens within one millisecond', async () => {
  const trigger = poller();
  await dataset('a').write({ k: '1' });
  expect(outline((await trigger.poll()).emitted)).toEqual(['a created']);
  await dataset('b').write({ k: '1' });
  expect(outline((await trigger.poll()).emitted)).toEqual(['b created']);
  await dataset('a').write({ other: '1' });
  expect(outline((await trigger.poll()).emitted)).toEqual(['a updated']);
  expect((await trigger.poll()).emits).toBe(0);
});

it('begins with what comes later where the user chose so', async () => {
  const trigger = poller({ startFrom: 'now' });
  await dataset('old').write({ k: '1' });
  expect((await trigger.poll()).emitted).toEqual([]);
  now += 1;
  await dataset('new').write({ k: '1' });
  expect(outline((await trigger.poll()).emitted)).toEqual(['new created']);
});

it.each([false, true])('loses nothing when a run breaks at any emit (delivered: %s)', async (delivered) => {
  const trigger = poller();
  for (let crashAt = 1; crashAt <= 5; crashAt++) {
    now += 1000;
    for (const name of ['a', 'b', 'c']) await dataset(name).write({ k: `${crashAt}` });
    await trigger.pollAndCrash(crashAt, delivered);
    await trigger.poll();
  }
  const dates = (name: string) =>
    new Set(trigger.bodies.filter(({ DatasetName }) => DatasetName === name).map((body) => body['LastModifiedDate']));
  for (const name of ['a', 'b', 'c']) expect(dates(name).size).toBe(5);
  expectStableIds(trigger.emitted);
});

describe('a sample', () => {
  beforeEach(() => void (process.env['ELASTICIO_FLOW_TYPE'] = 'debug'));
  afterEach(() => void delete process.env['ELASTICIO_FLOW_TYPE']);

  it('shows at most ten datasets and keeps no snapshot', async () => {
    for (let i = 0; i < 12; i++) await dataset(`d${i}`).write({ k: '1' });
    const trigger = poller({ startFrom: 'now' });
    expect((await trigger.poll()).emitted).toHaveLength(10);
    expect(trigger.snapshots).toEqual([]);
  });

  it('says so when there is nothing to show', async () => {
    await expect(poller().poll()).rejects.toThrow(/there is nothing to show as a sample/);
  });
});

describe('the snapshot', () => {
  const many = (count: number, nameLength: number) =>
    Array.from({ length: count }, (_, i) => ({
      DatasetName: String(i).padStart(nameLength, 'x'),
      CreationDate: new Date(1e12 + i).toISOString(),
      LastModifiedDate: new Date(8e15 + i).toISOString(),
      NumRecords: 1024,
    }));
  const bytes = (position: DatasetsPosition) =>
    JSON.stringify({ IdentityPoolId: POOL, IdentityId: IDENTITY, ...position }).length;

  const positionOf = (count: number, nameLength: number) => {
    const last = [...datasetChanges(many(count, nameLength), { known: [] })].at(-1);
    if (!last || !('save' in last)) throw new Error('a position ends the steps');
    return last.save;
  };

  it.each([
    [20, 128, 3_200],
    [400, 12, 4_500],
    [5_000, 128, 4_500],
  ])('of %i datasets with names of %i characters takes at most %i bytes', (count, nameLength, most) => {
    expect(bytes(positionOf(count, nameLength))).toBeLessThanOrEqual(most);
  });

  it('names every dataset within the default quota', () => {
    const position = positionOf(20, 128);
    expect(position.until).toBeUndefined();
    expect(position.known).toHaveLength(20);
  });

  it('that has no room for all still leads to every new and changed one, once', async () => {
    const trigger = poller();
    for (let i = 0; i < 200; i++) await dataset(`dataset-${i}-${'x'.repeat(60)}`).write({ k: '1' });
    expect((await trigger.poll()).emitted).toHaveLength(200);
    expect((await trigger.poll()).emitted).toEqual([]);
    expect(trigger.log.join()).toContain('200 datasets are more than a snapshot can name');
    now += 1000;
    await dataset(`dataset-0-${'x'.repeat(60)}`).write({ k: '2' });
    await dataset(`dataset-199-${'x'.repeat(60)}`).write({ k: '2' });
    await dataset('new').write({ k: '1' });
    const { emitted } = await trigger.poll();
    expect(emitted.map(({ body }) => body['Change']).sort()).toEqual(['created', 'updated', 'updated']);
    expect((await trigger.poll()).emitted).toEqual([]);
  }, 30_000);
});

it('follows any history completely, whatever breaks', async () => {
  let identities = 0;
  const name = fc.constantFrom('a', 'b', '__proto__', 'constructor');
  const step = fc.oneof(
    fc.record({ do: fc.constant('write' as const), name, ms: fc.nat(2) }),
    fc.record({ do: fc.constant('delete' as const), name, ms: fc.constant(1) }),
    fc.record({ do: fc.constant('poll' as const), crashAt: fc.nat(5), delivered: fc.boolean() }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 16 }), async (steps) => {
      const IdentityId = `us-east-1:00000000-0000-4000-8000-${String(identities++).padStart(12, '0')}`;
      const trigger = poller({ IdentityId });
      let content = 0;
      const alive = new Set<string>();
      for (const action of steps) {
        if (action.do === 'poll') {
          if (action.crashAt) await trigger.pollAndCrash(action.crashAt, action.delivered);
          else await trigger.poll();
          continue;
        }
        now += action.ms;
        const where = { IdentityPoolId: POOL, IdentityId, DatasetName: action.name };
        if (action.do === 'write') {
          server.control.write(where, { [`key-${content++}`]: 'x' });
          alive.add(action.name);
        } else if (alive.delete(action.name)) {
          const app = new Writer(server, where);
          await app.delete();
          app.end();
        }
      }
      await trigger.poll();
      const replica = new Set<string>();
      for (const { DatasetName, Change } of trigger.bodies) {
        if (Change === 'deleted') replica.delete(DatasetName);
        else replica.add(DatasetName);
      }
      expect(replica).toEqual(alive);
      const listed = trigger.snapshot['known'] as string[];
      const emitted = trigger.bodies.filter(({ Change }) => Change !== 'deleted');
      for (const entry of listed)
        expect(emitted.map((body) => `${body['DatasetName']} ${markOf(body)}`)).toContain(entry);
      expectStableIds(trigger.emitted);
    }),
    { numRuns: times(200) },
  );
});
