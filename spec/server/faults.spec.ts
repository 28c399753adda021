import { ListDatasetsCommand } from '@aws-sdk/client-cognito-sync';
import { ListIdentityPoolsCommand } from '@aws-sdk/client-cognito-identity';
import type { LocalServer } from '../../server';
import { FAULT_KINDS, Faults, type Fault, type FaultKind } from '../../server/faults';
import { DATASET, IDENTITY, localServer, POOL } from '../support/local';
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

const TARGET = `/identitypools/${encodeURIComponent(POOL)}/identities/${encodeURIComponent(IDENTITY)}/datasets/profile`;

let server: LocalServer;
let data: DatasetClient;
beforeEach(async () => {
  server = await localServer();
  data = new DatasetClient(syncClient(server));
});
afterEach(() => server.stop());

/** One UpdateRecords under a fault: what came back, and whether it took effect. */
async function struck(fault: Fault) {
  const body = JSON.stringify({ SyncSessionToken: await data.token(), RecordPatches: [put('a', 'value')] });
  server.faults.next({ operation: 'UpdateRecords', ...fault });
  const answer = await rawSigned(server, 'POST', TARGET, { body }).then(
    ({ status, headers, body: text }) => ({
      status,
      name: headers['x-amzn-errortype'],
      retry: headers['retry-after'],
      text,
      headers,
    }),
    (error: NodeJS.ErrnoException) => ({ code: error.code ?? error.message }),
  );
  return { answer, applied: (await data.list()).DatasetExists };
}

describe('a fault', () => {
  it.each<[Fault, object, boolean]>([
    [{ kind: '429' }, { status: 429, name: 'TooManyRequestsException' }, false],
    [{ kind: '429', retryAfter: 7 }, { status: 429, retry: '7' }, false],
    [{ kind: '500' }, { status: 500, name: 'InternalErrorException' }, false],
    [{ kind: '503', retryAfter: 2 }, { status: 503, name: 'ServiceUnavailable', retry: '2' }, false],
    [{ kind: 'conflict' }, { status: 409, name: 'ResourceConflictException' }, false],
    [
      { kind: 'error', name: 'ThrottlingException', status: 400, message: 'Slow down' },
      { status: 400, name: 'ThrottlingException', text: '{"message":"Slow down"}' },
      false,
    ],
    [{ kind: 'html' }, { status: 502, text: expect.stringMatching(/^<html>/) as string }, false],
    [{ kind: 'reset-before' }, { code: 'ECONNRESET' }, false],
    [{ kind: 'reset-after' }, { code: 'ECONNRESET' }, true],
    [{ kind: '500-after' }, { status: 500, name: 'InternalErrorException' }, true],
    [{ kind: 'truncated' }, { code: 'ECONNRESET' }, true],
    [
      { kind: 'not-json' },
      { status: 200, text: expect.stringMatching(/^\{"Records":.* <- not JSON$/) as string },
      true,
    ],
    [{ kind: 'empty' }, { status: 200, text: '' }, true],
    [{ kind: 'latency', ms: 1 }, { status: 200 }, true],
  ])('%j is answered as %j; the write took effect: %s', async (fault, expected, applied) => {
    expect(await struck(fault)).toEqual({ answer: expect.objectContaining(expected) as object, applied });
    await expect(rawSigned(server, 'GET', `${TARGET}/records`)).resolves.toMatchObject({ status: 200 });
  });

  it.each<[FaultKind, boolean]>([
    ['hang', false],
    ['hang-after', true],
  ])('%s answers nothing; the write took effect: %s', async (kind, applied) => {
    const body = JSON.stringify({ SyncSessionToken: await data.token(), RecordPatches: [put('a', 'value')] });
    server.faults.next({ kind, operation: 'UpdateRecords' });
    const { request } = await import('node:http');
    const headers = await signedHeaders(server, 'POST', TARGET, { body });
    const call = request({
      port: server.port,
      method: 'POST',
      path: TARGET,
      headers: { ...headers, 'content-length': body.length },
    });
    const answered = new Promise<string>((resolve) => {
      call.on('response', () => resolve('answer'));
      call.on('error', () => resolve('cut off'));
    });
    call.end(body);
    // Later calls on other connections are answered, so the first one has been read by then.
    while (!server.calls('UpdateRecords')) await data.list();
    expect((await data.list()).DatasetExists).toBe(applied);
    call.destroy();
    expect(await answered).toBe('cut off');
  });

  it('strikes only its operation, only so many calls, in the order set', async () => {
    server.faults.next({ kind: '429', operation: 'ListRecords', count: 2 });
    server.faults.next({ kind: '500', operation: 'ListRecords' });
    await data.client.send(new ListDatasetsCommand(DATASET));
    const seen: (number | undefined)[] = [];
    for (let i = 0; i < 4; i++)
      seen.push(
        await data.list().then(
          ({ $metadata }) => $metadata.httpStatusCode,
          (e: { $metadata: { httpStatusCode: number } }) => e.$metadata.httpStatusCode,
        ),
      );
    expect(seen).toEqual([429, 429, 500, 200]);
  });

  it('strikes calls of Cognito Identity too, but never the control', async () => {
    server.faults.next({ kind: '500' });
    expect((await raw(server, 'GET', '/_local')).status).toBe(200);
    const call = identityClient(server).send(new ListIdentityPoolsCommand({ MaxResults: 1 }));
    expect(await refusal(call)).toMatchObject({ name: 'InternalErrorException', status: 500 });
  });

  it('is gone once cleared', async () => {
    server.faults.next({ kind: '500', count: 9 });
    server.faults.rate({ kind: '500', rate: 1 });
    expect(server.faults.list()).toEqual({ next: [{ kind: '500', count: 9 }], rate: [{ kind: '500', rate: 1 }] });
    server.faults.clear();
    expect((await data.list()).$metadata.httpStatusCode).toBe(200);
  });
});

describe('a rate of faults', () => {
  const sequence = (rate: number, seed?: number) => {
    const faults = new Faults();
    faults.rate({ kind: '429', rate, ...(seed !== undefined && { seed }) });
    return Array.from({ length: 2000 }, () => faults.take('ListRecords').length).join('');
  };

  it.each([
    [0, 0, 0],
    [0.2, 340, 460],
    [1, 2000, 2000],
  ])('of %d strikes its share of 2,000 calls', (rate, least, most) => {
    const struckCalls = sequence(rate).replaceAll('0', '').length;
    expect(struckCalls).toBeGreaterThanOrEqual(least);
    expect(struckCalls).toBeLessThanOrEqual(most);
  });

  it('is the same for the same seed', () => {
    expect(sequence(0.5, 7)).toBe(sequence(0.5, 7));
    expect(sequence(0.5, 7)).not.toBe(sequence(0.5, 8));
  });

  it('lets at most one strike a call, besides latency', () => {
    const faults = new Faults();
    for (const kind of FAULT_KINDS) faults.rate({ kind, rate: 1 });
    faults.next({ kind: 'html' });
    expect(faults.take('ListRecords').map(({ kind }) => kind)).toEqual(['html', 'latency']);
  });

  it.each([[{ kind: 'fire', rate: 0.5 }], [{ kind: '429', rate: 2 }], [{ kind: '429', rate: Number.NaN }]])(
    'refuses %j',
    (fault) => {
      expect(() => new Faults().rate(fault as { kind: '429'; rate: number })).toThrow(TypeError);
    },
  );
});

it('waits before every answer when told to', async () => {
  const slow = await localServer({ latencyMs: 30 });
  const start = performance.now();
  await rawSigned(slow, 'GET', '/identitypools');
  expect(performance.now() - start).toBeGreaterThanOrEqual(29);
  await slow.stop();
});

it('counts calls by operation, whatever was answered', async () => {
  await data.list();
  server.faults.next({ kind: '500' });
  await refusal(data.list());
  await data.client.send(new ListDatasetsCommand(DATASET));
  expect([
    server.calls('ListRecords'),
    server.calls('ListDatasets'),
    server.calls('BulkPublish'),
    server.calls(),
  ]).toEqual([2, 1, 0, 3]);
});
