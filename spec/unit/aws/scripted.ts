import type { Call, Io } from '../../../lib/aws/attempt';
import { call, type RetryPolicy } from '../../../lib/aws/call';
import { TransportFailure } from '../../../lib/aws/adapter';
import { headerOf, type HttpRequest, type HttpResponse } from '../../../lib/aws/http';

/** 2026-01-31T09:30:00Z */
export const NOW = Date.UTC(2026, 0, 31, 9, 30);

export const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };

/** An answer, a failure, or something that makes one of the request. */
export type Outcome = HttpResponse | Error | ((request: HttpRequest) => HttpResponse | Error);

export const ok: HttpResponse = { status: 200, headers: { 'x-amzn-requestid': 'r-ok' }, body: '{"Count":1}' };

export const refusal = (name: string, status = 400, headers: Record<string, string> = {}): HttpResponse => ({
  status,
  headers: { 'x-amzn-errortype': name, 'x-amzn-requestid': 'r-no', ...headers },
  body: '{"message":"no"}',
});

export const unsent = new TransportFailure('NetworkError', 'ECONNREFUSED at 127.0.0.1', false);
export const lost = new TransportFailure('NetworkError', 'ECONNRESET at 127.0.0.1', true);
export const late = new TransportFailure('Timeout', 'no answer within 15000 ms', true);

let hosts = 0;

/** A world of our own: a clock that moves only by waiting and sending, and answers in order, the last one for ever. */
export function scripted(outcomes: readonly Outcome[], { random = 0.5, sendMs = 0, nowMs = NOW } = {}) {
  const sent: HttpRequest[] = [];
  const timeouts: number[] = [];
  const waits: number[] = [];
  const lines: string[] = [];
  let now = nowMs;
  const io: Io = {
    send: async (request, { timeoutMs }) => {
      sent.push(request);
      timeouts.push(timeoutMs);
      now += Math.min(sendMs, timeoutMs);
      const outcome = outcomes[Math.min(sent.length, outcomes.length) - 1]!;
      const result = typeof outcome === 'function' ? outcome(request) : outcome;
      if (result instanceof Error) throw result;
      return result;
    },
    now: () => now,
    wait: async (ms) => {
      waits.push(ms);
      now += ms;
    },
    random: () => random,
  };
  const host = `${++hosts}.example.com`;
  const perform = (overrides: Partial<Call<unknown>> = {}, policy: RetryPolicy = { retries: 3, timeoutMs: 15_000 }) =>
    call<unknown>(
      {
        operation: 'ListRecords',
        service: 'cognito-sync',
        region: 'us-east-1',
        // The clock's difference is remembered for an endpoint, so each world has its own.
        endpoint: { origin: `https://${host}`, host },
        request: { method: 'GET', target: '/identitypools', headers: {} },
        idempotent: true,
        credentials: { current: () => keys },
        decode: (response) => JSON.parse(response.body) as unknown,
        ...overrides,
      },
      { policy, io, log: (line) => lines.push(line) },
    );
  return {
    io,
    perform,
    sent,
    timeouts,
    waits,
    lines,
    host,
    elapsed: () => now - nowMs,
    dates: () => sent.map(({ headers }) => headerOf({ headers, status: 0, body: '' }, 'x-amz-date')),
  };
}

/** What a promise is rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error('the promise was not rejected');
}
