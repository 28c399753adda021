import { ConnectorError } from '../error';
import { TransportFailure } from './adapter';
import type { Endpoint } from './endpoint';
import { errorFrom, requestIdOf } from './error-response';
import { headerOf, type HttpRequest, type HttpResponse } from './http';
import { redaction } from './redact';
import { send as sendOverHttp, type Send } from './send';
import { signRequest, type Credentials } from './sign';

/** Where credentials come from. */
export interface CredentialSource {
  current(): Credentials | Promise<Credentials>;
  /** Fetches fresh ones after AWS called `expired` expired; absent where the user must do that. */
  renew?(expired: Credentials): Promise<Credentials>;
}

/** A signature that the sender of the message made: sent as given, once. */
export interface GivenSignature {
  readonly headers: Readonly<Record<string, string>>;
}

/** The outside world, replaced in tests. */
export interface Io {
  readonly send: Send;
  /** Epoch ms. */
  now(): number;
  wait(ms: number): Promise<void>;
  /** From 0 to 1, as Math.random. */
  random(): number;
}

export interface RetryPolicy {
  /** Attempts after the first, 0 to 5. */
  readonly retries: number;
  /** For one attempt, in ms. All attempts with the waits between them take at most `timeoutMs × (retries + 1)`. */
  readonly timeoutMs: number;
}

/** One call of one AWS service. */
export interface Call<Output> {
  readonly operation: string;
  /** The signing name, such as `cognito-sync`. */
  readonly service: string;
  readonly region: string;
  readonly endpoint: Endpoint;
  readonly request: HttpRequest;
  /** A repeat has the effect of one call. */
  readonly idempotent: boolean;
  /** Undefined for the operations that AWS takes unsigned. */
  readonly credentials: CredentialSource | GivenSignature | undefined;
  /** Texts of the request that no error may repeat, such as values of records and tokens. */
  readonly confidential?: () => readonly string[];
  /** @throws ConnectorError `InvalidResponse` when the body of a success is not what it must be */
  readonly decode: (response: HttpResponse) => Output;
}

/** How a call went. */
export interface Trace {
  readonly requestId: string | undefined;
  readonly attempts: number;
  readonly durationMs: number;
  /** Characters of the answer's body. */
  readonly length: number;
  /** When AWS answered, by its own clock, as its `Date` header says it. */
  readonly date?: string | undefined;
}

export interface Answer<Output> {
  readonly output: Output;
  readonly trace: Trace;
}

export interface CallOptions {
  readonly policy: RetryPolicy;
  readonly io?: Io | undefined;
  /** Takes one line for each call, without bodies or credentials. */
  readonly log?: ((line: string) => void) | undefined;
}

/** What holds where nothing else is set. */
export const defaultPolicy: RetryPolicy = { retries: 3, timeoutMs: 15_000 };

export const realIo: Io = {
  send: sendOverHttp,
  now: Date.now,
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  random: Math.random,
};

const BACKOFF_BASE_MS = 100;
const BACKOFF_CAP_MS = 15_000;
/** AWS front ends turn a signing time away that is 5 minutes off; a smaller difference is no reason for a refusal. */
const SKEW_MS = 4 * 60_000;
const SKEWED = new Set([
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'RequestExpired',
  'RequestTimeTooSkewed',
]);
const EXPIRED = new Set(['ExpiredTokenException', 'ExpiredToken']);

/** Whether AWS refused a call because the temporary credentials that signed it have ended. */
export const isExpired = (error: unknown): boolean => error instanceof ConnectorError && EXPIRED.has(error.name);

/** What to add to our clock for the clock of an endpoint, in ms; kept for the life of the process. */
const clockOffsets = new Map<string, number>();

/** Full jitter: anything from 0 to an exponentially growing bound, so that many waiting callers spread out. */
export function backoffMs(attempt: number, random: number): number {
  return random * Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** (attempt - 1));
}

function isSource(credentials: CredentialSource | GivenSignature): credentials is CredentialSource {
  return 'current' in credentials;
}

/** The headers of a request whose signature somebody else made; names in lower case, so that none stands there twice. */
function givenHeaders(credentials: GivenSignature | undefined): Record<string, string> {
  const headers = Object.entries(credentials?.headers ?? {});
  return Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value]));
}

/**
 * Sends a call, with further attempts where they are safe, each signed anew, and returns its decoded answer.
 * Waits between attempts grow with full jitter, and honour `Retry-After`. A clock that is off is corrected once from the
 * answer's `Date` and remembered for the endpoint; expired credentials are renewed once.
 * @throws ConnectorError
 */
export async function call<Output>(
  { operation, service, region, endpoint, request, idempotent, credentials, confidential, decode }: Call<Output>,
  { policy, io = realIo, log }: CallOptions,
): Promise<Answer<Output>> {
  const { origin, host } = endpoint;
  const started = io.now();
  const deadline = started + policy.timeoutMs * (policy.retries + 1);
  const source = credentials && isSource(credentials) ? credentials : undefined;
  const given = credentials && !isSource(credentials) ? credentials : undefined;
  let keys = source && (await source.current());
  let retriesLeft = policy.retries;
  let corrected = false;
  let renewed = false;
  const theirNow = () => io.now() + (clockOffsets.get(origin) ?? 0);
  const traceOf = (attempts: number, requestId: string | undefined, response?: HttpResponse): Trace => ({
    requestId,
    attempts,
    durationMs: Math.round(io.now() - started),
    length: response?.body.length ?? 0,
    date: response && headerOf(response, 'date'),
  });

  for (let attempt = 1; ; attempt++) {
    const nowMs = theirNow();
    const signed = keys
      ? signRequest(request, { service, region, host, credentials: keys, nowMs })
      : { ...request, headers: { ...request.headers, host, ...givenHeaders(given) } };
    const redact = () =>
      redaction([
        keys?.secretAccessKey,
        signed.headers['authorization']?.split('Signature=')[1],
        signed.headers['x-amz-security-token'],
        ...(confidential?.() ?? []),
      ]);

    let response: HttpResponse | undefined;
    let error: ConnectorError;
    try {
      response = await io.send(signed, {
        origin,
        timeoutMs: Math.max(1, Math.min(policy.timeoutMs, deadline - io.now())),
      });
      if (response.status < 200 || response.status >= 300) {
        // Hidden in the body too, since an error quotes no more than its beginning.
        throw errorFrom(operation, { ...response, body: redact()(response.body) }, theirNow());
      }
      const output = decode(response);
      const trace = traceOf(attempt, requestIdOf(response), response);
      log?.(describe(operation, String(response.status), trace));
      return { output, trace };
    } catch (cause) {
      error = asConnectorError(cause, operation, redact());
    }

    if (response && !corrected && source && SKEWED.has(error.name)) {
      const theirs = Date.parse(headerOf(response, 'date') ?? '');
      if (Math.abs(theirs - nowMs) > SKEW_MS) {
        clockOffsets.set(origin, theirs - io.now());
        corrected = true;
        continue;
      }
    }
    if (keys && source?.renew && !renewed && isExpired(error)) {
      keys = await source.renew(keys);
      renewed = true;
      continue;
    }

    const waitMs = Math.max(error.retryAfterMs ?? 0, backoffMs(attempt, io.random()));
    const repeatable = error.retry === 'always' || (error.retry === 'if idempotent' && idempotent);
    if (!repeatable || retriesLeft === 0 || io.now() + waitMs >= deadline || given) {
      log?.(
        describe(operation, [error.name, error.status].filter(Boolean).join(' '), traceOf(attempt, error.requestId)),
      );
      throw error;
    }
    retriesLeft--;
    await io.wait(waitMs);
  }
}

function describe(operation: string, outcome: string, { requestId, attempts, durationMs }: Trace): string {
  const tries = attempts === 1 ? '1 attempt' : `${attempts} attempts`;
  return `${operation}: ${outcome}, ${durationMs} ms, ${tries}, request id ${requestId ?? 'none'}`;
}

/** AWS explains a wrong signature with the canonical request, which holds the session token. */
const CANONICAL_REQUEST = /\s*The Canonical String for this request should have been[^]*/;

/** Whatever went wrong as the one error, with nothing confidential left in it. */
function asConnectorError(cause: unknown, operation: string, redact: (text: string) => string): ConnectorError {
  if (cause instanceof TransportFailure) {
    const { kind, message, sent } = cause;
    return new ConnectorError(kind, { operation, message, retry: sent ? 'if idempotent' : 'always' });
  }
  if (!(cause instanceof ConnectorError)) throw cause;
  const { name, text, status, requestId, retry, retryAfterMs } = cause;
  const message = redact(text.replace(CANONICAL_REQUEST, ''));
  return new ConnectorError(name, { operation, message, status, requestId, retry, retryAfterMs });
}
