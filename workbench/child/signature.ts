import { createHash, createHmac } from 'node:crypto';
import { percentEncode } from '../../lib/aws/http';
import type { Signing } from '../protocol';

/** A request as it went over the wire; names of headers in lower case. */
export interface WireRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8}\/([^/]+)\/([^/]+)\/aws4_request), *SignedHeaders=([^,]+), *Signature=([0-9a-f]{64})$/;

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

/**
 * The canonical request and the string to sign of a request, computed from what was sent and not from what was meant to be;
 * undefined where they do not lead to the signature that was sent; pure.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function signingOf({ method, target, headers, body }: WireRequest, secret: string): Signing | undefined {
  const [, , scope, region, service, names, signature] = AUTHORIZATION.exec(headers['authorization'] ?? '') ?? [];
  const date = headers['x-amz-date'];
  if (!scope || !region || !service || !names || !signature || !date) return undefined;
  const [path = '/', query = ''] = target.split('?', 2);
  const canonicalRequest = [
    method,
    // The path is encoded once more than it is sent, for every service but S3.
    path.split('/').map(percentEncode).join('/'),
    query.split('&').filter(Boolean).map(withEquals).sort().join('&'),
    ...names.split(';').map((name) => `${name}:${(headers[name] ?? '').trim().replace(/ +/g, ' ')}`),
    '',
    names,
    sha256(body),
  ].join('\n');
  const stringToSign = ['AWS4-HMAC-SHA256', date, scope, sha256(canonicalRequest)].join('\n');
  const key = [scope.slice(0, 8), region, service, 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secret}`);
  return hmac(key, stringToSign).toString('hex') === signature ? { canonicalRequest, stringToSign } : undefined;
}

const withEquals = (pair: string) => (pair.includes('=') ? pair : `${pair}=`);

/** The access key id that signed a request. */
export const signerOf = (headers: WireRequest['headers']): string | undefined =>
  AUTHORIZATION.exec(headers['authorization'] ?? '')?.[1];
