import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../clock';
import { ServiceError } from '../errors';
import type { Faults } from '../faults';
import type { RateLimits } from '../rate-limits';
import type { WireRequest } from '../sigv4';
import type { Store } from '../state/store';
import { preflight } from './access';
import type { Calls } from './calls';
import { delay } from './delay';
import type { Answer, Exchange, Protocol, Stream } from './protocol';
import { Reply } from './reply';
import { strikeAfter, strikeBefore, tooManyRequests } from './strike';

/** Longest body taken: a whole dataset, every character of it escaped. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;
const NOTHING = Buffer.alloc(0);

export interface Front {
  readonly clock: Clock;
  readonly faults: Faults;
  readonly rateLimits: RateLimits;
  readonly store: Store;
  /** Milliseconds before every answer. */
  readonly latencyMs: number;
  readonly calls: Calls;
  /** Where a request goes, by its head alone. */
  readonly routeOf: (request: IncomingMessage) => Route;
}

export interface Route {
  readonly protocol: Protocol;
  /** Why it is not let in, undefined when it may go on. */
  readonly refusal: ServiceError | undefined;
  /** Whether it is for one of the services, whose calls are followed. */
  readonly isCall: boolean;
}

/** Answers one request: reads it, lets faults strike, and waits until what it changed is on disk. */
export async function serve(front: Front, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { protocol, refusal, isCall } = front.routeOf(request);
  const reply = new Reply(front.clock, protocol, response, isCall ? front.calls.follow(request, response) : undefined);
  if (refusal) {
    request.resume();
    return reply.refuse(refusal);
  }
  if (request.method === 'OPTIONS') return reply.send(preflight(request));
  const stream = protocol.stream?.(request);
  if (stream) return streamed(reply, stream, request, response);
  const body = await read(request);
  if (body === undefined) {
    request.resume();
    return reply.fail(
      new ServiceError('RequestEntityTooLargeException', 413, `The body is longer than ${MAX_BODY_BYTES} bytes.`),
    );
  }
  const wire: WireRequest = { method: request.method ?? '', target: request.url ?? '', headers: request.headers, body };
  let exchange: Exchange;
  try {
    exchange = protocol.open(wire);
  } catch (error) {
    return reply.fail(asServiceError(error));
  }
  await answer(front, reply, exchange);
}

async function streamed(
  reply: Reply,
  stream: Stream,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const answer = await stream(response);
    if (answer) reply.send(answer);
  } catch (error) {
    if (response.headersSent) throw error;
    request.resume();
    reply.fail(asServiceError(error));
  }
}

async function answer(front: Front, reply: Reply, exchange: Exchange): Promise<void> {
  const { operation, identity } = exchange;
  if (operation === undefined) return reply.send(await carryOut(front, reply, exchange));
  front.calls.count(operation);
  if (reply.call) Object.assign(reply.call, { operation, identity: identity ?? null });
  if (!front.rateLimits.admit(operation)) return reply.fail(tooManyRequests());
  const faults = front.faults.take(operation);
  const pause = faults.reduce((sum, { kind, ms = 100 }) => sum + (kind === 'latency' ? ms : 0), front.latencyMs);
  if (pause) await delay(pause);
  const fault = faults.find(({ kind }) => kind !== 'latency');
  if (reply.call) reply.call.fault = (fault ?? faults[0])?.kind ?? null;
  if (fault && strikeBefore(reply, fault)) return;
  const result = await carryOut(front, reply, exchange);
  if (fault) strikeAfter(reply, fault, result);
  else reply.send(result);
}

async function carryOut(front: Front, reply: Reply, exchange: Exchange): Promise<Answer> {
  try {
    return await durableAnswer(front.store, exchange);
  } catch (error) {
    const failure = asServiceError(error);
    if (failure.delayMs) await delay(failure.delayMs);
    return reply.failure(failure);
  }
}

/** The answer, once all that it shows or changed is on disk. @throws Error when its own change was lost. */
async function durableAnswer(store: Store, exchange: Exchange): Promise<Answer> {
  const before = store.commits;
  const answer = await exchange.run();
  const reads = store.commits === before;
  try {
    await store.flushed();
    return answer;
  } catch (error) {
    if (!reads) throw error;
    // It may have shown somebody else's change, which is lost now.
    return exchange.run();
  }
}

/** The body of a request, undefined when it is too long. */
async function read(request: IncomingMessage): Promise<Buffer | undefined> {
  const length = request.headers['content-length'];
  if ((length === undefined || length === '0') && request.headers['transfer-encoding'] === undefined) return NOTHING;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, bytes);
}

/** Anything but a ServiceError is a defect of ours: it goes to stderr, and out as AWS's InternalErrorException. */
function asServiceError(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return new ServiceError('InternalErrorException', 500, 'Internal error');
}
