import { ConnectorError, type Retry } from '../error';
import { headerOf, type HttpResponse } from './http';
import { REDACTED, SHORTEST_PART } from './redact';

/**
 * Throttling by any of AWS's names. LimitExceededException is absent on purpose: here it is a quota, not load.
 * https://docs.aws.amazon.com/cognitosync/latest/APIReference/CommonErrors.html
 */
const THROTTLED = new Set([
  'TooManyRequestsException',
  'LambdaThrottledException',
  'ThrottlingException',
  'Throttling',
  'ThrottledException',
  'RequestThrottled',
  'RequestThrottledException',
]);

/** The names that Cognito Sync also has in a short form, without «Exception» (awsQueryError in AWS's model). */
const HAS_SHORT_FORM = new Set([
  'AlreadyStreamed',
  'ConcurrentModification',
  'DuplicateRequest',
  'InternalError',
  'InvalidConfiguration',
  'InvalidLambdaFunctionOutput',
  'InvalidParameter',
  'LambdaThrottled',
  'LimitExceeded',
  'ResourceConflict',
  'ResourceNotFound',
  'TooManyRequests',
]);

function fullName(name: string): string {
  if (name === 'NotAuthorizedError') return 'NotAuthorizedException';
  return HAS_SHORT_FORM.has(name) ? `${name}Exception` : name;
}

/** `ns#Name:http://…` → `Name`; undefined for anything that is no exception name. */
function exceptionName(type: unknown): string | undefined {
  if (typeof type !== 'string') return undefined;
  // What follows a colon is an address, what follows a comma a repeated header.
  const first = type.replace(/[:,].*/s, '');
  const name = first.slice(first.indexOf('#') + 1).trim();
  return /^[A-Za-z][\w.]{0,99}$/.test(name) ? fullName(name) : undefined;
}

function jsonObject(text: string): { readonly [member: string]: unknown } {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? (parsed as { [member: string]: unknown }) : {};
  } catch {
    return {};
  }
}

/** The content of an element, for the XML errors of STS. */
function element(text: string, name: string): string | undefined {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1];
}

function firstText(...candidates: unknown[]): string | undefined {
  return candidates.find((candidate): candidate is string => typeof candidate === 'string' && candidate.trim() !== '');
}

/** Removes from foreign text what no error may repeat. */
type Redact = (text: string) => string;

const QUOTED_CHARACTERS = 120;
/** Of what AWS says. */
const MAX_CHARACTERS = 2_000;
/** Foreign text is looked at no further than this: a page of a gateway may be of any size. */
const READ_CHARACTERS = 65_536;

/** AWS explains a wrong signature with the canonical request, which holds the session token. */
const CANONICAL_REQUEST = 'The Canonical String for this request should have been';

/** The beginning of a foreign text, with nothing confidential in it. */
function shown(text: string, redact: Redact, length: number): string {
  const explained = text.slice(0, READ_CHARACTERS).split(CANONICAL_REQUEST, 1)[0] ?? '';
  const redacted = redact(explained.trimEnd());
  return redacted.length > length ? `${redacted.slice(0, length).toWellFormed()}…` : redacted;
}

/** The beginning of a text, on one line. */
function beginningOf(text: string, redact: Redact): string {
  const oneLine = redact(text.slice(0, READ_CHARACTERS)).replace(/\s+/g, ' ').trim();
  return oneLine.slice(0, QUOTED_CHARACTERS);
}

/** What came in place of an answer of AWS. JSON is not quoted: it may hold the values of records. */
function described({ body }: HttpResponse, redact: Redact): string {
  const text = body.trim();
  if (text === '') return 'an empty body';
  if (/^[[{"]/.test(text)) return `other or broken JSON of ${text.length} characters`;
  return `a body that begins with «${beginningOf(text, redact)}»`;
}

/** What a gateway answers that waited in vain for the request or for AWS. */
const REQUEST_TIMEOUT = 408;

/**
 * A refusal for load comes before any effect. So does a 503 of AWS itself, which the exception's name and the request id
 * show; any other may be of something in between that has passed the request on.
 */
function retryOf(name: string | undefined, status: number, requestId: string | undefined): Retry {
  if (status === 429 || (name !== undefined && THROTTLED.has(name))) return 'always';
  if (status === 503 && name !== undefined && requestId !== undefined) return 'always';
  const isUnclear = status >= 500 || (status >= 200 && status < 300) || (status === REQUEST_TIMEOUT && !name);
  return isUnclear ? 'if idempotent' : 'never';
}

/** Seconds or an HTTP date, as milliseconds from `nowMs`. https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
function retryAfterMs(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\s*\d+\s*$/.test(value)) return Number(value) * 1000;
  // Date.parse finds a date in almost any text with a number in it.
  const until = / GMT\s*$/.test(value) ? Date.parse(value) : NaN;
  return Number.isNaN(until) ? undefined : Math.max(0, until - nowMs);
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** AWS's ids are UUIDs; those of something in between may be others. */
const REQUEST_ID = /^[\w-]{1,64}$/;

/** The request id of an answer, if it looks like one; it is shown in errors, in logs and in headers of messages. */
export function requestIdOf(response: HttpResponse, redact: Redact = (text) => text): string | undefined {
  const id = headerOf(response, 'x-amzn-requestid') ?? headerOf(response, 'x-amz-request-id') ?? '';
  return UUID.test(id) || (REQUEST_ID.test(id) && redact(id) === id) ? id : undefined;
}

/** The exception that an answer names: in its header, else in `code`, else in `__type` (the order of AWS's SDK v3), STS in XML. */
function nameOf(response: HttpResponse, body: { readonly [member: string]: unknown }): string | undefined {
  return (
    exceptionName(headerOf(response, 'x-amzn-errortype')) ??
    exceptionName(body['code'] ?? body['Code']) ??
    exceptionName(body['__type']) ??
    exceptionName(element(response.body, 'Code'))
  );
}

/** A name repeats no credential; a short word of it may well be a value of a record. */
const isOrdinary = (name: string, redact: Redact) =>
  redact(name).replaceAll(REDACTED, '').length > name.length - SHORTEST_PART;

/**
 * The error that an answer other than a success carries. An answer of a proxy or a gateway names no exception of AWS and
 * becomes an `InvalidResponse` with its status and first characters.
 * @param redact removes what no error may repeat
 */
export function errorFrom(
  operation: string,
  response: HttpResponse,
  nowMs: number,
  redact: Redact = (text) => text,
): ConnectorError {
  const { status } = response;
  const body = jsonObject(response.body);
  const stated = nameOf(response, body);
  const name = stated !== undefined && isOrdinary(stated, redact) ? stated : undefined;
  const said = firstText(
    body['message'],
    body['Message'],
    headerOf(response, 'x-amzn-errormessage'),
    element(response.body, 'Message'),
  );
  const requestId = requestIdOf(response, redact);
  const redirected = status >= 300 && status < 400 ? 'a redirect, which is not followed: ' : '';
  const got = said ? `one that says «${beginningOf(said, redact)}»` : described(response, redact);
  return new ConnectorError(name ?? 'InvalidResponse', {
    operation,
    message: name
      ? said
        ? shown(said, redact, MAX_CHARACTERS)
        : 'AWS gave no further explanation'
      : `expected an answer of AWS, got ${redirected}${got}`,
    status,
    requestId,
    retry: retryOf(name, status, requestId),
    retryAfterMs: retryAfterMs(headerOf(response, 'retry-after'), nowMs),
  });
}

/** Those that occur; any other text could be anything. */
const MEDIA_TYPE =
  /^(?:text|application)\/(?:html|plain|xml|json|javascript|xhtml\+xml|problem\+json|octet-stream|x-amz-json-1\.[01])(?:; ?charset=(?:utf-8|us-ascii|iso-8859-1))?$/i;

/**
 * An answer with a status of success whose body is not what it must be; the call probably took effect. The body is not
 * quoted: it may hold the values of records.
 */
export function invalidResponse(operation: string, response: HttpResponse, expected = 'a JSON object'): ConnectorError {
  const given = headerOf(response, 'content-type') ?? '';
  const type = given === '' ? 'text without a content type' : MEDIA_TYPE.test(given) ? given : 'text';
  return new ConnectorError('InvalidResponse', {
    operation,
    message: `expected ${expected}, got ${type} of ${response.body.length} characters`,
    status: response.status,
    requestId: requestIdOf(response),
    retry: 'if idempotent',
  });
}
