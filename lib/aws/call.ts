import { ConnectorError } from '../error';
import { attempt, isSource, isThrottled, type Attempt, type Call, type CredentialSource, type Io } from './attempt';
import { adoptOffset, suggestedOffset, theirTime } from './clock';
import { headerOf, type HttpResponse } from './http';
import { sharedRate, type Rate } from './rate';
import { send } from './send';
import type { Credentials } from './sign';

export interface RetryPolicy {
  /** Attempts after the first, 0 to 5. */
  readonly retries: number;
  /**
   * For one attempt, in ms. All attempts with the waits between them take at most `timeoutMs × (retries + 1)` and `throttledMs`,
   * not counting the wait for the first one's turn.
   */
  readonly timeoutMs: number;
  /** How long to go on while calls are throttled, whatever `retries` is, in ms; by default not at all. */
  readonly throttledMs?: number;
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
  send,
  now: Date.now,
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  random: Math.random,
};

const BACKOFF_BASE_MS = 100;
const BACKOFF_CAP_MS = 15_000;
const SKEWED = new Set([
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'RequestExpired',
  'RequestTimeTooSkewed',
]);
const EXPIRED = new Set(['ExpiredTokenException', 'ExpiredToken']);

/** Whether AWS refused a call because the temporary credentials that signed it have ended. */
export const isExpired = (error: unknown): boolean => error instanceof ConnectorError && EXPIRED.has(error.name);

/** Full jitter: anything from 0 to an exponentially growing bound, so that many waiting callers spread out. */
export function backoffMs(attempt: number, random: number): number {
  return random * Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** (attempt - 1));
}

/** What the attempts of a call have in common, and what each may change for the next. */
class Attempts<Output> {
  private readonly io: Io;
  private readonly started: number;
  private deadline: number;
  private rate: Rate | undefined;
  private count = 0;
  private retriesLeft: number;
  private keys: Credentials | undefined;
  private renewed = false;
  /** What to add to our clock, on trial. */
  private offset: number | undefined;
  private corrected = false;

  constructor(
    private readonly call: Call<Output>,
    private readonly options: CallOptions,
  ) {
    const { policy, io = realIo } = options;
    this.io = io;
    this.started = io.now();
    this.deadline = this.started + policy.timeoutMs * (policy.retries + 1) + (policy.throttledMs ?? 0);
    this.retriesLeft = policy.retries;
  }

  private get source(): CredentialSource | undefined {
    const { credentials } = this.call;
    return credentials && isSource(credentials) ? credentials : undefined;
  }

  async run(): Promise<Answer<Output>> {
    this.keys = await this.source?.current();
    const { keys, io, call } = this;
    this.rate = sharedRate(io, call.endpoint.origin, keys && !keys.sessionToken ? keys.accessKeyId : '');
    let error: ConnectorError | undefined;
    for (;;) {
      const asked = io.now();
      const turn = this.rate.turn();
      if (turn) await this.waitFor(turn, asked);
      if (error && io.now() >= this.deadline) throw this.failed(error);
      const made = await this.next();
      const { outcome, response } = made;
      if ('output' in outcome) return this.end(outcome.output, made);
      ({ error } = outcome);
      if (response && this.correctClock(error, made.signedFor, response)) continue;
      if (await this.renewCredentials(error)) continue;
      if (!(await this.mayRepeat(error, isThrottled(made)))) throw this.failed(error);
    }
  }

  /** Waits for this call's turn, where others were throttled. That of the first attempt may come late. */
  private async waitFor(turn: Promise<void>, asked: number): Promise<void> {
    await turn;
    if (this.count === 0) this.deadline += this.io.now() - asked;
  }

  private async next(): Promise<Attempt<Output>> {
    const { io, call, keys, deadline, options, rate } = this;
    this.count++;
    const now = io.now();
    const signedFor = this.offset === undefined ? theirTime(call.endpoint.origin, now) : now + this.offset;
    const timeoutMs = Math.max(1, Math.min(options.policy.timeoutMs, deadline - now));
    const made = await attempt(call, { io, keys, signedFor, timeoutMs });
    if (isThrottled(made)) rate?.throttled(now);
    else if (made.response) rate?.admitted();
    return made;
  }

  /** Takes the time of a refusal's `Date`, once in a call, and for all later calls once AWS has taken a signature of it. */
  private correctClock(error: ConnectorError, signedFor: number, response: HttpResponse): boolean {
    const isSkewed = SKEWED.has(error.name);
    const offset = isSkewed && this.source ? suggestedOffset(response, signedFor, this.io.now()) : undefined;
    if (!isSkewed) this.adoptOffset();
    if (offset === undefined || this.corrected) return false;
    this.corrected = true;
    this.offset = offset;
    return true;
  }

  private adoptOffset(): void {
    if (this.offset !== undefined) adoptOffset(this.call.endpoint.origin, this.offset);
  }

  /** Fetches fresh credentials after AWS called these expired, once in a call. */
  private async renewCredentials(error: ConnectorError): Promise<boolean> {
    const { source, keys } = this;
    if (!keys || !source?.renew || this.renewed || !isExpired(error)) return false;
    this.keys = await source.renew(keys);
    this.renewed = true;
    return true;
  }

  /** Waits, where another attempt is safe and there is time for one. */
  private async mayRepeat({ retry, retryAfterMs }: ConnectorError, throttled: boolean): Promise<boolean> {
    const { io, call, deadline, options } = this;
    const isPatient = throttled && io.now() - this.started < (options.policy.throttledMs ?? 0);
    // The wait for its turn does the rest.
    const waitMs = Math.max(retryAfterMs ?? 0, backoffMs(isPatient ? 1 : this.count, io.random()));
    const repeatable = retry === 'always' || (retry === 'if idempotent' && call.idempotent);
    const isGiven = call.credentials && !isSource(call.credentials);
    const isOver = io.now() + waitMs >= deadline || (!isPatient && this.retriesLeft === 0);
    if (!repeatable || isGiven || isOver) return false;
    if (!isPatient) this.retriesLeft--;
    await io.wait(waitMs);
    return true;
  }

  private end(output: Output, { response, requestId }: Attempt<Output>): Answer<Output> {
    this.adoptOffset();
    const trace = this.trace(requestId, response);
    this.options.log?.(describe(this.call.operation, String(response?.status), trace));
    return { output, trace };
  }

  private failed(error: ConnectorError): ConnectorError {
    const outcome = [error.name, error.status].filter(Boolean).join(' ');
    this.options.log?.(describe(this.call.operation, outcome, this.trace(error.requestId)));
    return error;
  }

  private trace(requestId: string | undefined, response?: HttpResponse): Trace {
    return {
      requestId,
      attempts: this.count,
      durationMs: Math.round(this.io.now() - this.started),
      length: response?.body.length ?? 0,
      date: response && headerOf(response, 'date'),
    };
  }
}

/**
 * Sends a call, with further attempts where they are safe, each signed anew, and returns its decoded answer.
 * Waits between attempts grow with full jitter, and honour `Retry-After`. A clock that is off is corrected once from the
 * answer's `Date`, and for the endpoint once that has proved right; expired credentials are renewed once.
 * @throws ConnectorError
 */
export function call<Output>(wanted: Call<Output>, options: CallOptions): Promise<Answer<Output>> {
  return new Attempts(wanted, options).run();
}

function describe(operation: string, outcome: string, { requestId, attempts, durationMs }: Trace): string {
  const tries = attempts === 1 ? '1 attempt' : `${attempts} attempts`;
  return `${operation}: ${outcome}, ${durationMs} ms, ${tries}, request id ${requestId ?? 'none'}`;
}
