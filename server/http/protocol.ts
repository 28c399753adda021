import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ServiceError } from '../errors';
import type { WireRequest } from '../sigv4';

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
  /** The identity that it speaks of, for the log. */
  readonly identity?: string;
}

/** A request whose operation is known and that has not been let in or carried out yet. */
export interface Exchange {
  /** What calls are counted and faults strike by; undefined for what is no call of a service. */
  readonly operation: string | undefined;
  /** The identity that the request names, for the log. */
  readonly identity?: string | undefined;
  /** @throws ServiceError */
  run(): Answer | Promise<Answer>;
}

/** One way to speak to an AWS service: REST JSON, JSON 1.1 or Query. */
export interface Protocol {
  /** @throws ServiceError when the request names no operation. */
  open(request: WireRequest): Exchange;
  /** An error in this protocol's form. */
  fail(error: ServiceError): Answer;
  /** What answers a request piece by piece, where it or its answer may not fit into memory. */
  stream?(request: IncomingMessage): Stream | undefined;
}

/** Answers by itself until the end, or returns the answer. @throws ServiceError while nothing has left yet. */
export type Stream = (response: ServerResponse) => Promise<Answer | undefined>;
