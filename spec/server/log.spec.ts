import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { GetIdCommand } from '@aws-sdk/client-cognito-identity';
import { ListRecordsCommand, UpdateRecordsCommand } from '@aws-sdk/client-cognito-sync';
import type { Call, LocalServer } from '../../server';
import { DATASET, IDENTITY, KEYS, localServer, POOL } from '../support/local';
import { bareServer } from '../support/process';
import {
  DatasetClient,
  identityClient,
  put,
  raw,
  rawSigned,
  refusal,
  signedHeaders,
  syncClient,
} from '../support/server';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const PATH = `/identitypools/${encodeURIComponent(POOL)}/identities/${encodeURIComponent(IDENTITY)}/datasets/profile`;

/** Follows the log of a server over its control. */
async function follow(server: LocalServer) {
  const [response] = (await once(get(`${server.endpoint}/_local/log`), 'response')) as [IncomingMessage];
  expect(response.headers['content-type']).toBe('application/x-ndjson');
  const lines = createInterface({ input: response })[Symbol.asyncIterator]();
  return { next: async () => (await lines.next()).value as string, leave: () => response.destroy() };
}

describe('the log of a server', () => {
  let server: LocalServer;
  let calls: Call[];
  beforeEach(async () => {
    calls = [];
    server = await localServer({ now: () => NOW, onCall: (call) => calls.push(call) });
  });
  afterEach(() => server.stop());

  /** The calls, once as many are over. */
  async function over(count: number): Promise<Call[]> {
    while (calls.length < count) await new Promise(setImmediate);
    return calls;
  }

  it('says what was called, by what name, with what outcome', async () => {
    const { $metadata } = await new DatasetClient(syncClient(server)).list();
    expect(await over(1)).toEqual([
      {
        time: '2026-03-01T12:00:00.000Z',
        method: 'GET',
        path: `${PATH}/records`,
        operation: 'ListRecords',
        identity: IDENTITY,
        status: 200,
        error: null,
        fault: null,
        ms: expect.any(Number) as number,
        requestId: $metadata.requestId,
      },
    ]);
  });

  it.each<[string, () => Promise<unknown>, Partial<Call>]>([
    [
      'an exception',
      () => syncClient(server).send(new ListRecordsCommand({ ...DATASET, IdentityPoolId: 'us-east-1:0' })),
      { operation: 'ListRecords', status: 404, error: 'ResourceNotFoundException', identity: IDENTITY },
    ],
    [
      'an operation of Cognito Identity, with the identity that it made',
      () => identityClient(server).send(new GetIdCommand({ IdentityPoolId: POOL })),
      { operation: 'GetId', status: 200, identity: expect.stringMatching(/^us-east-1:[0-9a-f-]{36}$/) as string },
    ],
    [
      'an unknown operation',
      () => raw(server, 'GET', '/nonsense?secret=x'),
      { operation: null, path: '/nonsense', status: 404, error: 'UnknownOperationException' },
    ],
    [
      'a page that may not call',
      () => raw(server, 'GET', '/', { origin: 'https://attacker.example' }),
      { operation: null, status: 403, error: 'Forbidden' },
    ],
    [
      'a call that a fault struck',
      () => {
        server.faults.next({ kind: 'reset-after', operation: 'ListRecords' });
        return new DatasetClient(syncClient(server)).list();
      },
      { operation: 'ListRecords', status: null, fault: 'reset-after', requestId: null },
    ],
    [
      'a throttled call',
      () => {
        server.rateLimits.set({ perSecond: 0.001, burst: 1 });
        return Promise.allSettled([1, 2].map(() => new DatasetClient(syncClient(server)).list()));
      },
      { operation: 'ListRecords', status: 429, error: 'TooManyRequestsException' },
    ],
  ])('has a line for %s', async (_, call, expected) => {
    await call().catch(() => undefined);
    await over(1);
    while (!calls.some(({ status }) => status === (expected.status ?? null))) await new Promise(setImmediate);
    expect(calls).toContainEqual(expect.objectContaining(expected));
  });

  it('has none for the control and the probes', async () => {
    for (const target of ['/_local', '/health', '/ready', '/_local/faults', '/_local/metrics'])
      await raw(server, 'GET', target);
    await raw(server, 'GET', '/');
    expect((await over(1)).map(({ path }) => path)).toEqual(['/']);
  });

  it('holds no secret, token or value', async () => {
    const vended = server.control.vend(POOL, IDENTITY);
    const client = syncClient(server, vended);
    const { SyncSessionToken = '' } = await client.send(new ListRecordsCommand(DATASET));
    await client.send(
      new UpdateRecordsCommand({ ...DATASET, SyncSessionToken, RecordPatches: [put('a', 'confidential')] }),
    );
    await client.send(new ListRecordsCommand({ ...DATASET, SyncSessionToken })).catch(() => undefined);
    const wrong = syncClient(server, { ...vended, secretAccessKey: 'wrong-secret' });
    await refusal(wrong.send(new ListRecordsCommand({ ...DATASET, SyncSessionToken })));
    const text = JSON.stringify(await over(4));
    for (const secret of [
      vended.secretAccessKey,
      vended.sessionToken,
      SyncSessionToken,
      'confidential',
      'wrong-secret',
    ]) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain(encodeURIComponent(secret));
    }
    expect(text).toContain('x-amz-security-token:<token>');
    expect(text).toContain('syncSessionToken=<token>');
  });

  it('has, for a signature that does not match, what would have matched', async () => {
    const target = `${PATH}/records?maxResults=5&lastSyncCount=0`;
    const headers = await signedHeaders(server, 'GET', target, { keys: { ...KEYS, secretAccessKey: 'wrong' } });
    expect((await raw(server, 'GET', target, headers)).status).toBe(403);
    const [{ expected, error } = {}] = (await over(1)) as [Call];
    expect(error).toBe('InvalidSignatureException');
    expect(expected?.canonicalRequest.split('\n').slice(0, 3)).toEqual([
      'GET',
      `${PATH}/records`.replaceAll('%', '%25'),
      'lastSyncCount=0&maxResults=5',
    ]);
    const { canonicalRequest = '', stringToSign = '' } = expected ?? {};
    expect(stringToSign.split('\n')[3]).toBe(createHash('sha256').update(canonicalRequest).digest('hex'));
    // Signed with the right key, what the log says lets the request in.
    const [day = '', region = '', service = ''] = (stringToSign.split('\n')[2] ?? '').split('/');
    const key = [day, region, service, 'aws4_request'].reduce<Buffer | string>(
      (secret, part) => createHmac('sha256', secret).update(part).digest(),
      `AWS4${KEYS.secretAccessKey}`,
    );
    const signature = createHmac('sha256', key).update(stringToSign).digest('hex');
    const authorization = (headers['authorization'] ?? '').replace(/[0-9a-f]{64}$/, signature);
    expect((await raw(server, 'GET', target, { ...headers, authorization })).status).toBe(200);
  });

  it('can be followed over the control, line by line, by several', async () => {
    const followers = await Promise.all([follow(server), follow(server)]);
    for (const target of ['/one', '/two']) {
      await raw(server, 'GET', target);
      for (const { next } of followers) expect(JSON.parse(await next())).toMatchObject({ path: target, status: 404 });
    }
    const [leaving, staying] = followers;
    leaving?.leave();
    await rawSigned(server, 'GET', `${PATH}/records`);
    expect(JSON.parse((await staying?.next()) ?? '')).toMatchObject({ operation: 'ListRecords' });
    staying?.leave();
  });
});

describe('--log', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'local-cognito-sync-log-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('appends to a file that its owner alone can read', async () => {
    const file = join(folder, 'calls.ndjson');
    for (const path of ['/one', '/two']) {
      const server = await bareServer('--log', file);
      await fetch(server.endpoint + path);
      expect(await server.end('SIGTERM')).toBe(0);
    }
    const lines = readFileSync(file, 'utf8').trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as Call).path)).toEqual(['/one', '/two']);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('goes to standard error without a file', async () => {
    const server = await bareServer('--log');
    await fetch(`${server.endpoint}/one`);
    await server.end('SIGTERM');
    expect(server.errors.map((line) => (JSON.parse(line) as Call).path)).toEqual(['/one']);
    expect(server.lines).toHaveLength(4);
  });

  it('refuses a file that cannot be opened', async () => {
    await expect(bareServer('--log', join(folder, 'absent', 'calls.ndjson'))).rejects.toThrow(
      /ended with 1: ENOENT.*calls/,
    );
  });
});
