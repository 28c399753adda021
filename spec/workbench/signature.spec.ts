import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { percentEncode } from '../../lib/aws/http';
import { signingOf } from '../../workbench/child/signature';

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const signingDate = new Date('2026-01-31T09:30:00Z');

/** A request as it would stand on the wire, signed by AWS's own signer. */
async function signedByAws({ segments = ['identitypools'], query = {}, body = '' }) {
  const signer = new SignatureV4({
    credentials,
    region: 'us-east-1',
    service: 'cognito-sync',
    sha256: Sha256,
    applyChecksum: false,
  });
  const path = `/${segments.map(percentEncode).join('/')}`;
  const signed = await signer.sign(
    {
      method: body ? 'POST' : 'GET',
      protocol: 'https:',
      hostname: 'example.com',
      path,
      query,
      headers: { host: 'example.com', ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body }),
    },
    { signingDate },
  );
  const search = Object.entries(query).map(([name, value]) => `${percentEncode(name)}=${percentEncode(String(value))}`);
  return {
    method: signed.method,
    target: path + (search.length > 0 ? `?${search.join('&')}` : ''),
    headers: signed.headers,
    body,
  };
}

describe('the canonical request that the workbench shows', () => {
  it.each([
    ['a plain path', {}],
    ['ids with a colon', { segments: ['identitypools', 'us-east-1:1', 'identities', 'us-east-1:2'] }],
    ['reserved characters', { segments: ['a b', "'()*!", 'ü&=+'] }],
    ['a query out of order', { query: { nextToken: 'b+/=', maxResults: '10' } }],
    ['a body', { body: '{"Value":"ü"}' }],
  ])("leads to the signature of AWS's own signer for %s", async (_, asked) => {
    const signing = signingOf(await signedByAws(asked), credentials.secretAccessKey);
    expect(signing?.canonicalRequest.split('\n')[0]).toBe('body' in asked ? 'POST' : 'GET');
    expect(signing?.stringToSign).toMatch(
      /^AWS4-HMAC-SHA256\n20260131T093000Z\n20260131\/us-east-1\/cognito-sync\/aws4_request\n[0-9a-f]{64}$/,
    );
  });

  it('is not shown for a request that is not what was signed', async () => {
    const request = await signedByAws({ body: '{"Value":"one"}' });
    expect(signingOf({ ...request, body: '{"Value":"two"}' }, credentials.secretAccessKey)).toBeUndefined();
    expect(signingOf({ ...request, target: '/elsewhere' }, credentials.secretAccessKey)).toBeUndefined();
    expect(signingOf(request, 'another-secret')).toBeUndefined();
    expect(signingOf({ ...request, headers: {} }, credentials.secretAccessKey)).toBeUndefined();
  });
});
