import { sign } from 'aws4';
import type { HttpRequest } from './http';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** What a signature is made for, besides the request itself. */
export interface SigningScope {
  readonly service: string;
  readonly region: string;
  /** As the `Host` header will say it: with the port, unless it is the scheme's own. */
  readonly host: string;
  readonly credentials: Credentials;
  /** Signing time, epoch ms. */
  readonly nowMs: number;
}

/** `20260131T093000Z`, the form of X-Amz-Date. */
const amzDate = (epochMs: number) => new Date(epochMs).toISOString().replace(/[-:]|\.\d{3}/g, '');

/**
 * Signs with AWS Signature Version 4 and returns the request with its Authorization header; pure. Service and region are
 * always given, never guessed from the host.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function signRequest(
  request: HttpRequest,
  { service, region, host, credentials, nowMs }: SigningScope,
): HttpRequest {
  const { method, target, body } = request;
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  // All that aws4 would add, so that what is sent needs no more than the signature from it.
  const headers: Record<string, string> = { ...request.headers, host, 'x-amz-date': amzDate(nowMs) };
  if (body !== undefined) headers['content-length'] = String(Buffer.byteLength(body));
  if (sessionToken) headers['x-amz-security-token'] = sessionToken;
  const signed = sign(
    { service, region, method, host, path: target, headers, body: body ?? '' },
    { accessKeyId, secretAccessKey },
  );
  headers['authorization'] = String(signed.headers?.['Authorization']);
  return { method, target: signed.path ?? target, headers, body };
}
