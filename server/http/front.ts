import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../clock';
import { ServiceError } from '../errors';
import type { Fault, Faults } from '../faults';
import type { RateLimits } from '../rate-limits';
import type { WireRequest } from '../sigv4';
import type { Store } from '../state/store';
import { preflight, refused } from './access';
import { delay } from './delay';
import type { Answer, Exchange, Protocol } from './protocol';

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
  /** Calls so far, by operation. */
  readonly calls: Map<string, number>;
  /** The protocol that a request speaks. */
  readonly protocolOf: (request: IncomingMessage) => Protocol;
  /** Why a request is not let in, by its head alone; undefined when it may go on. */
  readonly refusalOf: (request: IncomingMessage) => ServiceError | undefined;
}

/** Answers one request: reads it, lets faults strike, and waits until what it changed is on disk. */
export async function serve(front: Front, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const protocol = front.protocolOf(request);
  const refusal = front.refusalOf(request);
  if (refusal) {
    request.resume();
    return send(front, response, refused(protocol.fail(refusal), refusal.status));
  }
  if (request.method === 'OPTIONS') return send(front, response, preflight(request));
  const body = await read(request);
  if (body === undefined) {
    request.resume();
    const error = new ServiceError(
      'RequestEntityTooLargeException',
      413,
      `The body is longer than ${MAX_BODY_BYTES} bytes.`,
    );
    return send(front, response, protocol.fail(error));
  }
  const wire: WireRequest = { method: request.method ?? '', target: request.url ?? '', headers: request.headers, body };
  let exchange: Exchange;
  try {
    exchange = protocol.open(wire);
  } catch (error) {
    return send(front, response, protocol.fail(asServiceError(error)));
  }
  const { operation } = exchange;
  if (operation === undefined) return send(front, response, await carryOut(front, protocol, exchange));
  front.calls.set(operation, (front.calls.get(operation) ?? 0) + 1);
  if (!front.rateLimits.admit(operation)) return send(front, response, protocol.fail(tooManyRequests()));
  const faults = front.faults.take(operation);
  const pause = faults.reduce((sum, { kind, ms = 100 }) => sum + (kind === 'latency' ? ms : 0), front.latencyMs);
  if (pause) await delay(pause);
  const fault = faults.find(({ kind }) => kind !== 'latency');
  if (fault && strikeBefore(front, protocol, response, fault)) return;
  const answer = await carryOut(front, protocol, exchange);
  if (fault) strikeAfter(front, protocol, response, fault, answer);
  else send(front, response, answer);
}

async function carryOut(front: Front, protocol: Protocol, exchange: Exchange): Promise<Answer> {
  try {
    return await settledAnswer(front.store, exchange);
  } catch (error) {
    const failure = asServiceError(error);
    if (failure.afterMs) await delay(failure.afterMs);
    return protocol.fail(failure);
  }
}

/** The answer, once all that it shows or changed is on disk. @throws Error when its own change was lost. */
async function settledAnswer(store: Store, exchange: Exchange): Promise<Answer> {
  const before = store.commits;
  const answer = await exchange.run();
  const reads = store.commits === before;
  try {
    await store.settled();
    return answer;
  } catch (error) {
    if (!reads) throw error;
    // It may have shown somebody else's change, which is lost now.
    return exchange.run();
  }
}

/** Whether the fault has dealt with the call instead of its operation. */
function strikeBefore(front: Front, protocol: Protocol, response: ServerResponse, fault: Fault): boolean {
  const retry: Record<string, string> =
    fault.retryAfter === undefined ? {} : { 'Retry-After': String(fault.retryAfter) };
  const fail = (name: string, status: number, message: string) => {
    send(front, response, protocol.fail(new ServiceError(name, status, message, retry)));
    return true;
  };
  switch (fault.kind) {
    case '429':
      send(front, response, protocol.fail(tooManyRequests(retry)));
      return true;
    case '500':
      return fail('InternalErrorException', 500, 'Internal error');
    case '503':
      return fail('ServiceUnavailable', 503, 'Service is unavailable');
    case 'conflict':
      return fail('ResourceConflictException', 409, 'Concurrent modification of the resource');
    case 'error':
      return fail(fault.name ?? 'InternalFailure', fault.status ?? 500, fault.message ?? 'Injected fault');
    case 'html':
      send(front, response, {
        status: fault.status ?? 502,
        contentType: 'text/html',
        body: '<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>',
      });
      return true;
    case 'hang':
      return true;
    case 'reset-before':
      response.socket?.resetAndDestroy();
      return true;
    default:
      return false;
  }
}

const tooManyRequests = (headers: Record<string, string> = {}) =>
  new ServiceError('TooManyRequestsException', 429, 'Rate exceeded', headers);

function strikeAfter(front: Front, protocol: Protocol, response: ServerResponse, fault: Fault, answer: Answer): void {
  switch (fault.kind) {
    case 'hang-after':
      return;
    case 'reset-after':
      response.socket?.resetAndDestroy();
      return;
    case '500-after':
      return send(front, response, protocol.fail(new ServiceError('InternalErrorException', 500, 'Internal error')));
    case 'truncated': {
      const whole = Buffer.from(answer.body);
      response.writeHead(answer.status, headersOf(front, answer, whole.length));
      response.write(whole.subarray(0, whole.length >> 1), () => response.socket?.destroy());
      return;
    }
    case 'not-json':
      return send(front, response, { ...answer, body: `${answer.body.slice(0, answer.body.length >> 1)} <- not JSON` });
    case 'empty':
      return send(front, response, { ...answer, body: '' });
    default:
      return send(front, response, answer);
  }
}

function send(front: Front, response: ServerResponse, answer: Answer): void {
  response.writeHead(answer.status, headersOf(front, answer, Buffer.byteLength(answer.body)));
  response.end(answer.body);
}

const headersOf = (front: Front, answer: Answer, length: number) => ({
  'x-amzn-RequestId': randomUUID(),
  'Content-Type': answer.contentType,
  'Content-Length': length,
  // By the server's clock, since clients correct theirs by it.
  Date: new Date(front.clock.now()).toUTCString(),
  ...answer.headers,
});

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
