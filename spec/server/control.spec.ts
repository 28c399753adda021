import {
  BulkPublishCommand,
  GetBulkPublishDetailsCommand,
  SetIdentityPoolConfigurationCommand,
} from '@aws-sdk/client-cognito-sync';
import { startServer, type LocalServer } from '../../server';
import { DATASET, IDENTITY, KEYS, localServer, POOL } from '../support/local';
import { DatasetClient, raw, refusal, syncClient } from '../support/server';

const NOW = Date.parse('2026-03-01T12:00:00Z');

let server: LocalServer;
beforeEach(async () => {
  server = await localServer({ now: () => NOW, bulkPublishDelayMs: 0 });
});
afterEach(() => server.stop());

async function control(method: string, path: string, body?: object) {
  const { status, body: text } = await raw(server, method, `/_local${path}`, {}, body && JSON.stringify(body));
  return { status, answer: JSON.parse(text) as Record<string, unknown> };
}
const ok = (answer: object) => ({ status: 200, answer });

it('shows pools, keys without their secrets, and the time', async () => {
  const summary = { pools: [POOL], keys: [{ accessKeyId: 'AKIDLOCAL', deny: [] }], now: '2026-03-01T12:00:00.000Z' };
  expect(await control('GET', '')).toEqual(ok(summary));
});

it('makes and deletes pools', async () => {
  expect(await control('POST', '/pools', { IdentityPoolId: 'us-east-1:abc', DeveloperProviderName: 'dev' })).toEqual(
    ok({ IdentityPoolId: 'us-east-1:abc' }),
  );
  expect((await control('GET', '/pools')).answer).toEqual({ pools: [POOL, 'us-east-1:abc'] });
  await control('DELETE', '/pools/us-east-1%3Aabc');
  expect((await control('GET', '/pools')).answer).toEqual({ pools: [POOL] });
});

it('makes keys, denies them operations, and deletes them', async () => {
  const key = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' };
  const call = () => new DatasetClient(syncClient(server, key)).list();
  await control('POST', '/keys', key);
  await call();
  await control('POST', '/keys', { accessKeyId: 'AKIDEXAMPLE', deny: ['ListRecords'] });
  expect((await refusal(call())).name).toBe('AccessDeniedException');
  await control('DELETE', '/keys/AKIDEXAMPLE');
  expect((await refusal(call())).name).toBe('UnrecognizedClientException');
});

it('makes identities, vends their credentials and merges them', async () => {
  const { answer } = await control('POST', '/identities', { IdentityPoolId: POOL, Logins: { 'login.local': 'u' } });
  const IdentityId = answer['IdentityId'] as string;
  const vended = await control('POST', '/credentials', { IdentityPoolId: POOL, IdentityId, lifetimeMs: 1000 });
  expect(vended.answer).toEqual({
    accessKeyId: expect.stringMatching(/^ASIA/) as string,
    secretAccessKey: expect.any(String) as string,
    sessionToken: expect.any(String) as string,
    expiration: '2026-03-01T12:00:01.000Z',
  });
  await control('POST', '/identities', { IdentityPoolId: POOL, IdentityId });
  await control('POST', '/records', { ...DATASET, records: { a: '1' } });
  expect(
    (await control('POST', '/merge', { IdentityPoolId: POOL, source: IDENTITY, destination: IdentityId })).status,
  ).toBe(200);
  expect(server.control.read({ ...DATASET, IdentityId })).toEqual({ a: '1' });
});

it('writes and reads records', async () => {
  expect(await control('POST', '/records', { ...DATASET, records: { a: '1', b: '2' } })).toEqual(ok({ syncCount: 1 }));
  expect(await control('POST', '/records', { ...DATASET, records: { b: null } })).toEqual(ok({ syncCount: 2 }));
  const query = new URLSearchParams(DATASET).toString();
  expect(await control('GET', `/records?${query}`)).toEqual(ok({ records: { a: '1' } }));
});

it('seeds a pool with identities that can be listed', async () => {
  const sizes = { identities: 3, datasetsPerIdentity: 2, recordsPerDataset: 5 };
  const { answer } = await control('POST', '/seed', sizes);
  expect(answer).toEqual({ identities: 3, first: expect.any(String) as string, last: expect.any(String) as string });
  const view = new DatasetClient(syncClient(server), {
    IdentityPoolId: POOL,
    IdentityId: answer['last'] as string,
    DatasetName: 'dataset-1',
  });
  expect((await view.list()).Records).toHaveLength(5);
});

it('sets faults, lists them and clears them', async () => {
  await control('POST', '/faults', { next: { kind: '503', operation: 'ListRecords', count: 2, retryAfter: 1 } });
  await control('POST', '/faults', { rate: { kind: '429', rate: 0.25, seed: 3 } });
  expect((await control('GET', '/faults')).answer).toEqual({
    next: [{ kind: '503', operation: 'ListRecords', count: 2, retryAfter: 1 }],
    rate: [{ kind: '429', rate: 0.25, seed: 3 }],
  });
  await control('DELETE', '/faults');
  expect((await control('GET', '/faults')).answer).toEqual({ next: [], rate: [] });
});

it('sets the clock, moves it and resets it', async () => {
  expect(await control('POST', '/clock', { set: '2027-01-01T00:00:00Z' })).toEqual(
    ok({ now: '2027-01-01T00:00:00.000Z' }),
  );
  expect(await control('POST', '/clock', { advanceMs: 1500 })).toEqual(ok({ now: '2027-01-01T00:00:01.500Z' }));
  await control('DELETE', '/clock');
  expect((await control('GET', '/clock')).answer).toEqual({ now: '2026-03-01T12:00:00.000Z' });
});

it('shows the calls so far, its own not among them', async () => {
  await new DatasetClient(syncClient(server)).list();
  expect((await control('GET', '/calls')).answer).toEqual({ ListRecords: 1 });
  await control('DELETE', '/calls');
  expect((await control('GET', '/calls')).answer).toEqual({});
});

it.each([
  [{ reply: 'accept' }],
  [{ reply: 'refuse' }],
  [{ reply: 'throttle' }],
  [{ reply: 'time-out', ms: 10 }],
  [{ reply: 'change', records: { a: 'b', c: null } }],
])('sets the SyncTrigger stub to %j', async (stub) => {
  await control('POST', '/sync-trigger', stub);
  expect((await control('GET', '/sync-trigger')).answer).toEqual({ stub, events: [] });
});

it('makes bulk publications fail', async () => {
  const client = syncClient(server);
  const RoleArn = 'arn:aws:iam::123456789012:role/CognitoSync';
  const CognitoStreams = { StreamName: 's', RoleArn, StreamingStatus: 'ENABLED' } as const;
  await client.send(new SetIdentityPoolConfigurationCommand({ IdentityPoolId: POOL, CognitoStreams }));
  await control('POST', '/bulk-publish', { failure: 'No stream' });
  await client.send(new BulkPublishCommand({ IdentityPoolId: POOL }));
  const details = await client.send(new GetBulkPublishDetailsCommand({ IdentityPoolId: POOL }));
  expect(details).toMatchObject({ BulkPublishStatus: 'FAILED', FailureMessage: 'No stream' });
});

it('registers roles', async () => {
  expect(
    (await control('POST', '/roles', { roleArn: 'arn:aws:iam::123456789012:role/R', externalId: 'e' })).status,
  ).toBe(200);
});

describe('refuses', () => {
  it.each<[string, string, object | undefined, number, string]>([
    ['GET', '/nothing', undefined, 404, 'Expected one of'],
    ['PUT', '/pools', {}, 405, 'Expected one of GET, POST, DELETE'],
    ['DELETE', '/pools/us-east-1%3A0', undefined, 400, 'IdentityPoolId: expected a pool of this server'],
    ['DELETE', '/pools/%', undefined, 400, 'URI malformed'],
    ['POST', '/keys', { secretAccessKey: 'x' }, 400, 'accessKeyId: expected text'],
    ['POST', '/keys', { accessKeyId: 'AKIDOTHER' }, 400, 'accessKeyId: expected a known one'],
    [
      'POST',
      '/merge',
      { IdentityPoolId: POOL, source: 'a', destination: 'b' },
      400,
      'identity: expected one of the pool',
    ],
    ['POST', '/records', { ...DATASET }, 400, 'records: expected an object'],
    ['POST', '/records', { records: {} }, 400, 'IdentityPoolId: expected text'],
    ['POST', '/seed', { identities: -1 }, 400, 'identities: expected a whole number'],
    ['POST', '/faults', {}, 400, 'Expected either next or rate'],
    ['POST', '/faults', { next: { kind: 'fire' } }, 400, 'kind: expected one of'],
    ['POST', '/faults', { rate: { kind: '429', rate: 7 } }, 400, 'rate: expected 0 to 1'],
    ['POST', '/clock', { set: 'noon' }, 400, 'set: expected an ISO 8601 time'],
    ['POST', '/sync-trigger', { reply: 'maybe' }, 400, 'reply: expected accept'],
    ['POST', '/sync-trigger', { reply: 1 }, 400, 'Expected reply to be a string'],
  ])('%s %s with %j', async (method, path, body, status, message) => {
    const refused = await control(method, path, body);
    expect([refused.status, refused.answer['message']]).toEqual([status, expect.stringContaining(message)]);
  });

  it.each<[string, Record<string, string>]>([
    ['pages of a browser', { origin: 'http://localhost:3000' }],
    ['names that only point here', { host: 'rebound.example' }],
  ])('%s', async (_, headers) => {
    const { status, headers: answered } = await raw(server, 'GET', '/_local', headers);
    expect([status, answered['access-control-allow-origin']]).toEqual([403, undefined]);
  });
});

describe('startServer', () => {
  it.each<[object, string]>([
    [{ pools: ['nonsense'] }, 'pools: expected ids such as'],
    [{ pools: ['eu-central-1:0'] }, 'pools: expected ids of region us-east-1'],
    [{ accountId: '1' }, 'accountId: expected 12 digits'],
    [{ tokenLifetimeMs: -1 }, 'tokenLifetimeMs: expected a number of at least 0'],
    [{ recordsPerPage: 0 }, 'recordsPerPage: expected a number of at least 1, got 0'],
    [{ assume: { absentKey: 'maybe' } }, 'assume.absentKey: expected conflict or accept, got maybe'],
    [{ assume: { gravity: 'none' } }, 'assume: expected one of absentKey'],
  ])('refuses %j', async (options, message) => {
    await expect(startServer(options)).rejects.toThrow(message);
  });

  it('has a key and a pool to use at once', async () => {
    const plain = await startServer();
    expect([plain.control.pools, plain.control.keys]).toEqual([
      ['us-east-1:00000000-0000-4000-8000-000000000001'],
      [{ accessKeyId: KEYS.accessKeyId, deny: [] }],
    ]);
    await plain.stop();
  });
});
