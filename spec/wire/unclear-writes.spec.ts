import type { LocalServer } from '../../server';
import { send as sendOverHttp } from '../../lib/aws/send';
import type { HttpRequest } from '../../lib/aws/http';
import { cognitoSync, type CognitoSync } from '../../lib/cognito-sync/client';
import { bulkPublish, deleteDataset, sendOnce, updateRecords } from '../../lib/datasets/recover';
import { RegisterDevice, SetIdentityPoolConfiguration } from '../../lib/cognito-sync/operations';
import { upsertRecords } from '../../lib/datasets/upsert';
import type { UpsertRecordsInput } from '../../lib/datasets/upsert-input';
import { wholeDataset } from '../../lib/datasets/whole-dataset';
import { ConnectorError } from '../../lib/error';
import { HostileNetwork, VirtualClock, type Fate } from '../support/hostile-network';
import { DATASET, KEYS, localServer, POOL } from '../support/local';

/**
 * One scenario each: what happened to a write whose answer did not come, what others did meanwhile, and what is said of it. The
 * server's counter of the dataset shows how many writes took effect.
 */

const START = Date.UTC(2026, 0, 31, 9, 30);
let server: LocalServer;
let clock: VirtualClock;
let peer: CognitoSync;
beforeEach(async () => {
  clock = new VirtualClock(START);
  server = await localServer({ now: clock.now });
  peer = clientOf({ send: sendOverHttp }, 0);
});
afterEach(() => server.stop());

function clientOf(io: object, retries: number): CognitoSync {
  return cognitoSync({
    region: 'us-east-1',
    endpoint: { origin: server.endpoint, host: new URL(server.endpoint).host },
    credentials: { current: () => KEYS },
    policy: { retries, timeoutMs: 15_000 },
    io: { send: sendOverHttp, now: clock.now, wait: () => Promise.resolve(), random: () => 0.5, ...io },
  });
}

interface Scenario {
  /** What happens to each request that changes something, in order; those after it arrive. */
  readonly fates: readonly (Fate | undefined)[];
  /** What happens to each request that asks. */
  readonly asks?: readonly (Fate | undefined)[];
  /** What others do, once, right after the first request that changes something has met its fate or arrived. */
  readonly meanwhile?: () => Promise<unknown>;
  readonly retries?: number;
}

const isChange = ({ method, target }: HttpRequest) => method !== 'GET' && !target.endsWith('getBulkPublishDetails');

/** A client behind a network that does this to its requests. */
function clientBehind({ fates, asks = [], meanwhile, retries = 2 }: Scenario) {
  const changes = [...fates];
  const questions = [...asks];
  let acted = false;
  let changed = false;
  const network = new HostileNetwork(clock, {
    random: () => 0.5,
    rate: 0,
    choose: (request) => {
      changed ||= isChange(request);
      return isChange(request) ? changes.shift() : questions.shift();
    },
    interrupt: async () => {
      if (!changed || acted) return;
      acted = true;
      await meanwhile?.();
    },
  });
  return { client: clientOf(network.io, retries), network };
}

const upsert = (client: CognitoSync, values: Record<string, string | null>, more: Partial<UpsertRecordsInput> = {}) =>
  upsertRecords(client, { ...DATASET, Records: new Map(Object.entries(values)), ...more });
const held = async () =>
  Object.fromEntries([...(await wholeDataset(peer, DATASET)).records].map(([key, { Value }]) => [key, Value]));
const writes = async () => (await wholeDataset(peer, DATASET)).syncCount;
const failure = async (promise: Promise<unknown>): Promise<ConnectorError> => {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ConnectorError);
  return error as ConnectorError;
};
/** A message for UpdateRecords that was made of a list just now. */
async function update(values: Record<string, string>) {
  const { records, syncSessionToken } = await wholeDataset(peer, DATASET);
  const RecordPatches = Object.entries(values).map(([Key, Value]) => ({
    Op: 'replace' as const,
    Key,
    Value,
    SyncCount: records.get(Key)?.SyncCount ?? 0,
  }));
  return { ...DATASET, SyncSessionToken: syncSessionToken, RecordPatches };
}

const LOST: Fate[] = [
  'answer cut',
  'answer late',
  'answer cut, as if whole',
  'gateway 500 after the effect',
  'gateway 503 after the effect',
  'gateway 504 after the effect',
  'AWS 500 after the effect',
  'sent twice, second answer',
];

describe('a write that took effect', () => {
  it.each(LOST)('%s: found, and written once', async (fate) => {
    const { client } = clientBehind({ fates: [fate] });
    const { output, recovered } = await upsert(client, { a: '1' });
    expect({ recovered, Written: output.Written, OthersWrote: output.OthersWrote }).toEqual({
      recovered: true,
      Written: true,
      OthersWrote: false,
    });
    expect(output.Records).toEqual([{ Key: 'a', Outcome: 'created', SyncCount: 1 }]);
    expect(await writes()).toBe(1);
  });

  it.each(LOST)('%s, of UpdateRecords: found, with its records', async (fate) => {
    const { client } = clientBehind({ fates: [fate] });
    const { output, recovered } = await updateRecords(client, await update({ a: '1' }));
    expect(recovered).toBe(true);
    expect(output.Records).toEqual([expect.objectContaining({ Key: 'a', Value: '1', SyncCount: 1 })]);
    expect(await writes()).toBe(1);
  });

  it('is not written again over what others wrote since: a stock that was counted down stays so', async () => {
    await upsert(peer, { stock: '10' });
    const { client } = clientBehind({ fates: ['answer cut'], meanwhile: () => upsert(peer, { stock: '49' }) });
    const { output } = await upsert(client, { stock: '50' });
    expect(output).toMatchObject({ Written: true, OthersWrote: true });
    expect(await held()).toEqual({ stock: '49' });
  });

  it('is found where one of its two keys was overwritten since', async () => {
    const { client } = clientBehind({ fates: ['answer cut'], meanwhile: () => upsert(peer, { b: 'theirs' }) });
    const { output, recovered } = await updateRecords(client, await update({ a: 'ours', b: 'ours' }));
    expect(recovered).toBe(true);
    // Of what others wrote since, only the own value is reported.
    expect(output.Records).toEqual([expect.objectContaining({ Key: 'a', SyncCount: 1 }), { Key: 'b', Value: 'ours' }]);
    expect(await held()).toEqual({ a: 'ours', b: 'theirs' });
  });

  it('is found where the dataset was deleted since, and made anew', async () => {
    for (const meanwhile of [
      () => deleteDataset(peer, DATASET),
      async () => {
        await deleteDataset(peer, DATASET);
        await upsert(peer, { other: 'theirs' });
      },
    ]) {
      await upsert(peer, { other: '1' });
      const { client } = clientBehind({ fates: ['answer cut'], meanwhile });
      expect(await upsert(client, { a: 'ours' })).toMatchObject({ recovered: true, output: { Written: true } });
      expect((await held())['a']).toBeUndefined();
    }
  });

  it('is found where the list for its records is refused: the token says it', async () => {
    const { client, network } = clientBehind({ fates: ['answer cut'] });
    const send = network.io.send;
    const message = await update({ a: '1' });
    const listless = clientOf(
      {
        ...network.io,
        send: (request: HttpRequest, options: Parameters<typeof send>[1]) => {
          if (request.method === 'GET' && !request.target.includes('syncSessionToken')) {
            server.faults.next({ kind: 'error', operation: 'ListRecords', name: 'AccessDeniedException', status: 403 });
          }
          return send(request, options);
        },
      },
      2,
    );
    expect(client).toBeDefined();
    // The token of a message is not known to be young without the answer's date.
    expect((await failure(updateRecords(listless, message))).name).toBe('OutcomeUnknown');
    expect(await writes()).toBe(1);
  });
});

describe('a write that did not take effect', () => {
  it.each(['request cut', 'gateway 503 before the effect', 'AWS 500 before the effect'] as const)(
    '%s: sent again with the same token',
    async (fate) => {
      const { client, network } = clientBehind({ fates: [fate] });
      expect((await upsert(client, { a: '1' })).recovered).toBe(false);
      expect(await writes()).toBe(1);
      expect(network.log.filter(({ request }) => request.method === 'POST')).toHaveLength(1);
    },
  );

  it('is no success because somebody else wrote the same: of two takers of a lock, one gets it', async () => {
    const { client } = clientBehind({ fates: ['request cut'], meanwhile: () => upsert(peer, { lock: 'taken' }) });
    const error = await failure(updateRecords(client, await update({ lock: 'taken' })));
    // The request that was cut may still be under way, and a lock that is deleted and free again could be taken by it.
    expect(error.name).toBe('OutcomeUnknown');
    expect(await writes()).toBe(1);
    const { client: second } = clientBehind({
      fates: ['AWS 500 before the effect'],
      meanwhile: () => upsert(peer, { lock: 'mine' }),
    });
    expect((await failure(updateRecords(second, await update({ lock: 'mine' })))).name).toBe(
      'ResourceConflictException',
    );
  });

  it('an upsert that finds the lock taken so says that it wrote nothing', async () => {
    const { client } = clientBehind({ fates: ['request cut'], meanwhile: () => upsert(peer, { lock: 'taken' }) });
    const { output } = await upsert(client, { lock: 'taken' });
    expect(output).toMatchObject({ Written: false, Records: [{ Outcome: 'unchanged' }] });
  });

  it('is a conflict where others wrote a record that was there', async () => {
    await upsert(peer, { a: '1' });
    const { client } = clientBehind({ fates: ['request cut'], meanwhile: () => upsert(peer, { a: 'theirs' }) });
    expect((await failure(updateRecords(client, await update({ a: 'ours' })))).name).toBe('ResourceConflictException');
    expect(await held()).toEqual({ a: 'theirs' });
  });

  it.each([
    ['keepRemote', { a: 'theirs' }],
    ['overwrite', { a: 'ours' }],
  ] as const)('with OnConflict %s others are respected as it says', async (OnConflict, expected) => {
    await upsert(peer, { a: '1' });
    const { client } = clientBehind({ fates: ['request cut'], meanwhile: () => upsert(peer, { a: 'theirs' }) });
    await upsert(client, { a: 'ours' }, { OnConflict });
    expect(await held()).toEqual(expected);
  });
});

describe('a first attempt that is late', () => {
  it('before the look: it counts, and is not sent again', async () => {
    const { client, network } = clientBehind({ fates: ['request late'], meanwhile: () => network.drain() });
    expect((await upsert(client, { a: '1' })).recovered).toBe(true);
    expect(await writes()).toBe(1);
  });

  it('after the second one: it is refused, since both carry the same token', async () => {
    const { client, network } = clientBehind({ fates: ['request late'] });
    await upsert(client, { a: '1' });
    await upsert(peer, { a: 'theirs' });
    await network.drain();
    expect(network.log.at(-1)).toMatchObject({ late: true, response: { status: 400 } });
    expect(await held()).toEqual({ a: 'theirs' });
  });

  it('after everybody has deleted the dataset: it is refused too', async () => {
    const { client, network } = clientBehind({ fates: ['request late'] });
    await upsert(client, { a: '1' });
    await deleteDataset(peer, DATASET);
    await network.drain();
    expect(await held()).toEqual({});
  });
});

describe('what cannot be known', () => {
  it('is an error of its own name, with what was sent, which nothing delivers again', async () => {
    const { client, network } = clientBehind({ fates: ['request late', 'request late', 'request late'] });
    const message = await update({ a: 'secret value', b: '2' });
    const error = await failure(updateRecords(client, message));
    expect(error).toMatchObject({ name: 'OutcomeUnknown', retry: 'never' });
    expect(error.message).toBe(
      `UpdateRecords: OutcomeUnknown: the write of "a", "b" to dataset profile of ${DATASET.IdentityId} may or may not have taken effect: read the dataset before writing again; the failure was Timeout: no answer within 15000 ms`,
    );
    await network.drain();
    expect(await writes()).toBe(1);
  });

  it('names five keys at most, and the beginnings of long ones', async () => {
    const { client } = clientBehind({ fates: ['request cut'], retries: 0 });
    const keys = [...'abcdefg'].map((letter) => letter.repeat(100));
    const error = await failure(updateRecords(client, await update(Object.fromEntries(keys.map((key) => [key, 'v'])))));
    expect(error.text).toContain(`"${'e'.repeat(60)}" and 2 more to dataset`);
    expect(error.text).not.toContain('fff');
  });

  it('a look that IAM refuses does not replace the failure as the error', async () => {
    const key = { accessKeyId: 'AKIDWRITER', secretAccessKey: 'writer-secret', deny: ['ListRecords'] };
    const message = await update({ a: '1' });
    server.control.addKey(key);
    const { network } = clientBehind({ fates: ['request cut', 'request cut', 'request cut'] });
    const client = cognitoSync({
      region: 'us-east-1',
      endpoint: { origin: server.endpoint, host: new URL(server.endpoint).host },
      credentials: { current: () => key },
      policy: { retries: 2, timeoutMs: 15_000 },
      io: network.io,
    });
    const error = await failure(updateRecords(client, message));
    expect(error.name).toBe('OutcomeUnknown');
    expect(error.text).toMatch(/the failure was NetworkError: ECONNRESET at 127\.0\.0\.1$/);
    // With the permission missing, the same token still lets it be sent again.
    const { network: better } = clientBehind({ fates: ['request cut'] });
    const patient = cognitoSync({
      region: 'us-east-1',
      endpoint: { origin: server.endpoint, host: new URL(server.endpoint).host },
      credentials: { current: () => key },
      policy: { retries: 2, timeoutMs: 15_000 },
      io: better.io,
    });
    await updateRecords(patient, message);
    expect(await writes()).toBe(1);
  });

  it.each([
    ['answer cut', 1],
    ['request cut', 0],
  ] as const)('%s, in a step that does not retry: nothing is asked', async (fate, count) => {
    const { client, network } = clientBehind({ fates: [fate], retries: 0 });
    expect((await failure(updateRecords(client, await update({ a: '1' })))).name).toBe('OutcomeUnknown');
    expect(network.log).toHaveLength(count);
  });

  it('a token that may have ended by age proves nothing', async () => {
    const message = await update({ a: '1' });
    const { client } = clientBehind({
      fates: ['answer cut'],
      meanwhile: async () => {
        clock.ms += 301_000;
      },
    });
    expect((await failure(updateRecords(client, message))).name).toBe('OutcomeUnknown');
  });

  it('a token that has ended by age, of a write that left no trace: it did not take effect, and says so', async () => {
    await upsert(peer, { a: '1' });
    const message = await update({ a: '2' });
    clock.ms += 301_000;
    const { client } = clientBehind({ fates: ['request cut'] });
    const error = await failure(updateRecords(client, message));
    expect(error.name).toBe('InvalidParameterException');
    expect(await held()).toEqual({ a: '1' });
  });

  it('a token that another write used up: that write is not taken for this one', async () => {
    await upsert(peer, { a: '1', b: '1' });
    const message = await update({ a: '2' });
    await updateRecords(peer, { ...message, RecordPatches: [{ Op: 'replace', Key: 'b', Value: '2', SyncCount: 1 }] });
    const { client } = clientBehind({ fates: ['request cut'] });
    expect((await failure(updateRecords(client, message))).name).toBe('InvalidParameterException');
    expect(await held()).toEqual({ a: '1', b: '2' });
  });
});

describe('a message that is delivered again', () => {
  it('UpdateRecords that took effect before is found, not refused', async () => {
    const message = await update({ a: '1' });
    await updateRecords(peer, message);
    const { client } = clientBehind({ fates: [] });
    expect((await updateRecords(client, message)).recovered).toBe(true);
    expect(await writes()).toBe(1);
  });

  it('only what is proven not to have been written may be delivered again', async () => {
    const { client } = clientBehind({ fates: Array.from({ length: 3 }, () => 'AWS 500 before the effect' as const) });
    const error = await failure(upsert(client, { a: '1' }));
    expect(error).toMatchObject({ name: 'InternalErrorException', retry: 'if idempotent' });
    expect(await writes()).toBe(0);
    const { client: again } = clientBehind({ fates: [] });
    await upsert(again, { a: '1' });
    expect(await writes()).toBe(1);
  });
});

describe('DeleteDataset', () => {
  beforeEach(() => upsert(peer, { a: '1' }));
  const again = async () => {
    clock.ms += 1;
    await upsert(peer, { b: 'theirs' });
  };

  it.each(LOST)('%s: success, with what the dataset was', async (fate) => {
    const { client, network } = clientBehind({ fates: [fate] });
    const { output, recovered } = await deleteDataset(client, DATASET);
    expect(recovered).toBe(true);
    expect(output.Dataset).toMatchObject({ DatasetName: 'profile', NumRecords: 1 });
    expect(network.log.filter(({ request }) => request.method === 'DELETE').length).toBe(
      fate === 'sent twice, second answer' ? 2 : 1,
    );
  });

  it('an answer lost, and somebody makes the dataset anew: it stays', async () => {
    const { client } = clientBehind({ fates: ['answer cut'], meanwhile: again });
    expect((await deleteDataset(client, DATASET)).recovered).toBe(true);
    expect(await held()).toEqual({ b: 'theirs' });
  });

  it('a first attempt that is late: success, whichever comes first', async () => {
    const { client, network } = clientBehind({ fates: ['request late'], meanwhile: () => network.drain() });
    expect((await deleteDataset(client, DATASET)).recovered).toBe(true);
  });

  it('a request that never arrives is sent again, and is unknown in the end', async () => {
    const { client } = clientBehind({ fates: ['request cut'] });
    expect((await deleteDataset(client, DATASET)).recovered).toBeUndefined();
    await again();
    const { client: unlucky } = clientBehind({ fates: ['request cut', 'request cut', 'request cut'] });
    expect((await failure(deleteDataset(unlucky, DATASET))).name).toBe('OutcomeUnknown');
    expect(await held()).toEqual({ b: 'theirs' });
  });

  it('of a dataset that is not there: AWS’s own refusal', async () => {
    await deleteDataset(peer, DATASET);
    const { client, network } = clientBehind({ fates: [] });
    expect((await failure(deleteDataset(client, DATASET))).name).toBe('ResourceNotFoundException');
    expect(network.log.filter(({ request }) => request.method === 'DELETE')).toHaveLength(1);
  });

  it('a look before it that gets no answer ends it, before anything is sent', async () => {
    const { client, network } = clientBehind({ fates: [], asks: ['request cut', 'request cut', 'request cut'] });
    expect(await failure(deleteDataset(client, DATASET))).toMatchObject({
      name: 'NetworkError',
      retry: 'if idempotent',
    });
    expect(network.log).toEqual([]);
  });

  it('a look after it that gets no answer leaves it unknown', async () => {
    const { client } = clientBehind({
      fates: ['answer cut'],
      asks: [undefined, 'request cut', 'request cut', 'request cut'],
    });
    expect((await failure(deleteDataset(client, DATASET))).name).toBe('OutcomeUnknown');
  });
});

describe('BulkPublish', () => {
  const pool = { IdentityPoolId: POOL };
  beforeEach(() =>
    peer.send(SetIdentityPoolConfiguration, {
      ...pool,
      CognitoStreams: { StreamName: 's', RoleArn: 'arn:aws:iam::123456789012:role/sync', StreamingStatus: 'ENABLED' },
    }),
  );

  it.each(LOST)('%s: its own publication is a success, never DuplicateRequest', async (fate) => {
    const { client } = clientBehind({ fates: [fate] });
    expect(await bulkPublish(client, pool)).toMatchObject({ recovered: true, output: pool });
    expect(server.calls('BulkPublish')).toBe(fate === 'sent twice, second answer' ? 2 : 1);
  });

  it('a publication that ran or was done before is not its own', async () => {
    await bulkPublish(peer, pool);
    clock.ms += 500;
    for (const name of ['DuplicateRequestException', 'AlreadyStreamedException']) {
      for (const fate of [undefined, 'request cut', 'AWS 500 before the effect'] as const) {
        const { client } = clientBehind({ fates: [fate] });
        const error = await failure(bulkPublish(client, pool));
        expect([error.name, fate]).toEqual([fate === 'request cut' ? 'OutcomeUnknown' : name, fate]);
      }
      clock.ms += 60_000;
    }
  });
});

describe('an operation with nothing to look at', () => {
  const device = { IdentityPoolId: POOL, IdentityId: DATASET.IdentityId, Platform: 'GCM', Token: 'device' } as const;

  it.each([
    ['request cut', 'NetworkError'],
    ['gateway 503 after the effect', 'InvalidResponse'],
    ['AWS 500 before the effect', 'InternalErrorException'],
  ] as const)('%s: %s, and no other attempt', async (fate, name) => {
    const { client } = clientBehind({ fates: [fate] });
    expect(await failure(sendOnce(client, RegisterDevice, device))).toMatchObject({ name, retry: 'never' });
  });
});
