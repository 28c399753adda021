import type { LocalServer } from '../../server';
import { IDENTITY, KEYS, localServer, POOL } from '../support/local';
import { verify } from '../../server/sigv4';
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

describe('a signed Date header in place of X-Amz-Date', () => {
  // `get-vanilla` of AWS's Signature Version 4 test suite of 2012, which signs the date in HTTP's form.
  const vanilla = (headers: object = {}, now = Date.parse('2011-09-09T23:36:00Z')) =>
    verify(
      {
        method: 'GET',
        target: '/',
        headers: {
          host: 'host.foo.com',
          date: 'Mon, 09 Sep 2011 23:36:00 GMT',
          authorization:
            'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20110909/us-east-1/host/aws4_request, SignedHeaders=date;host, ' +
            'Signature=b27ccfbfa7df52a200ff74193ca6e32d4b48b8856fab7ebf1c595d0670a7e470',
          ...headers,
        },
        body: Buffer.alloc(0),
      },
      {
        service: 'host',
        region: 'us-east-1',
        now,
        maxSkewMs: 900_000,
        skewError: 'InvalidSignatureException',
        lookUp: () => ({ secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY', caller: 'the example' }),
      },
    );

  it('is taken', () => {
    expect(vanilla()).toBe('the example');
  });

  it.each<[string, () => string, RegExp]>([
    ['16 minutes ago', () => vanilla({}, Date.parse('2011-09-09T23:52:00Z')), /^Signature expired: 20110909T233600Z/],
    [
      '16 minutes ahead',
      () => vanilla({}, Date.parse('2011-09-09T23:20:00Z')),
      /^Signature not yet current: 20110909T/,
    ],
    ['another second', () => vanilla({ date: 'Mon, 09 Sep 2011 23:36:01 GMT' }), /does not match the signature/],
    [
      'another day than its scope',
      () => vanilla({ date: 'Mon, 10 Sep 2011 23:36:00 GMT' }, Date.parse('2011-09-10T23:36:00Z')),
      /^Date in Credential scope/,
    ],
    ['no date', () => vanilla({ date: 'yesterday' }), /^Date must be in/],
    ['a zone that is none', () => vanilla({ date: 'Mon, 09 Sep 2011 23:36:00 PST' }), /^Date must be in/],
    ['a year alone', () => vanilla({ date: '2011' }), /^Date must be in/],
    [
      'X-Amz-Date beside it, which goes first and is not signed',
      () => vanilla({ 'x-amz-date': '20110909T233600Z' }),
      /^'x-amz-date' must be a 'SignedHeader'/,
    ],
  ])('is refused when it says %s', (_, call, message) => {
    expect(call).toThrow(message);
  });

  it('is refused when it is not signed', () => {
    const authorization =
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20110909/us-east-1/host/aws4_request, SignedHeaders=host, Signature=00';
    expect(() => vanilla({ authorization })).toThrow("'date' must be a 'SignedHeader' in the AWS Authorization.");
  });
});

describe('what is no operation is answered, unsigned as well, with what came and what is known', () => {
  const say = async (method: string, target: string, headers: Record<string, string> = {}, body = '') => {
    const answer = await raw(server, method, target, headers, body);
    return [answer.status, answer.headers['x-amzn-errortype'], answer.body] as const;
  };
  const identity = (operation: string) =>
    say('POST', '/', { 'x-amz-target': `AWSCognitoIdentityService.${operation}` }, '{}');
  const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

  it.each(['/', '/identitypools/a/b/c', '/records', '/constructor'])('path %s', async (target) => {
    const [status, name, body] = await say('GET', `${target}?nextToken=private`);
    expect([status, name]).toEqual([404, 'UnknownOperationException']);
    const { message } = JSON.parse(body) as { message: string };
    expect(message).toMatch(`Unknown operation: GET '${target}'. Known: `);
    expect(message.match(/ \/identitypools/g)).toHaveLength(17);
    expect(message).toContain('POST /identitypools/{pool}/identity/{identity}/device (RegisterDevice)');
    expect(message).not.toContain('private');
  });

  it('a method that the path does not take', async () => {
    const [status, , body] = await say('PUT', RECORDS.replace('/records', ''));
    expect([status, (JSON.parse(body) as { message: string }).message]).toEqual([
      404,
      expect.stringMatching(
        /^Unknown operation: PUT '\/identitypools\/.*'. Known for this path: DELETE \(DeleteDataset\), GET \(DescribeDataset\), POST \(UpdateRecords\)\.$/,
      ),
    ]);
  });

  it('a target of another service', async () => {
    const [, , body] = await say('POST', '/', { 'x-amz-target': 'AWSCognitoIdentityProviderService.InitiateAuth' });
    expect(body).toContain("POST '/' with X-Amz-Target 'AWSCognitoIdentityProviderService.InitiateAuth'. Known:");
  });

  it.each(['GetIdentity', 'constructor', ''])('operation `%s` of Cognito Identity', async (operation) => {
    const [status, , body] = await identity(operation);
    const { __type, message } = JSON.parse(body) as { __type: string; message: string };
    expect([status, __type]).toEqual([400, 'UnknownOperationException']);
    expect(message).toMatch(
      new RegExp(
        `^Unknown operation of Cognito Identity: '${operation}'. Known: CreateIdentityPool, .*UpdateIdentityPool\\.$`,
      ),
    );
    expect(message.split(', ')).toHaveLength(23);
  });

  it.each([
    ['Action=GetSessionToken&Version=2011-06-15', 'GetSessionToken', '2011-06-15'],
    ['Action=AssumeRole&Version=2010-01-01', 'AssumeRole', '2010-01-01'],
    ['Action=toString', 'toString', ''],
  ])('%s of STS', async (form, action, version) => {
    const [status, , body] = await say('POST', '/', FORM, form);
    expect(status).toBe(400);
    expect(body).toContain(
      `Could not find operation &apos;${action}&apos; for version &apos;${version}&apos;. Known for version 2011-06-15: AssumeRole, AssumeRoleWithWebIdentity, GetCallerIdentity.`,
    );
  });

  it('shortens what came', async () => {
    const [, , body] = await say('GET', `/${'x'.repeat(5_000)}`);
    expect(body).toContain(`GET '/${'x'.repeat(199)}…'`);
  });
});
