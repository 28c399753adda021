import { headerOf, type HttpResponse } from './http';

/**
 * Whether another attempt makes sense. `always`: AWS turned the request away before acting, or it never left.
 * `if idempotent`: it may have taken effect. `never`: the input, a permission or the data must change first.
 */
export type Retry = 'always' | 'if idempotent' | 'never';

export interface ErrorDetails {
  readonly operation: string;
  readonly message: string;
  /** HTTP status, where there was an answer. */
  readonly status?: number | undefined;
  readonly requestId?: string | undefined;
  readonly retry?: Retry;
  /** How long AWS asks to wait before another attempt, in ms. */
  readonly retryAfterMs?: number | undefined;
}

/**
 * The one error of the connector. `name` is AWS's exception name, or ours: `InvalidInput`, `NetworkError`, `Timeout`,
 * `InvalidResponse`. The platform keeps only name, message and stack, so the message carries everything a flow builder
 * needs: `<Action>: <name>: <text> (HTTP <status>, request id <id>)`. It holds no `cause`, which could hold a signature.
 */
export class ConnectorError extends Error {
  readonly operation: string;
  /** The message without operation, name, status and request id. */
  readonly text: string;
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  readonly retry: Retry;
  readonly retryAfterMs: number | undefined;

  constructor(name: string, { operation, message, status, requestId, retry = 'never', retryAfterMs }: ErrorDetails) {
    const origin = [status && `HTTP ${status}`, requestId && `request id ${requestId}`].filter(Boolean).join(', ');
    super(`${operation}: ${name}: ${message}${origin && ` (${origin})`}`);
    this.name = name;
    this.operation = operation;
    this.text = message;
    this.status = status;
    this.requestId = requestId;
    this.retry = retry;
    this.retryAfterMs = retryAfterMs;
  }

  /** The same error of another action, for one that makes several calls. */
  as(operation: string): ConnectorError {
    if (operation === this.operation) return this;
    const { name, text, status, requestId, retry, retryAfterMs } = this;
    return new ConnectorError(name, {
      operation,
      message: `${text} [${this.operation}]`,
      status,
      requestId,
      retry,
      retryAfterMs,
    });
  }
}

/** A value of a message or a setting that cannot be used; nothing was sent. */
export function invalidInput(operation: string, message: string): ConnectorError {
  return new ConnectorError('InvalidInput', { operation, message });
}

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

const QUOTED_CHARACTERS = 120;

/** The beginning of a text, on one line. */
function beginningOf(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, QUOTED_CHARACTERS);
}

/** What came in place of an answer of AWS. JSON is not quoted: it may hold the values of records. */
function described({ body }: HttpResponse): string {
  const text = body.trim();
  if (text === '') return 'an empty body';
  if (/^[[{"]/.test(text)) return `other or broken JSON of ${text.length} characters`;
  return `a body that begins with «${beginningOf(text)}»`;
}

function retryOf(name: string, status: number): Retry {
  if (status === 429 || status === 503 || THROTTLED.has(name)) return 'always';
  return status >= 500 || (status >= 200 && status < 300) ? 'if idempotent' : 'never';
}

/** Seconds or an HTTP date, as milliseconds from `nowMs`. https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
function retryAfterMs(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\s*\d+\s*$/.test(value)) return Number(value) * 1000;
  // Date.parse finds a date in almost any text with a number in it.
  const until = / GMT\s*$/.test(value) ? Date.parse(value) : NaN;
  return Number.isNaN(until) ? undefined : Math.max(0, until - nowMs);
}

export function requestIdOf(response: HttpResponse): string | undefined {
  return headerOf(response, 'x-amzn-requestid') ?? headerOf(response, 'x-amz-request-id');
}

/**
 * The error that an answer other than a success carries. AWS names it in the `x-amzn-ErrorType` header, else in `code`,
 * else in `__type` (the order of AWS's SDK v3), STS in XML; an answer of a proxy or a gateway is none of these and
 * becomes an `InvalidResponse` with its status and first characters.
 */
export function errorFrom(operation: string, response: HttpResponse, nowMs: number): ConnectorError {
  const { status } = response;
  const body = jsonObject(response.body);
  const name =
    exceptionName(headerOf(response, 'x-amzn-errortype')) ??
    exceptionName(body['code'] ?? body['Code']) ??
    exceptionName(body['__type']) ??
    exceptionName(element(response.body, 'Code'));
  const stated = firstText(
    body['message'],
    body['Message'],
    headerOf(response, 'x-amzn-errormessage'),
    element(response.body, 'Message'),
  );
  const known = name ?? 'InvalidResponse';
  const redirected = status >= 300 && status < 400 ? 'a redirect, which is not followed: ' : '';
  const got = stated ? `one that says «${beginningOf(stated)}»` : described(response);
  return new ConnectorError(known, {
    operation,
    message: name
      ? (stated ?? 'AWS gave no further explanation')
      : `expected an answer of AWS, got ${redirected}${got}`,
    status,
    requestId: requestIdOf(response),
    retry: retryOf(known, status),
    retryAfterMs: retryAfterMs(headerOf(response, 'retry-after'), nowMs),
  });
}

/**
 * An answer with a status of success whose body is not what it must be; the call probably took effect. The body is not
 * quoted: it may hold the values of records.
 */
export function invalidResponse(operation: string, response: HttpResponse): ConnectorError {
  const type = headerOf(response, 'content-type') ?? 'text without a content type';
  return new ConnectorError('InvalidResponse', {
    operation,
    message: `expected a JSON object, got ${type} of ${response.body.length} characters`,
    status: response.status,
    requestId: requestIdOf(response),
    retry: 'if idempotent',
  });
}
