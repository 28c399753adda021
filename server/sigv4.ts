import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { ServiceError } from './errors';

/**
 * Verification of AWS Signature Version 4 over what was on the wire: the request target as it came, every path segment
 * encoded once more, as every service but S3 demands.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */

export interface WireRequest {
  readonly method: string;
  /** Path and query exactly as in the request line. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Expectation<Caller> {
  readonly service: string;
  readonly region: string;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly maxSkewMs: number;
  readonly skewError: 'InvalidSignatureException' | 'RequestExpired';
  /** The secret of an access key id and who it speaks for; throws when there is none. */
  readonly lookUp: (accessKeyId: string, sessionToken: string | undefined) => Secret<Caller>;
}

export interface Secret<Caller> {
  readonly secretAccessKey: string;
  readonly caller: Caller;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';
const AUTHORIZATION = /^AWS4-HMAC-SHA256\s+(.*)$/;
/** `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, 5.6.7), or `-0000` at the end as botocore writes it (RFC 5322, 3.3). */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d\d? [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d (?:GMT|UTC|[+-]\d{4})$/;
const NO_BODY = createHash('sha256').update('').digest('hex');

/** The caller whose secret signed the request. @throws ServiceError for a request that AWS would not let in. */
export function verify<Caller>(request: WireRequest, expected: Expectation<Caller>): Caller {
  const { accessKeyId, scope, signedHeaders, signature } = parseAuthorization(request.headers.authorization);
  const { date, dateHeader } = signingDate(request.headers);
  const { secretAccessKey, caller } = expected.lookUp(accessKeyId, header(request.headers, 'x-amz-security-token'));
  checkDate(date, expected);
  checkScope(scope, date, expected);
  for (const required of ['host', dateHeader]) {
    if (!signedHeaders.includes(required))
      throw invalid(`'${required}' must be a 'SignedHeader' in the AWS Authorization.`);
  }
  const payloadHash = request.body.length ? sha256(request.body) : NO_BODY;
  const canonical = canonicalRequest(request, signedHeaders, payloadHash);
  const toSign = [ALGORITHM, date, scope.join('/'), sha256(canonical)].join('\n');
  const declared = header(request.headers, 'x-amz-content-sha256');
  if (declared !== undefined && declared !== payloadHash) throw new SignatureMismatch(canonical, toSign);
  const [day = '', region = '', service = ''] = scope;
  const ours = hmac(signingKey(secretAccessKey, day, region, service), toSign);
  const theirs = Buffer.from(signature, 'hex');
  if (theirs.length !== ours.length || !timingSafeEqual(theirs, ours)) throw new SignatureMismatch(canonical, toSign);
  return caller;
}

function parseAuthorization(authorization: string | undefined) {
  if (!authorization) {
    throw new ServiceError('MissingAuthenticationTokenException', 403, 'Missing Authentication Token');
  }
  const parameters = AUTHORIZATION.exec(authorization)?.[1];
  if (parameters === undefined) throw incomplete(`Authorization header requires the algorithm '${ALGORITHM}'.`);
  const given = new Map<string, string>();
  for (const part of parameters.split(',')) {
    const at = part.indexOf('=');
    if (at > 0) given.set(part.slice(0, at).trim(), part.slice(at + 1).trim());
  }
  const parameter = (name: string) => {
    const value = given.get(name);
    if (!value) throw incomplete(`Authorization header requires '${name}' parameter.`);
    return value;
  };
  const credential = parameter('Credential').split('/');
  if (credential.length < 5)
    throw incomplete("Credential must have 5 parts: key id, date, region, service and 'aws4_request'.");
  return {
    accessKeyId: credential.slice(0, -4).join('/'),
    scope: credential.slice(-4),
    signedHeaders: parameter('SignedHeaders').split(';'),
    signature: parameter('Signature'),
  };
}

/** When the request was signed, in ISO 8601's basic format, and the header that says so: `Date` only where `X-Amz-Date` is absent. */
function signingDate(headers: IncomingHttpHeaders): { date: string; dateHeader: string } {
  const own = header(headers, 'x-amz-date');
  if (own) return { date: own, dateHeader: 'x-amz-date' };
  const date = header(headers, 'date');
  if (!date) throw incomplete("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
  const time = HTTP_DATE.test(date) ? Date.parse(date) : Number.NaN;
  return { date: Number.isNaN(time) ? date : basic(time), dateHeader: 'date' };
}

function checkDate(date: string, { now, maxSkewMs, skewError }: Expectation<unknown>): void {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date) ?? [];
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(time)) throw incomplete("Date must be in ISO-8601 'basic format' or that of HTTP.");
  const minutes = `${maxSkewMs / 60_000} min.`;
  if (time < now - maxSkewMs) {
    const message = `Signature expired: ${date} is now earlier than ${basic(now - maxSkewMs)} (${basic(now)} - ${minutes})`;
    throw new ServiceError(skewError, skewError === 'RequestExpired' ? 400 : 403, message);
  }
  if (time > now + maxSkewMs) {
    const message = `Signature not yet current: ${date} is still later than ${basic(now + maxSkewMs)} (${basic(now)} + ${minutes})`;
    throw new ServiceError(skewError, skewError === 'RequestExpired' ? 400 : 403, message);
  }
}

function checkScope(scope: readonly string[], date: string, { region, service }: Expectation<unknown>): void {
  const [day, scopeRegion, scopeService, terminator] = scope;
  if (day !== date.slice(0, 8))
    throw invalid('Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date.');
  if (scopeRegion !== region) throw invalid(`Credential should be scoped to a valid region, not '${scopeRegion}'.`);
  if (scopeService !== service) throw invalid(`Credential should be scoped to correct service: '${service}'.`);
  if (terminator !== 'aws4_request')
    throw invalid("Credential should be scoped with a valid terminator: 'aws4_request'.");
}

/** The canonical request: what both sides hash. Exported for tests against an independent canonicaliser. */
export function canonicalRequest(request: WireRequest, signedHeaders: readonly string[], payloadHash: string): string {
  const question = request.target.indexOf('?');
  const path = question < 0 ? request.target : request.target.slice(0, question);
  const query = question < 0 ? '' : request.target.slice(question + 1);
  let headers = '';
  for (const name of signedHeaders) {
    const value = header(request.headers, name);
    if (value === undefined) throw mismatch();
    headers += `${name}:${value}\n`;
  }
  return `${request.method}\n${canonicalPath(path)}\n${canonicalQuery(query)}\n${headers}\n${signedHeaders.join(';')}\n${payloadHash}`;
}

function canonicalPath(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(encode(segment));
  }
  return `/${segments.join('/')}${segments.length && path.endsWith('/') ? '/' : ''}`;
}

function canonicalQuery(query: string): string {
  if (!query) return '';
  const pairs = query.split('&').filter(Boolean);
  const encoded = pairs.map((pair) => {
    const at = pair.indexOf('=');
    const name = at < 0 ? pair : pair.slice(0, at);
    const value = at < 0 ? '' : pair.slice(at + 1);
    return [encode(decode(name)), encode(decode(value))] as const;
  });
  encoded.sort(([a, x], [b, y]) => compare(a, b) || compare(x, y));
  return encoded.map(([name, value]) => `${name}=${value}`).join('&');
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw mismatch();
  }
}

const PLAIN = /^[A-Za-z0-9\-._~]*$/;

/** RFC 3986: everything but the unreserved characters is escaped. */
function encode(text: string): string {
  if (PLAIN.test(text)) return text;
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

function header(headers: IncomingHttpHeaders, name: string): string | undefined {
  // A signed header may be called anything, `constructor` too.
  const value = Object.hasOwn(headers, name) ? headers[name] : undefined;
  if (value === undefined) return undefined;
  return (typeof value === 'string' ? value : value.join(',')).trim().replace(/\s+/g, ' ');
}

const signingKeys = new Map<string, Buffer>();

/** A key lasts a day, so deriving it once per secret, day, region and service saves four of the five HMACs of a request. */
function signingKey(secret: string, day: string, region: string, service: string): Buffer {
  const id = `${secret}/${day}/${region}/${service}`;
  let key = signingKeys.get(id);
  if (!key) {
    key = hmac(hmac(hmac(hmac(`AWS4${secret}`, day), region), service), 'aws4_request');
    if (signingKeys.size >= 1000) signingKeys.clear();
    signingKeys.set(id, key);
  }
  return key;
}

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');
const basic = (time: number) => new Date(time).toISOString().replace(/[-:]|\.\d+/g, '');

const incomplete = (message: string) => new ServiceError('IncompleteSignatureException', 403, message);
const invalid = (message: string) => new ServiceError('InvalidSignatureException', 403, message);
const MISMATCH =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';
const mismatch = () => invalid(MISMATCH);

/** A signature of something else than what was sent, or by another key. */
export class SignatureMismatch extends ServiceError {
  /** What a signature was expected of, without tokens: the string to sign is that of the canonical request with them. */
  readonly expected: { readonly canonicalRequest: string; readonly stringToSign: string };

  constructor(canonicalRequest: string, stringToSign: string) {
    super('InvalidSignatureException', 403, MISMATCH);
    this.expected = { canonicalRequest: withoutTokens(canonicalRequest), stringToSign };
  }
}

const withoutTokens = (canonicalRequest: string) =>
  canonicalRequest
    .replace(/^(x-amz-security-token:).*$/gm, '$1<token>')
    .replace(/(\bsyncSessionToken=)[^&\n]*/gi, '$1<token>');
