import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../clock';
import type { FaultKind } from '../faults';

/** A call of one of the services that is over. It holds no secret. */
export interface Call {
  /** When it came, by the server's clock, in ISO 8601. */
  readonly time: string;
  readonly method: string;
  /** Without the query, which may hold a SyncSessionToken. */
  readonly path: string;
  /** Null where none was found for the request, or it was refused before. */
  readonly operation: string | null;
  /** The identity that the call names, or that the answer does. */
  readonly identity: string | null;
  /** Null where no answer left. */
  readonly status: number | null;
  /** The exception of the answer. */
  readonly error: string | null;
  /** The fault that struck it. */
  readonly fault: FaultKind | null;
  /** From the head of the request to the end of the answer. */
  readonly ms: number;
  readonly requestId: string | null;
  /** For a signature that does not match: what the server would have had signed, without tokens. */
  readonly expected?: Expected;
}

export interface Expected {
  readonly canonicalRequest: string;
  readonly stringToSign: string;
}

/** A call in the making. */
export type OpenCall = { -readonly [Member in keyof Call]: Call[Member] };

/** Gets to know every call once it is over. */
export type CallListener = (call: Call) => void;

/** Follows the calls of the services. */
export class Calls {
  /** Calls so far, by operation. */
  readonly counts = new Map<string, number>();
  private readonly listeners = new Set<CallListener>();

  constructor(private readonly clock: Clock) {}

  /** @returns what ends it. */
  listen(listener: CallListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Counts one, whatever becomes of it. */
  count(operation: string): void {
    this.counts.set(operation, (this.counts.get(operation) ?? 0) + 1);
  }

  /** Follows a request until its answer has left or its connection is gone. */
  follow({ method = '', url = '' }: IncomingMessage, response: ServerResponse): OpenCall {
    const started = performance.now();
    const call: OpenCall = {
      time: new Date(this.clock.now()).toISOString(),
      method,
      path: url.split('?', 1)[0] ?? '',
      operation: null,
      identity: null,
      status: null,
      error: null,
      fault: null,
      ms: 0,
      requestId: null,
    };
    response.once('close', () => {
      if (response.headersSent) call.status = response.statusCode;
      call.ms = Math.round((performance.now() - started) * 1000) / 1000;
      for (const listener of this.listeners) listener(call);
    });
    return call;
  }
}

/** A call as a line of a log. */
export const lineOf = (call: Call) => `${JSON.stringify(call)}\n`;
