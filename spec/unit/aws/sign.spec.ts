import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import type { HttpRequest } from '../../../lib/aws/http';
import { percentEncode } from '../../../lib/aws/http';
import { signRequest, type Credentials } from '../../../lib/aws/sign';
import { fc } from '../../support/random';

const NOW = Date.UTC(2026, 0, 31, 9, 30, 5, 678);
const keys: Credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const scope = {
  service: 'cognito-sync',
  region: 'us-east-1',
  host: 'cognito-sync.us-east-1.amazonaws.com',
  nowMs: NOW,
};
const get: HttpRequest = { method: 'GET', target: '/identitypools', headers: {} };

/** What AWS's own signer makes of a request, given the same headers to sign. */
async function authorizationOf(request: HttpRequest, service: string, region: string, credentials: Credentials) {
  const [path = '', search] = request.target.split('?');
  const signed = request.headers['authorization']?.match(/SignedHeaders=([^,]+)/)?.[1]?.split(';') ?? [];
  const query = (search ?? '').split('&').filter(Boolean);
  const { accessKeyId, secretAccessKey } = credentials;
  const signer = new SignatureV4({
    credentials: { accessKeyId, secretAccessKey },
    region,
    service,
    sha256: Sha256,
    applyChecksum: false,
  });
  const { headers } = await signer.sign(
    {
      method: request.method,
      protocol: 'https:',
      hostname: scope.host,
      path,
      query: Object.fromEntries(query.map((pair) => pair.split('=').map(decodeURIComponent) as [string, string])),
      body: request.body,
      headers: Object.fromEntries(signed.map((name) => [name, request.headers[name]!])),
    },
    { signingDate: new Date(NOW) },
  );
  return headers['authorization'];
}

const text = fc.string({ unit: 'grapheme', minLength: 1 });
const segment = text.filter((value) => value !== '.' && value !== '..');
const ascii = fc.stringMatching(/^[!-~]{1,40}$/);

it('signs what AWS’s own signer signs, and leaves the target as it is', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('GET', 'POST', 'DELETE'),
      fc.array(segment, { maxLength: 5 }),
      fc.array(text, { maxLength: 4 }),
      fc.option(text, { nil: undefined }),
      fc.option(ascii, { nil: undefined }),
      fc.option(ascii, { nil: undefined }),
      ascii,
      async (method, segments, values, body, sessionToken, context, secretAccessKey) => {
        const query = values.map((value, index) => `name${index}=${percentEncode(value)}`).join('&');
        const target = `/${segments.map(percentEncode).join('/')}${query && `?${query}`}`;
        const request = {
          method,
          target,
          headers: {
            ...(context === undefined ? {} : { 'x-amz-client-context': context }),
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          },
          ...(body === undefined ? {} : { body }),
        } as const;
        const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey, sessionToken };
        const signed = signRequest(request, { ...scope, credentials });

        expect(signed.target).toBe(target);
        expect(signed.body).toBe(body);
        expect(signed.headers).toMatchObject(request.headers);
        expect(signed.headers['authorization']).toBe(
          await authorizationOf(signed, 'cognito-sync', 'us-east-1', credentials),
        );
        const added = [
          'authorization',
          'host',
          'x-amz-date',
          ...(body === undefined ? [] : ['content-length']),
          ...(sessionToken === undefined ? [] : ['x-amz-security-token']),
        ];
        expect(Object.keys(signed.headers).sort()).toEqual([...Object.keys(request.headers), ...added].sort());
        expect(signed.headers['x-amz-security-token']).toBe(sessionToken);
        expect(signed.headers['content-length']).toBe(body === undefined ? undefined : String(Buffer.byteLength(body)));
      },
    ),
  );
});

it.each([
  ['cognito-sync', 'us-east-1', 'cognito-sync.us-east-1.amazonaws.com'],
  ['cognito-sync', 'eu-west-2', '127.0.0.1:4566'],
  ['cognito-sync', 'eu-west-2', 'cognito-sync-fips.us-east-1.amazonaws.com'],
  ['cognito-identity', 'ap-south-1', 'vpce-1.s3.us-west-2.amazonaws.com'],
  ['sts', 'eu-central-1', 'sts.eu-central-1.amazonaws.com'],
])('signs for %s in %s whatever the host %s looks like', async (service, region, host) => {
  const signed = signRequest(get, { service, region, host, nowMs: NOW, credentials: keys });
  expect(signed.headers['authorization']).toContain(
    `Credential=AKIDEXAMPLE/20260131/${region}/${service}/aws4_request`,
  );
  expect(signed.headers['authorization']).toBe(await authorizationOf(signed, service, region, keys));
  expect(signed.headers['host']).toBe(host);
  expect(signed.headers['x-amz-date']).toBe('20260131T093005Z');
});

it('is pure: neither the request nor the next signature changes', () => {
  const request = Object.freeze({ ...get, headers: Object.freeze({}) });
  const first = signRequest(request, { ...scope, credentials: keys });
  expect(signRequest(request, { ...scope, credentials: keys })).toEqual(first);
  expect(signRequest(request, { ...scope, nowMs: NOW + 1000, credentials: keys })).not.toEqual(first);
  expect(request).toEqual(get);
});

describe('the process environment', () => {
  const names = ['AWS_ACCESS_KEY_ID', 'AWS_ACCESS_KEY', 'AWS_SECRET_ACCESS_KEY', 'AWS_SECRET_KEY', 'AWS_SESSION_TOKEN'];
  const before = names.map((name) => [name, process.env[name]] as const);
  beforeEach(() => names.forEach((name) => (process.env[name] = 'PLATFORM')));
  afterEach(() => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });

  it.each([
    keys,
    { ...keys, sessionToken: '' },
    { ...keys, sessionToken: undefined },
    { accessKeyId: '', secretAccessKey: '' },
  ])('never signs: %j', async (credentials) => {
    const signed = signRequest(get, { ...scope, credentials });
    expect(JSON.stringify(signed)).not.toContain('PLATFORM');
    expect(signed.headers).not.toHaveProperty('x-amz-security-token');
    expect(signed.headers['authorization']).toContain(`Credential=${credentials.accessKeyId}/`);
    if (credentials.secretAccessKey) {
      expect(signed.headers['authorization']).toBe(await authorizationOf(signed, 'cognito-sync', 'us-east-1', keys));
    }
  });
});
