import type { LocalServer } from '../../server';
import { IDENTITY, KEYS, localServer, POOL } from '../support/local';
import { raw, rawSigned, signedHeaders, type RawAnswer, type Signing } from '../support/server';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const ENCODED_POOL = encodeURIComponent(POOL);
const RECORDS = `/identitypools/${ENCODED_POOL}/identities/${encodeURIComponent(IDENTITY)}/datasets/d/records`;
const verdict = ({ status, headers, body }: RawAnswer) => [
  status,
  headers['x-amzn-errortype'],
  (JSON.parse(body) as { message: string }).message,
];

let server: LocalServer;
beforeAll(async () => {
  server = await localServer({ now: () => NOW });
});
afterAll(() => server.stop());

describe('a request that the official signer signed', () => {
  it.each([
    ['GET', '/identitypools'],
    ['GET', `/identitypools/${ENCODED_POOL}`],
    ['GET', '/identitypools?maxResults=7&nextToken=dXMtZWFzdC0xOjA%3D'],
    ['GET', RECORDS],
    ['GET', `${RECORDS}?lastSyncCount=0&maxResults=10`],
    ['GET', `${RECORDS}?nextToken=&lastSyncCount=0`],
    ['POST', `/identitypools/${ENCODED_POOL}/getBulkPublishDetails`],
    ['POST', `/identitypools/${ENCODED_POOL}/events`, '{"Events":{"SyncTrigger":"arn:ü"}}'],
  ])('lets %s %s in', async (method, target, body = '') => {
    const answer = await rawSigned(server, method, target, { body });
    expect([answer.status, answer.headers['x-amzn-errortype']]).toEqual([200, undefined]);
  });

  it.each(['a+b', 'a/b==', 'a=b&c', 'a b', "a'b(c)*!~", 'ü日本😀', '%', 'H4sI/+Q=='])(
    'verifies with `%s` in the query',
    async (token) => {
      const escaped = encodeURIComponent(token).replace(
        /[!'()*]/g,
        (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
      );
      const answer = await rawSigned(server, 'GET', `${RECORDS}?syncSessionToken=${escaped}`);
      expect(verdict(answer)).toEqual([
        400,
        'InvalidParameterException',
        'SyncSessionToken not valid for these inputs',
      ]);
    },
  );

  it.each(['we/ird', '100%', 'a b', "q'()*!~", 'ü', '😀', '#?&', '..x', '[x]'])(
    'verifies with `%s` as a path label and takes it as one segment',
    async (device) => {
      const { credentials, identity } = await session();
      const target = `/identitypools/${ENCODED_POOL}/identities/${encodeURIComponent(identity)}/datasets/d/subscriptions/${encodeURIComponent(device)}`;
      const answer = await rawSigned(server, 'POST', target, { keys: credentials });
      expect(verdict(answer)).toEqual([400, 'InvalidConfigurationException', expect.any(String)]);
    },
  );

  it('verifies extra signed headers whose values have runs of spaces', async () => {
    const answer = await rawSigned(server, 'GET', '/identitypools', { headers: { 'x-amz-client-context': ' a   b ' } });
    expect(answer.status).toBe(200);
  });
});

async function session() {
  const identity = server.control.addIdentity(POOL);
  return { identity, credentials: server.control.vend(POOL, identity) };
}

describe('a request that AWS would not let in', () => {
  const at = (ms: number): Signing => ({ date: new Date(NOW + ms) });
  it.each<[string, Signing, string]>([
    [
      'of an unknown key',
      { keys: { accessKeyId: 'AKIDOTHER', secretAccessKey: 'local-secret' } },
      'UnrecognizedClientException',
    ],
    ['signed with a wrong secret', { keys: { ...KEYS, secretAccessKey: 'wrong' } }, 'InvalidSignatureException'],
    ['of another region', { region: 'eu-central-1' }, 'InvalidSignatureException'],
    ['of another service', { service: 'execute-api' }, 'InvalidSignatureException'],
    ['signed 15 min and 1 s ago', at(-901_000), 'InvalidSignatureException'],
    ['signed 15 min and 1 s ahead', at(901_000), 'InvalidSignatureException'],
    ['with a made-up session token', { keys: { ...KEYS, sessionToken: 'made.up' } }, 'UnrecognizedClientException'],
  ])('%s is refused with 403', async (_, signing, name) => {
    const answer = await rawSigned(server, 'GET', '/identitypools', signing);
    expect([answer.status, answer.headers['x-amzn-errortype']]).toEqual([403, name]);
    expect(answer.body).not.toContain('secret');
  });

  it.each([
    ['signed 15 min ago', at(-900_000)],
    ['signed 15 min ahead', at(900_000)],
  ])('is not one %s', async (_, signing) => {
    expect((await rawSigned(server, 'GET', '/identitypools', signing)).status).toBe(200);
  });

  it.each<[string, (headers: Record<string, string>) => void, string]>([
    ['without Authorization', (h) => delete h['authorization'], 'MissingAuthenticationTokenException'],
    ['with a bearer token', (h) => (h['authorization'] = 'Bearer x'), 'IncompleteSignatureException'],
    ['without a date', (h) => delete h['x-amz-date'], 'IncompleteSignatureException'],
    ['with a malformed date', (h) => (h['x-amz-date'] = 'yesterday'), 'IncompleteSignatureException'],
    ['without Signature', (h) => (h['authorization'] = cut(h, /, Signature=.*/)), 'IncompleteSignatureException'],
    [
      'without SignedHeaders',
      (h) => (h['authorization'] = cut(h, /SignedHeaders=[^,]*, /)),
      'IncompleteSignatureException',
    ],
    ['with a short credential', (h) => (h['authorization'] = cut(h, /\/us-east-1/)), 'IncompleteSignatureException'],
    ['with a cut signature', (h) => (h['authorization'] = cut(h, /..$/)), 'InvalidSignatureException'],
    ['with a signature that is no hex', (h) => (h['authorization'] = cut(h, /.$/) + 'x'), 'InvalidSignatureException'],
    ['whose host is not signed', (h) => (h['authorization'] = cut(h, /host;/)), 'InvalidSignatureException'],
    ['with another terminator', (h) => (h['authorization'] = cut(h, /4_request/)), 'InvalidSignatureException'],
    ['with a changed signed header', (h) => (h['x-amz-content-sha256'] = 'e3b0'), 'InvalidSignatureException'],
    [
      'with another day in its scope',
      (h) => (h['authorization'] = cut(h, /20260301/) && h['authorization']!.replace('20260301', '20260302')),
      'InvalidSignatureException',
    ],
  ])('%s is refused', async (_, spoil, name) => {
    const headers = await signedHeaders(server, 'GET', '/identitypools');
    spoil(headers);
    const answer = await raw(server, 'GET', '/identitypools', headers);
    expect([answer.status, answer.headers['x-amzn-errortype']]).toEqual([403, name]);
  });

  const cut = (headers: Record<string, string>, part: RegExp) => (headers['authorization'] ?? '').replace(part, '');

  it.each([
    ['another path', 'GET', `/identitypools/${ENCODED_POOL}`, ''],
    ['another query', 'GET', '/identitypools?maxResults=1', ''],
    ['another method', 'POST', '/identitypools', ''],
    ['another body', 'GET', '/identitypools', '{}'],
  ])('because it is for %s than the signed one is refused', async (_, method, target, body) => {
    const headers = await signedHeaders(server, 'GET', '/identitypools');
    const answer = await raw(server, method, target, headers, body);
    expect(answer.status).toBe(method === 'POST' ? 404 : 403);
  });
});

it('refuses a path that was encoded once for the signature instead of twice', async () => {
  const target = `/identitypools/${ENCODED_POOL}`;
  // Signing the decoded path gives the canonical path of S3, one encoding short.
  const headers = await signedHeaders(server, 'GET', decodeURIComponent(target));
  const answer = await raw(server, 'GET', target, headers);
  expect([answer.status, answer.headers['x-amzn-errortype']]).toEqual([403, 'InvalidSignatureException']);
});

it.each(['constructor', '__proto__', 'hasownproperty', 'tostring'])(
  'refuses a signature over a header called %s that did not come',
  async (name) => {
    const target = `/identitypools/${ENCODED_POOL}`;
    const headers = await signedHeaders(server, 'GET', target);
    const authorization = (headers['authorization'] ?? '').replace('SignedHeaders=', `SignedHeaders=${name};`);
    const answer = await raw(server, 'GET', target, { ...headers, authorization });
    expect([answer.status, answer.headers['x-amzn-errortype']]).toEqual([403, 'InvalidSignatureException']);
  },
);

it('takes credentials of an identity only with their token, and until they expire', async () => {
  const { identity, credentials } = await session();
  const target = `/identitypools/${ENCODED_POOL}/identities/${encodeURIComponent(identity)}/datasets`;
  expect((await rawSigned(server, 'GET', target, { keys: credentials })).status).toBe(200);
  const { accessKeyId, secretAccessKey } = credentials;
  const bare = await rawSigned(server, 'GET', target, { keys: { accessKeyId, secretAccessKey } });
  expect([bare.status, bare.headers['x-amzn-errortype']]).toEqual([403, 'UnrecognizedClientException']);
  server.clock.advance(3_600_000);
  const late = await rawSigned(server, 'GET', target, { keys: credentials });
  server.clock.reset();
  expect([late.status, late.headers['x-amzn-errortype']]).toEqual([403, 'ExpiredTokenException']);
});

it('answers RequestExpired for skew when so assumed, and stamps answers by its own clock', async () => {
  const other = await localServer({ now: () => NOW, maxSkewMs: 300_000, assume: { skewError: 'RequestExpired' } });
  const answer = await rawSigned(other, 'GET', '/identitypools', { date: new Date(NOW - 301_000) });
  await other.stop();
  expect([answer.status, answer.headers['x-amzn-errortype'], answer.headers.date]).toEqual([
    400,
    'RequestExpired',
    'Sun, 01 Mar 2026 12:00:00 GMT',
  ]);
});

it.each([
  [
    'whose host is not signed',
    (authorization: string) => authorization.replace('host;', ''),
    "'host' must be a 'SignedHeader' in the AWS Authorization.",
  ],
  [
    'whose date is not signed',
    (authorization: string) => authorization.replace(';x-amz-date', ''),
    "'x-amz-date' must be a 'SignedHeader' in the AWS Authorization.",
  ],
  [
    'with another day in its scope',
    (authorization: string) => authorization.replace('20260301', '20260302'),
    'Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date.',
  ],
  [
    'with another terminator',
    (authorization: string) => authorization.replace('aws4_request', 'aws5_request'),
    "Credential should be scoped with a valid terminator: 'aws4_request'.",
  ],
])('a request %s is refused for that', async (_, spoil, message) => {
  const headers = await signedHeaders(server, 'GET', '/identitypools');
  const answer = await raw(server, 'GET', '/identitypools', {
    ...headers,
    authorization: spoil(headers['authorization'] ?? ''),
  });
  expect(verdict(answer)).toEqual([403, 'InvalidSignatureException', message]);
});
