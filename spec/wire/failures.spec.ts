import type { LocalServer } from '../../server';
import type { FaultKind } from '../../server/faults';
import { cognitoSync } from '../../lib/cognito-sync/client';
import { wholeDataset } from '../../lib/datasets/whole-dataset';
import type { Process } from '../../lib/platform/runtime';
import { cfgOf, DATASET, KEYS, localServer, POOL } from '../support/local';
import { run } from '../support/run';

/**
 * Every kind of failure × every class of operation: how often the server saw the call, what was emitted, and what the
 * failure left behind. Retries are 2 here, waits real but short.
 */

let server: LocalServer;
const retries = 2;
beforeAll(() => {
  process.env['API_RETRIES_COUNT'] = String(retries);
  process.env['API_REQUEST_TIMEOUT'] = '500';
});
afterAll(() => {
  delete process.env['API_RETRIES_COUNT'];
  delete process.env['API_REQUEST_TIMEOUT'];
});
beforeEach(async () => {
  server = await localServer();
});
afterEach(() => server.stop());

const client = () =>
  cognitoSync({
    region: 'us-east-1',
    endpoint: { origin: server.endpoint, host: new URL(server.endpoint).host },
    credentials: { current: () => KEYS },
    policy: { retries: 0, timeoutMs: 5_000 },
  });

async function modules(name: string): Promise<Process> {
  return ((await import(`../../lib/actions/${name}`)) as { process: Process }).process;
}

const values = async () =>
  Object.fromEntries([...(await wholeDataset(client(), DATASET)).records].map(([key, { Value }]) => [key, Value]));

/** One operation of each class, with its input, prepared on a fresh server, and the effect that it should have once. */
interface Subject {
  readonly input: () => Promise<object>;
  /** True when the effect is there. */
  readonly effect: () => Promise<boolean>;
}

const write = async () => ({
  ...DATASET,
  SyncSessionToken: (await wholeDataset(client(), DATASET)).syncSessionToken,
  RecordPatches: [{ Op: 'replace', Key: 'k', Value: 'v', SyncCount: 0 }],
});
const existing = async () => {
  await run(await modules('UpsertRecords'), { body: { ...DATASET, Records: { old: 'v' } } }, cfgOf(server));
  return DATASET;
};
const streaming = async () => {
  const body = {
    IdentityPoolId: POOL,
    CognitoStreams: { StreamName: 's', RoleArn: 'arn:aws:iam::123456789012:role/sync', StreamingStatus: 'ENABLED' },
  };
  await run(await modules('SetIdentityPoolConfiguration'), { body }, cfgOf(server));
  return { IdentityPoolId: POOL };
};
const lambda = 'arn:aws:lambda:us-east-1:123456789012:function:sync';

const subjects: Readonly<Record<string, Subject>> = {
  // a read
  ListRecords: { input: async () => DATASET, effect: async () => true },
  // a write that may be repeated
  SetCognitoEvents: {
    input: async () => ({ IdentityPoolId: POOL, Events: { SyncTrigger: lambda } }),
    effect: async () => {
      const { bodies } = await run(
        await modules('GetCognitoEvents'),
        { body: { IdentityPoolId: POOL } },
        cfgOf(server),
      );
      return bodies[0]?.['Events']?.SyncTrigger === lambda;
    },
  },
  // writes that are looked up before they are repeated
  UpdateRecords: { input: write, effect: async () => (await values())['k'] === 'v' },
  DeleteDataset: { input: existing, effect: async () => !(await wholeDataset(client(), DATASET)).exists },
  BulkPublish: {
    input: streaming,
    effect: async () => {
      const { bodies } = await run(
        await modules('GetBulkPublishDetails'),
        { body: { IdentityPoolId: POOL } },
        cfgOf(server),
      );
      return bodies[0]?.['BulkPublishStatus'] === 'IN_PROGRESS';
    },
  },
  // the whole dance
  UpsertRecords: {
    input: async () => ({ ...DATASET, Records: { k: 'v' } }),
    effect: async () => (await values())['k'] === 'v',
  },
};

/** The call of the subject that the fault strikes. */
const struckCall = (name: string) => (name === 'UpsertRecords' ? 'UpdateRecords' : name);

const REPEATED: FaultKind[] = [
  '429',
  '500',
  '503',
  'reset-before',
  'hang',
  '500-after',
  'reset-after',
  'truncated',
  'not-json',
  'html',
];
const names = Object.keys(subjects);

describe('one failure', () => {
  it.each(REPEATED.flatMap((kind) => names.map((name) => [kind, name] as const)))(
    '%s during %s: the call succeeds, with its effect once',
    async (kind, name) => {
      const { input, effect } = subjects[name]!;
      const body = await input();
      const before = server.calls(struckCall(name));
      server.faults.next({ operation: struckCall(name), kind });
      const { error, bodies, emitted } = await run(await modules(name), { id: 'm1', body }, cfgOf(server));
      expect(error).toBeUndefined();
      expect(bodies).toHaveLength(1);
      expect(await effect()).toBe(true);
      // What took effect is not sent again: one call reached the server for a write whose answer was lost.
      const tookEffect = ['500-after', 'reset-after', 'truncated', 'not-json'].includes(kind);
      const lookedUp = ['UpdateRecords', 'UpsertRecords', 'DeleteDataset', 'BulkPublish'].includes(name);
      expect(server.calls(struckCall(name)) - before).toBe(tookEffect && lookedUp ? 1 : 2);
      expect(emitted[0]?.payload.headers['cognito-sync-recovered']).toBe(tookEffect && lookedUp ? 'true' : undefined);
    },
  );
});

describe('a failure that lasts', () => {
  const lasting = [
    ['429', 'TooManyRequestsException'],
    ['503', 'ServiceUnavailable'],
    ['500', 'InternalErrorException'],
    ['reset-before', 'NetworkError'],
  ] as const;
  // Each on a server of its own: what throttles one call slows the others that go to the same place.
  it.each(lasting.flatMap(([kind, usual]) => names.map((name) => [kind, name, usual] as const)))(
    '%s during %s: tried three times, then %s or an unknown outcome',
    async (kind, name, usual) => {
      // Whether a change whose request was cut off took effect, only AWS could say.
      const mayBeUnknown = kind === 'reset-before' && !['ListRecords', 'SetCognitoEvents'].includes(name);
      const body = await subjects[name]!.input();
      const before = server.calls(struckCall(name));
      server.faults.next({ operation: struckCall(name), kind, count: 1_000 });
      const { error, emitted } = await run(await modules(name), { id: 'm1', body }, cfgOf(server));
      expect(error?.name).toBe(mayBeUnknown ? 'OutcomeUnknown' : usual);
      expect(error?.message).toMatch(new RegExp(`^${name}: `));
      expect(emitted).toEqual([]);
      expect(server.calls(struckCall(name)) - before).toBe(retries + 1);
    },
  );

  it('500 during RegisterDevice, which is neither repeatable nor looked up: sent once', async () => {
    server.faults.next({ operation: 'RegisterDevice', kind: '500', count: 10 });
    const body = { IdentityPoolId: POOL, IdentityId: DATASET.IdentityId, Platform: 'GCM', Token: 'device-token' };
    const { error } = await run(await modules('RegisterDevice'), { body }, cfgOf(server, { sessionToken: 'token' }));
    expect(error?.name).toBe('InternalErrorException');
    expect(server.calls('RegisterDevice')).toBe(1);
  });
});

describe('what no repetition cures is sent once', () => {
  it.each([
    ['conflict', 'ResourceConflictException'],
    ['error', 'LimitExceededException'],
  ] as const)('%s: %s', async (kind, name) => {
    const body = await write();
    server.faults.next({ operation: 'UpdateRecords', kind, name, status: 400, message: 'no', count: 10 });
    const { error } = await run(await modules('UpdateRecords'), { body }, cfgOf(server));
    expect(error?.name).toBe(name);
    expect(server.calls('UpdateRecords')).toBe(1);
  });
});

describe('the error handling policy', () => {
  const lasting = { operation: 'ListRecords', kind: '429', count: 100 } as const;

  it('«rebound» hands the message back when throttling outlasts the retries', async () => {
    server.faults.next(lasting);
    const { emitted, error } = await run(
      await modules('ListRecords'),
      { id: 'm', body: DATASET },
      cfgOf(server, { errorPolicy: 'rebound' }),
    );
    expect(error).toBeUndefined();
    expect(emitted.map(({ event }) => event)).toEqual(['rebound']);
    expect(emitted[0]?.payload.message).toMatch(/^ListRecords: TooManyRequestsException: .*\(HTTP 429, request id /);
    expect(server.calls('ListRecords')).toBe(retries + 1);
  });

  it('«rebound» does not hand back what will fail again', async () => {
    const body = { ...DATASET, LastSyncCount: 99 };
    const { emitted, error } = await run(
      await modules('ListRecords'),
      { body },
      cfgOf(server, { errorPolicy: 'rebound' }),
    );
    expect(emitted).toEqual([]);
    expect(error?.name).toBe('InvalidParameterException');
  });

  it('«rebound» does not hand back a message that has emitted something', async () => {
    await run(await modules('UpsertRecords'), { body: { ...DATASET, Records: { a: '1', b: '2' } } }, cfgOf(server));
    const cfg = cfgOf(server, { errorPolicy: 'rebound', emitBehaviour: 'fetchPage' });
    const process = await modules('ListRecords');
    let pages = 0;
    const seen: string[] = [];
    const runtime = {
      emit: async (event: string) => {
        seen.push(event);
        if (event === 'data' && ++pages === 1) server.faults.next(lasting);
      },
    };
    await expect(process.call(runtime, { body: { ...DATASET, MaxResults: 1 } }, cfg)).rejects.toThrow(
      'TooManyRequests',
    );
    expect(seen).toEqual(['data']);
  });

  it('«emit» makes a message of the error, with the input passed along', async () => {
    server.faults.next(lasting);
    const { emitted, error, bodies } = await run(
      await modules('ListRecords'),
      { id: 'm', body: DATASET },
      cfgOf(server, { errorPolicy: 'emit' }),
    );
    expect(error).toBeUndefined();
    expect(emitted.map(({ event }) => event)).toEqual(['data']);
    expect(bodies[0]).toEqual({
      error: {
        name: 'TooManyRequestsException',
        message: expect.any(String),
        statusCode: 429,
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        operation: 'ListRecords',
      },
      input: DATASET,
    });
  });

  it('«emit» makes a message of bad input too, and nothing is sent', async () => {
    const body = { ...DATASET, DatasetName: '..' };
    const { bodies } = await run(await modules('ListRecords'), { body }, cfgOf(server, { errorPolicy: 'emit' }));
    expect(bodies[0]?.['error']).toMatchObject({
      name: 'InvalidInput',
      message: expect.stringContaining('DatasetName must be'),
    });
    expect(server.calls()).toBe(0);
  });

  it('«fail» throws at once', async () => {
    server.faults.next(lasting);
    const { error } = await run(
      await modules('ListRecords'),
      { body: DATASET },
      cfgOf(server, { errorPolicy: 'fail' }),
    );
    expect(error?.name).toBe('TooManyRequestsException');
    expect(server.calls('ListRecords')).toBe(1);
  });

  it('refuses a policy that does not exist', async () => {
    const { error } = await run(
      await modules('ListRecords'),
      { body: DATASET },
      cfgOf(server, { errorPolicy: 'ignore' }),
    );
    expect(error?.message).toBe('ListRecords: InvalidInput: errorPolicy must be one of retry, rebound, emit, fail');
  });
});
