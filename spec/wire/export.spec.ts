import { process as ExportIdentityPool } from '../../lib/actions/ExportIdentityPool';
import { process as ExportTrigger } from '../../lib/triggers/GetNewAndUpdatedRecordsOfIdentityPool';
import type { LocalServer } from '../../server';
import { cfgOf, localServer, POOL } from '../support/local';
import { expectStableIds, Poller } from '../support/poller';
import { fc, times } from '../support/random';
import { run } from '../support/run';
import { Writer } from '../support/writer';

// Random histories take longer than a test usually does.
jest.setTimeout(times(120_000));

const DAY_MS = 86_400_000;
let server: LocalServer;
let now: number;
let identities: string[];
beforeEach(async () => {
  now = Date.now();
  server = await localServer({ now: () => now, maxSkewMs: 1e15 });
});
afterEach(() => server.stop());

const fill = (count: number, datasetsPerIdentity = 2, recordsPerDataset = 3) => {
  identities = server.seed({ identities: count, datasetsPerIdentity, recordsPerDataset });
};
const keysOf = (bodies: readonly Record<string, any>[]) =>
  bodies
    .filter(({ Kind }) => Kind === 'record')
    .map((body) => `${body['IdentityId']}/${body['DatasetName']}/${body['Key']}`);
const everyKey = (names = ['dataset-0', 'dataset-1'], records = 3, ids = identities) =>
  ids.flatMap((id) => names.flatMap((name) => Array.from({ length: records }, (_, r) => `${id}/${name}/key-${r}`)));
const poller = (fields: object = {}) =>
  new Poller(ExportTrigger, cfgOf(server, { IdentityPoolId: POOL, emitSummary: 'on', ...fields }));
const exported = (body: object = {}, fields: object = {}, id = 'm1') =>
  run(
    ExportIdentityPool,
    { id, body: { IdentityPoolId: POOL, ...body } },
    cfgOf(server, { emitSummary: 'on', ...fields }),
  );

describe('the action', () => {
  beforeEach(() => fill(65));

  it('emits every record once, identity by identity, then totals', async () => {
    const { bodies, log } = await exported();
    expect(keysOf(bodies)).toEqual(everyKey());
    expect(bodies[0]).toEqual({
      Kind: 'record',
      Change: 'updated',
      IdentityPoolId: POOL,
      IdentityId: identities[0],
      DatasetName: 'dataset-0',
      Key: 'key-0',
      Value: expect.stringMatching(/^value 0\.0\.0/),
      SyncCount: 1,
      LastModifiedDate: new Date(now).toISOString(),
      LastModifiedBy: '123456789012',
      DeviceLastModifiedDate: new Date(now).toISOString(),
    });
    expect(bodies.at(-1)).toEqual({
      Kind: 'summary',
      IdentityPoolId: POOL,
      StartedAt: expect.any(String),
      ModifiedSince: null,
      Totals: { Identities: 65, Datasets: 130, Records: 390, Removed: 0, Bytes: 390 * 37, Unchanged: 0, Skipped: [] },
    });
    expect(server.calls('ListIdentities')).toBe(2);
    expect(server.calls()).toBe(2 + 65 + 130);
    // A line for each of a million calls would drown the log.
    expect(log).toEqual([
      expect.stringMatching(/^ExportIdentityPool: the export is complete: {"Identities":65,"Datasets":130,/),
    ]);
  });

  it('gives the same ids when the message is delivered again, others for another message', async () => {
    const ids = async (id: string) => (await exported({}, {}, id)).emitted.map(({ payload }) => payload.id);
    const first = await ids('m1');
    expect(new Set(first).size).toBe(391);
    expect(await ids('m1')).toEqual(first);
    expect((await ids('m2')).filter((id) => first.includes(id))).toEqual([]);
  });

  it('emits one message per dataset or identity where asked to', async () => {
    const datasets = (await exported({ Granularity: 'dataset' })).bodies;
    expect(datasets.map(({ Kind }) => Kind)).toEqual([...Array<string>(130).fill('dataset'), 'summary']);
    expect(datasets[1]).toMatchObject({
      IdentityId: identities[0],
      DatasetName: 'dataset-1',
      DatasetSyncCount: 1,
      NumRecords: 3,
    });
    expect(datasets[1]?.['Records']).toHaveLength(3);
    const whole = (await exported({}, { Granularity: 'identity' })).bodies;
    expect(whole.map(({ Kind }) => Kind)).toEqual([...Array<string>(65).fill('identity'), 'summary']);
    expect(whole[7]).toMatchObject({
      IdentityId: identities[7],
      Datasets: [
        { DatasetName: 'dataset-0', Records: [{ Key: 'key-0', Change: 'updated' }, {}, {}] },
        { DatasetName: 'dataset-1' },
      ],
    });
  });

  it.each([
    [
      'identities',
      () => ({ IdentityIds: `${identities[5]},${identities[2]}` }),
      () => everyKey(undefined, 3, [identities[5] ?? '', identities[2] ?? '']),
    ],
    ['datasets', () => ({ DatasetNames: ['dataset-1', 'absent'] }), () => everyKey(['dataset-1'])],
    ['time', () => ({ ModifiedSince: new Date(now + 1).toISOString() }), () => []],
  ])('filters by %s', async (_, filter, expected) => {
    expect(keysOf((await exported(filter())).bodies)).toEqual(expected());
  });

  it('reads the list of identities only when none are named', async () => {
    await exported({ IdentityIds: [identities[0]] });
    expect(server.calls('ListIdentities')).toBe(0);
  });

  it.each([
    [{ Concurrency: 11 }, 'Concurrency must be a whole number from 1 to 10, got 11'],
    [{ Granularity: 'page' }, 'Granularity must be one of record, dataset, identity'],
    [{ IdentityIds: 'alice' }, 'IdentityIds[0] must be an identity id'],
    [{ DatasetNames: ['..'] }, 'DatasetNames[0] must be a dataset name'],
    [{ ModifiedSince: 'yesterday' }, 'ModifiedSince must be a date and time'],
    [{ IdentityPoolId: '' }, 'IdentityPoolId is required'],
  ])('refuses %j', async (body, problem) => {
    expect((await exported(body)).error?.message).toContain(`ExportIdentityPool: InvalidInput: ${problem}`);
  });

  it.each([1, 4, 10])('keeps the order at a concurrency of %i, with calls of any duration', async (Concurrency) => {
    server.faults.rate({ kind: 'latency', rate: 0.05, ms: 15, seed: Concurrency });
    expect(keysOf((await exported({ Concurrency })).bodies)).toEqual(everyKey());
  });

  it('backs off and goes on when it is throttled', async () => {
    server.faults.rate({ kind: '429', rate: 0.1, seed: 7 });
    const { bodies, error } = await exported({ IdentityIds: identities.slice(0, 20), Concurrency: 4 });
    expect(error).toBeUndefined();
    expect(keysOf(bodies)).toEqual(everyKey(undefined, 3, identities.slice(0, 20)));
  }, 60_000);

  it('goes on where a single call would have given up', async () => {
    process.env['API_RETRIES_COUNT'] = '1';
    try {
      // Throttling counts as no attempt of an export's calls while it lasts no longer than two minutes.
      server.faults.next({ kind: '429', operation: 'ListRecords', count: 6 });
      const { bodies, error } = await exported({ IdentityIds: identities.slice(0, 1), Concurrency: 1 });
      expect(error).toBeUndefined();
      expect(keysOf(bodies)).toEqual(everyKey(undefined, 3, identities.slice(0, 1)));
    } finally {
      delete process.env['API_RETRIES_COUNT'];
    }
  }, 60_000);

  it('counts what vanished while it was read, with the reason, and goes on', async () => {
    server.faults.next({
      kind: 'error',
      operation: 'ListRecords',
      name: 'ResourceNotFoundException',
      status: 404,
      message: 'gone',
    });
    const { bodies } = await exported({ Concurrency: 1 });
    expect(keysOf(bodies)).toEqual(everyKey().slice(3));
    expect(bodies.at(-1)?.['Totals']).toMatchObject({
      Datasets: 129,
      Skipped: [{ Reason: 'ResourceNotFoundException', Count: 1, Example: `${identities[0]}/dataset-0` }],
    });
  });

  it('fails with the reason when AWS refuses', async () => {
    server.faults.next({
      kind: 'error',
      operation: 'ListIdentities',
      name: 'AccessDeniedException',
      status: 403,
      message: 'no',
    });
    const { error, emitted } = await exported();
    expect(error?.message).toMatch(/^ExportIdentityPool: AccessDeniedException: no \[ListIdentities\] \(HTTP 4/);
    expect(emitted).toEqual([]);
  });
});

describe('without a summary, which is a choice of the step', () => {
  const TOTALS = 'cognito-sync-totals';
  const totalsOf = (headers: Record<string, string> | undefined) => JSON.parse(headers?.[TOTALS] ?? '{}') as object;

  it('every message of the action is of one kind, and the last one has the totals in a header', async () => {
    fill(65);
    const { emitted, bodies, log } = await exported({}, { emitSummary: '' });
    expect(keysOf(bodies)).toEqual(everyKey());
    expect(bodies).toHaveLength(390);
    expect(emitted.filter(({ payload }) => TOTALS in payload.headers)).toEqual([emitted.at(-1)]);
    expect(totalsOf(emitted.at(-1)?.payload.headers)).toMatchObject({ Identities: 65, Records: 390 });
    expect(log.join()).toContain('the export is complete: {"Identities":65,');
  });

  it('the trigger puts the totals of a pass into the log, and into its last message where one is left to come', async () => {
    fill(65);
    now += DAY_MS;
    const trigger = poller({ emitSummary: 'false' });
    const { emitted } = await trigger.poll();
    expect(emitted).toHaveLength(390);
    expect(totalsOf(emitted.at(-1)?.headers)).toMatchObject({ Identities: 65, Records: 390 });
    now += DAY_MS;
    expect((await trigger.poll()).emitted).toEqual([]);
    expect(trigger.log.join()).toContain('the export is complete: {"Identities":65,"Datasets":0,');
  });
});

describe('a body that the platform would drop', () => {
  const LIMIT = 'ELASTICIO_OUTGOING_MESSAGE_SIZE_LIMIT';
  afterEach(() => void delete process.env[LIMIT]);

  it.each(['dataset', 'identity'])('comes in parts (one message per %s)', async (Granularity) => {
    identities = server.seed({ identities: 1, datasetsPerIdentity: 2, recordsPerDataset: 40, valueLength: 1000 });
    process.env[LIMIT] = String((30_000 + 10_000) * (8 / 3));
    const { bodies, error } = await exported({ Granularity });
    expect(error).toBeUndefined();
    const parts = bodies.slice(0, -1);
    expect(parts.length).toBeGreaterThan(3);
    for (const body of parts) expect(JSON.stringify(body).length).toBeLessThan(30_000);
    const numbers = parts.map(({ Part, Parts }) => [Part, Parts]);
    const expected = Array.from({ length: numbers[0]?.[1] as number }, (_, i) => [i + 1, numbers[0]?.[1] as number]);
    expect(numbers.slice(0, expected.length)).toEqual(expected);
    const datasets = parts.flatMap((body) => (body['Datasets'] as object[] | undefined) ?? [body]) as {
      Records: object[];
    }[];
    expect(datasets.flatMap(({ Records }) => Records)).toHaveLength(80);
  });

  it('leaves out a record that no message can hold, and says so', async () => {
    fill(1);
    server.control.write(
      { IdentityPoolId: POOL, IdentityId: identities[0] ?? '', DatasetName: 'dataset-0' },
      { huge: 'x'.repeat(50_000) },
    );
    process.env[LIMIT] = String((30_000 + 10_000) * (8 / 3));
    const { bodies } = await exported();
    expect(keysOf(bodies)).toEqual(everyKey());
    expect(bodies.at(-1)?.['Totals'].Skipped).toEqual([
      { Reason: 'TooLarge', Count: 1, Example: `${identities[0]}/dataset-0` },
    ]);
  });
});

describe('the trigger', () => {
  it('emits everything once, then what was modified since, removals too', async () => {
    fill(70);
    now += DAY_MS;
    const trigger = poller();
    expect(keysOf((await trigger.poll()).emitted.map(({ body }) => body))).toEqual(everyKey());
    expect(trigger.snapshot).toEqual({
      IdentityPoolId: POOL,
      filters: expect.any(String),
      since: Math.floor(now / 1000) * 1000,
    });

    now += DAY_MS;
    const before = server.calls();
    const [quiet] = (await trigger.poll()).emitted;
    expect(quiet?.body).toMatchObject({
      Kind: 'summary',
      Totals: { Identities: 70, Datasets: 0, Records: 0, Unchanged: 140 },
    });
    expect(server.calls() - before).toBe(1 + 2 + 70);

    now += DAY_MS;
    const where = { IdentityPoolId: POOL, IdentityId: identities[40] ?? '', DatasetName: 'dataset-1' };
    server.control.write(where, { 'key-1': null, fresh: 'new' });
    const { emitted } = await trigger.poll();
    const changes = emitted.slice(0, -1).map(({ body: { Change, Key, IdentityId } }) => [Change, Key, IdentityId]);
    expect(changes).toEqual([
      ['updated', 'fresh', identities[40]],
      ['removed', 'key-1', identities[40]],
    ]);
    expect(emitted.at(-1)?.body).toMatchObject({ Totals: { Datasets: 1, Records: 1, Removed: 1, Unchanged: 139 } });
  });

  it.each([7, 60, 61, 1000])('goes on where it stopped, %i identities at a time', async (maxIdentitiesPerRun) => {
    fill(130, 1, 1);
    const trigger = poller({ maxIdentitiesPerRun });
    let runs = 0;
    do {
      await trigger.poll();
      runs++;
    } while (trigger.snapshot['pass']);
    expect(keysOf(trigger.bodies)).toEqual(everyKey(['dataset-0'], 1));
    expect(trigger.bodies.at(-1)).toMatchObject({ Totals: { Identities: 130, Records: 130 } });
    expect(runs).toBe(Math.ceil(130 / maxIdentitiesPerRun));
  });

  it.each([false, true])(
    'repeats messages and loses none, whichever emit breaks (delivered: %s)',
    async (delivered) => {
      fill(62, 0, 0);
      const used = [0, 30, 59, 60, 61].map((i) => identities[i] ?? '');
      for (const IdentityId of used) {
        server.control.write(
          { IdentityPoolId: POOL, IdentityId, DatasetName: 'dataset-0' },
          { 'key-0': 'x', 'key-1': 'x' },
        );
      }
      const { emits } = await poller().poll();
      expect(emits).toBe(10 + 1 + 3);
      for (let crashAt = 1; crashAt <= emits; crashAt++) {
        const trigger = poller();
        expect(await trigger.pollAndCrash(crashAt, delivered)).toBe(true);
        await trigger.poll();
        expect(new Set(keysOf(trigger.bodies))).toEqual(new Set(everyKey(['dataset-0'], 2, used)));
        expect(trigger.bodies.find(({ Kind }) => Kind === 'summary')?.['Totals']).toMatchObject({ Records: 10 });
        expectStableIds(trigger.emitted.filter(({ body }) => body['Kind'] === 'record'));
      }
    },
    60_000,
  );

  it('emits the removal of what a first pass emitted that broke off', async () => {
    const dataset = { IdentityPoolId: POOL, IdentityId: identities[0] ?? '', DatasetName: 'dataset-0' };
    server.control.write(dataset, { a: '1', b: '1' });
    const trigger = poller();
    await trigger.pollAndCrash(3, true);
    server.control.write(dataset, { a: null });
    now += DAY_MS;
    await trigger.poll();
    const { emitted } = await trigger.poll();
    expect(emitted.map(({ body: { Change, Key } }) => [Change, Key])).toContainEqual(['removed', 'a']);
  });

  it('repeats little after a crash: it keeps its place at the end of a page and every hundred messages', async () => {
    fill(65, 1, 10);
    const trigger = poller();
    await trigger.pollAndCrash(640, false);
    const atCrash = trigger.emitted.length;
    await trigger.poll();
    const records = keysOf(trigger.bodies);
    expect(atCrash + 1 + 650 - records.length).toBeGreaterThan(500);
    expect(records.length - 650).toBeLessThanOrEqual(110);
  });

  it('begins anew, once, when AWS no longer takes the token of the page', async () => {
    fill(130, 1, 1);
    const trigger = poller({ maxIdentitiesPerRun: 70 });
    await trigger.poll();
    server.faults.next({
      kind: 'error',
      operation: 'ListIdentities',
      name: 'InvalidParameterException',
      status: 400,
      message: 'token',
    });
    const { emitted } = await trigger.poll();
    expect(keysOf(emitted.map(({ body }) => body))).toEqual(everyKey(['dataset-0'], 1));
    expect(emitted.at(-1)?.body).toMatchObject({ Kind: 'summary', Totals: { Identities: 130 } });
    expect(trigger.log.join()).toContain('begins anew');
  });

  it('misses no identity when others come and go on the page where it stopped', async () => {
    fill(130, 1, 1);
    const trigger = poller({ maxIdentitiesPerRun: 30 });
    await trigger.poll();
    const cursor = trigger.snapshot['pass'].cursor as object;
    expect(cursor).toEqual({ after: identities[29] });
    const { CognitoIdentityClient, DeleteIdentitiesCommand } = await import('@aws-sdk/client-cognito-identity');
    const { KEYS } = await import('../support/local');
    const client = new CognitoIdentityClient({ endpoint: server.endpoint, region: 'us-east-1', credentials: KEYS });
    await client.send(
      new DeleteIdentitiesCommand({ IdentityIdsToDelete: [identities[3] ?? '', identities[29] ?? ''] }),
    );
    client.destroy();
    do await trigger.poll();
    while (trigger.snapshot['pass']);
    expect(new Set(keysOf(trigger.bodies))).toEqual(new Set(everyKey(['dataset-0'], 1)));
  });

  it('forgets its place when the filters change', async () => {
    fill(5);
    const trigger = poller();
    await trigger.poll();
    const other = poller({ DatasetNames: 'dataset-1' });
    other.snapshot = trigger.snapshot;
    expect(keysOf((await other.poll()).emitted.map(({ body }) => body))).toEqual(everyKey(['dataset-1']));
  });

  it('does not trust its own clock', async () => {
    now += 400 * DAY_MS;
    fill(3, 1, 1);
    now += DAY_MS;
    const trigger = poller();
    await trigger.poll();
    now += DAY_MS;
    server.control.write(
      { IdentityPoolId: POOL, IdentityId: identities[1] ?? '', DatasetName: 'dataset-0' },
      { fresh: '1' },
    );
    expect(keysOf((await trigger.poll()).emitted.map(({ body }) => body))).toEqual([
      `${identities[1]}/dataset-0/fresh`,
    ]);
  });

  it('keeps less than 5 KB, and does without a token that would not fit', async () => {
    fill(130, 1, 1);
    const trigger = poller({ maxIdentitiesPerRun: 70 });
    await trigger.poll();
    expect(JSON.stringify(trigger.snapshot).length).toBeLessThan(700);
    const { fitsSnapshot } = await import('../../lib/platform/trigger');
    const worst = {
      ...trigger.snapshot,
      since: 8.64e15,
      pass: {
        startedAt: 8.64e15,
        restarted: true,
        cursor: { token: 't'.repeat(2_500), after: 'x'.repeat(55) },
        totals: {
          ...Object.fromEntries(
            ['Identities', 'Datasets', 'Records', 'Removed', 'Bytes', 'Unchanged'].map((name) => [name, 2 ** 53 - 1]),
          ),
          Skipped: ['ResourceNotFoundException', 'DatasetDeleted', 'InvalidName', 'TooLarge'].map((Reason) => ({
            Reason,
            Count: 2 ** 53 - 1,
            Example: 'x'.repeat(55 + 1 + 128),
          })),
        },
      },
    };
    expect(fitsSnapshot(worst)).toBe(true);
    worst.pass.cursor.token = 't'.repeat(5_000);
    expect(fitsSnapshot(worst)).toBe(false);
  });

  it.each([['0'], ['many'], [-1], [1.5]])('refuses a maximum of %j identities', async (maxIdentitiesPerRun) => {
    await expect(poller({ maxIdentitiesPerRun }).poll()).rejects.toThrow(
      'maxIdentitiesPerRun must be a whole number from 1',
    );
  });
});

describe('a sample of the trigger', () => {
  beforeEach(() => void (process.env['ELASTICIO_FLOW_TYPE'] = 'debug'));
  afterEach(() => void delete process.env['ELASTICIO_FLOW_TYPE']);

  it('shows ten messages of a pool of any size, and keeps no snapshot', async () => {
    fill(500);
    const trigger = poller();
    expect((await trigger.poll()).emitted).toHaveLength(10);
    expect(trigger.snapshots).toEqual([]);
    expect(server.calls()).toBeLessThan(30);
  });

  it('says so when there is nothing to show', async () => {
    fill(300, 0, 0);
    await expect(poller().poll()).rejects.toThrow(/there is nothing to show as a sample/);
    expect(server.calls('ListDatasets')).toBeLessThan(130);
  });
});

it('emits every state that a pass could have seen, over any history of writes, removals and crashes', async () => {
  let pools = 0;
  const step = fc.oneof(
    fc.record({
      do: fc.constant('write' as const),
      who: fc.nat(4),
      key: fc.constantFrom('a', 'b'),
      value: fc.constantFrom('1', '2', null),
    }),
    fc.record({ do: fc.constant('poll' as const), crashAt: fc.nat(8), delivered: fc.boolean() }),
    fc.constant({ do: 'day' as const }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 20 }),
      fc.integer({ min: 1, max: 4 }),
      async (steps, maxIdentitiesPerRun) => {
        const IdentityPoolId = server.control.addPool({
          IdentityPoolId: `us-east-1:00000000-0000-4000-8000-${String(++pools).padStart(12, 'f')}`,
        });
        const trigger = poller({ IdentityPoolId, maxIdentitiesPerRun });
        const truth = new Map<string, string>();
        for (const action of steps) {
          if (action.do === 'day') now += DAY_MS;
          if (action.do === 'write') {
            now += 1000;
            const IdentityId = `us-east-1:00000000-0000-4000-8000-00000000000${action.who}`;
            server.control.write({ IdentityPoolId, IdentityId, DatasetName: 'd' }, { [action.key]: action.value });
            if (action.value === null) truth.delete(`${IdentityId} ${action.key}`);
            else truth.set(`${IdentityId} ${action.key}`, action.value);
          }
          if (action.do !== 'poll') continue;
          if (action.crashAt) await trigger.pollAndCrash(action.crashAt, action.delivered);
          else await trigger.poll();
        }
        // One pass may be under way and have gone past what was written since; the next one emits it.
        for (let summaries = 0; summaries < 2;) {
          const { emitted } = await trigger.poll();
          summaries += emitted.filter(({ body }) => body['Kind'] === 'summary').length;
        }
        const replica = new Map<string, string>();
        for (const { Kind, Change, IdentityId, Key, Value } of trigger.bodies) {
          if (Kind !== 'record') continue;
          if (Change === 'removed') replica.delete(`${IdentityId} ${Key}`);
          else replica.set(`${IdentityId} ${Key}`, Value);
        }
        expect(replica).toEqual(truth);
        expectStableIds(trigger.emitted.filter(({ body }) => body['Kind'] === 'record'));
      },
    ),
    { numRuns: times(150) },
  );
});

it('emits removed records under a service that leaves them out of full lists', async () => {
  await server.stop();
  server = await localServer({ now: () => now, maxSkewMs: 1e15, assume: { removedRecordsInFullList: 'left-out' } });
  fill(1);
  const trigger = poller();
  await trigger.poll();
  now += DAY_MS;
  const app = new Writer(server, { IdentityPoolId: POOL, IdentityId: identities[0] ?? '', DatasetName: 'other' });
  await app.write({ a: '1', b: '1' });
  await app.write({ a: null });
  app.end();
  const { emitted } = await trigger.poll();
  expect(emitted.slice(0, -1).map(({ body: { Change, Key } }) => [Change, Key])).toEqual(
    expect.arrayContaining([
      ['removed', 'a'],
      ['updated', 'b'],
    ]),
  );
});
