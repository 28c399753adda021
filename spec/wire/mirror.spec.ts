import { type CognitoIdentityClient, DeleteIdentitiesCommand } from '@aws-sdk/client-cognito-identity';
import { type CognitoSyncClient, DeleteDatasetCommand } from '@aws-sdk/client-cognito-sync';
import { process as ExportIdentityPool } from '../../lib/actions/ExportIdentityPool';
import { process as ExportTrigger } from '../../lib/triggers/GetNewAndUpdatedRecordsOfIdentityPool';
import type { LocalServer } from '../../server';
import { cfgOf, localServer, POOL } from '../support/local';
import { Mirror } from '../support/mirror';
import { expectStableIds, Poller } from '../support/poller';
import { fc, times } from '../support/random';
import { run } from '../support/run';
import { identityClient, syncClient } from '../support/server';

// Random histories take longer than a test usually does.
jest.setTimeout(times(300_000));

const DAY_MS = 86_400_000;
const HISTORIES = times(60);
let server: LocalServer;
let now: number;
let app: CognitoSyncClient;
let admin: CognitoIdentityClient;
let mirror: Mirror;
beforeEach(async () => {
  now = Date.now();
  server = await localServer({ now: () => now, maxSkewMs: 1e15 });
  app = syncClient(server);
  admin = identityClient(server);
  mirror = new Mirror();
});
afterEach(async () => {
  mirror.close();
  app.destroy();
  admin.destroy();
  await server.stop();
});

const IDENTITIES = Array.from({ length: 3 }, (_, n) => `us-east-1:00000000-0000-4000-8000-00000000000${n}`);
const DATASETS = ['d', 'e'];
const KEYS = ['a', 'b'];

/** What the pool holds, in the form of the mirror. */
function held(IdentityPoolId: string): [string, string][] {
  return IDENTITIES.flatMap((IdentityId) =>
    DATASETS.flatMap((DatasetName) =>
      Object.entries(server.control.read({ IdentityPoolId, IdentityId, DatasetName }) ?? {}).map(
        ([key, value]): [string, string] => [`${IdentityId}/${DatasetName}/${key}`, value],
      ),
    ),
  ).sort(([a], [b]) => (a < b ? -1 : 1));
}

const who = fc.nat(IDENTITIES.length - 1);
const which = fc.constantFrom(...DATASETS);
const change = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      who,
      which,
      key: fc.constantFrom(...KEYS),
      value: fc.constantFrom('1', '2', null),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('delete dataset' as const), who, which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete identity' as const), who }) },
);
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

async function make(IdentityPoolId: string, one: Change): Promise<void> {
  now += 1000;
  const IdentityId = IDENTITIES[one.who] ?? '';
  if (one.do === 'write') {
    server.control.write({ IdentityPoolId, IdentityId, DatasetName: one.which }, { [one.key]: one.value });
  } else if (one.do === 'delete identity') {
    await admin.send(new DeleteIdentitiesCommand({ IdentityIdsToDelete: [IdentityId] }));
  } else if (server.control.read({ IdentityPoolId, IdentityId, DatasetName: one.which })) {
    await app.send(new DeleteDatasetCommand({ IdentityPoolId, IdentityId, DatasetName: one.which }));
  }
}

/** Polls until a pass is complete. */
async function pass(trigger: Poller): Promise<void> {
  for (;;) {
    const { emitted } = await trigger.poll();
    if (emitted.some(({ body }) => body['Kind'] === 'summary')) return;
  }
}

it(`equals the pool after each complete pass, over ${HISTORIES} histories of changes, crashes and redeliveries`, async () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: change },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant('poll' as const), crashAt: fc.nat(8), delivered: fc.boolean() }),
    },
    { weight: 1, arbitrary: fc.constant({ do: 'day' as const }) },
    { weight: 2, arbitrary: fc.constant({ do: 'pass' as const }) },
  );
  const options = fc.record({ maxIdentitiesPerRun: fc.integer({ min: 1, max: 5 }), again: fc.nat(6) });
  let pools = 0;
  let checked = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 5, maxLength: 40, size: 'max' }),
      options,
      async (steps, { maxIdentitiesPerRun, again }) => {
        const IdentityPoolId = server.control.addPool({
          IdentityPoolId: `us-east-1:00000000-0000-4000-8000-${String(++pools).padStart(12, 'f')}`,
        });
        const fields = { IdentityPoolId, maxIdentitiesPerRun, reportPresence: 'on' };
        const trigger = new Poller(ExportTrigger, cfgOf(server, fields));
        let received = 0;
        const receive = () => {
          // A broker gives again what was not acknowledged, in its order.
          const from = Math.max(0, received - again);
          for (const body of trigger.bodies.slice(from)) mirror.receive(body);
          received = trigger.emitted.length;
        };
        const settle = async () => {
          // One pass may be under way and have gone past what was changed since; the next one reports it.
          await pass(trigger);
          await pass(trigger);
          receive();
          expect(mirror.records(IdentityPoolId)).toEqual(held(IdentityPoolId));
          checked++;
        };
        for (const one of steps) {
          if (one.do === 'day') now += DAY_MS;
          else if (one.do === 'pass') {
            await settle();
            now += DAY_MS;
          } else if (one.do !== 'poll') await make(IdentityPoolId, one);
          else if (one.crashAt) await trigger.pollAndCrash(one.crashAt, one.delivered);
          else await trigger.poll();
          receive();
        }
        now += DAY_MS;
        await settle();
        expectStableIds(trigger.emitted.filter(({ body }) => body['Kind'] !== 'summary'));
      },
    ),
    { numRuns: HISTORIES },
  );
  expect(checked).toBeGreaterThan(HISTORIES);
});

const fill = () => {
  for (const IdentityId of IDENTITIES) {
    for (const DatasetName of DATASETS) {
      server.control.write({ IdentityPoolId: POOL, IdentityId, DatasetName }, { a: '1', b: '2' });
    }
  }
};

it.each(['record', 'dataset', 'identity'])(
  'every message of a pass carries its id, one message per %s',
  async (Granularity) => {
    fill();
    const trigger = new Poller(
      ExportTrigger,
      cfgOf(server, { IdentityPoolId: POOL, Granularity, reportPresence: 'on' }),
    );
    await pass(trigger);
    const first = trigger.emitted.length;
    await pass(trigger);
    const ids = (bodies: Record<string, any>[]) => [...new Set(bodies.map(({ PassId }) => PassId as string))];
    const [one = ''] = ids(trigger.bodies.slice(0, first));
    const [other = ''] = ids(trigger.bodies.slice(first));
    expect(ids(trigger.bodies)).toEqual([one, other]);
    expect(other > one).toBe(true);
    expect(trigger.bodies.slice(0, first).filter(({ Kind }) => Kind === 'presence')).toEqual(
      IDENTITIES.map((IdentityId) => ({
        Kind: 'presence',
        PassId: one,
        IdentityPoolId: POOL,
        IdentityId,
        Present: DATASETS.map((DatasetName) => ({ DatasetName, AllRecords: true })),
      })),
    );
    expect(trigger.bodies[first - 1]).toMatchObject({ Kind: 'summary', PassId: one, Totals: { Identities: 3 } });
  },
);

it('a pass without changes names the datasets and sends no record', async () => {
  fill();
  const trigger = new Poller(ExportTrigger, cfgOf(server, { IdentityPoolId: POOL, reportPresence: 'on' }));
  await pass(trigger);
  now += DAY_MS;
  await pass(trigger);
  now += DAY_MS;
  const before = trigger.emitted.length;
  await pass(trigger);
  const later = trigger.bodies.slice(before);
  expect(later.map(({ Kind }) => Kind as string)).toEqual([...IDENTITIES.map(() => 'presence'), 'summary']);
  expect(later[0]?.['Present']).toEqual(DATASETS.map((DatasetName) => ({ DatasetName, AllRecords: false })));
});

it('a dataset that was deleted and made anew between two passes leaves nothing of the one before', async () => {
  const dataset = { IdentityPoolId: POOL, IdentityId: IDENTITIES[0] ?? '', DatasetName: 'd' };
  server.control.write(dataset, { a: '1', b: '1' });
  const trigger = new Poller(ExportTrigger, cfgOf(server, { IdentityPoolId: POOL, reportPresence: 'on' }));
  await pass(trigger);
  now += DAY_MS;
  await app.send(new DeleteDatasetCommand(dataset));
  server.control.write(dataset, { b: '2' });
  await pass(trigger);
  for (const body of trigger.bodies) mirror.receive(body);
  expect(mirror.records(POOL)).toEqual([[`${dataset.IdentityId}/d/b`, '2']]);
});

it('a pass that began before the field was ticked begins anew', async () => {
  fill();
  const fields = { IdentityPoolId: POOL, maxIdentitiesPerRun: 1 };
  const plain = new Poller(ExportTrigger, cfgOf(server, fields));
  await plain.poll();
  expect(plain.bodies.every((body) => !('PassId' in body))).toBe(true);
  const ticked = new Poller(ExportTrigger, cfgOf(server, { ...fields, reportPresence: 'on' }));
  ticked.snapshot = plain.snapshot;
  await pass(ticked);
  for (const body of ticked.bodies) mirror.receive(body);
  expect(mirror.records(POOL)).toEqual(held(POOL));
});

it('names only the datasets that the filter allows', async () => {
  fill();
  const fields = { IdentityPoolId: POOL, DatasetNames: 'e', reportPresence: 'on' };
  const trigger = new Poller(ExportTrigger, cfgOf(server, fields));
  await pass(trigger);
  expect(trigger.bodies.find(({ Kind }) => Kind === 'presence')?.['Present']).toEqual([
    { DatasetName: 'e', AllRecords: true },
  ]);
});

it('each run of the action is a pass over everything', async () => {
  const exported = () =>
    run(ExportIdentityPool, { id: 'm1', body: {} }, cfgOf(server, { IdentityPoolId: POOL, reportPresence: 'on' }));
  const changes = fc.array(change, { maxLength: 8 });
  fill();
  await fc.assert(
    fc.asyncProperty(changes, async (some) => {
      for (const one of some) await make(POOL, one);
      const { bodies, error } = await exported();
      expect(error).toBeUndefined();
      for (const body of bodies) mirror.receive(body);
      expect(mirror.records(POOL)).toEqual(held(POOL));
    }),
    { numRuns: times(30) },
  );
});
