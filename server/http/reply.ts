import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Clock } from '../clock';
import type { ServiceError } from '../errors';
import { SignatureMismatch } from '../sigv4';
import { refused } from './access';
import type { OpenCall } from './calls';
import type { Answer, Protocol } from './protocol';

/** The one answer to a request. */
export class Reply {
  constructor(
    private readonly clock: Clock,
    private readonly protocol: Protocol,
    private readonly response: ServerResponse,
    /** What is noted of the answer; nothing where it is no call of a service. */
    readonly call: OpenCall | undefined,
  ) {}

  send(answer: Answer): void {
    this.response.writeHead(answer.status, this.headersOf(answer, Buffer.byteLength(answer.body)));
    this.response.end(answer.body);
  }

  /** Answers an error in the protocol's form. */
  fail(error: ServiceError): void {
    this.send(this.failure(error));
  }

  /** Answers to one who may not call. */
  refuse(error: ServiceError): void {
    this.send(refused(this.failure(error), error.status));
  }

  /** An error in the protocol's form. */
  failure(error: ServiceError): Answer {
    if (this.call) {
      this.call.error = error.name;
      if (error instanceof SignatureMismatch) this.call.expected = error.expected;
    }
    return this.protocol.fail(error);
  }

  /** Half of an answer, then nothing more. */
  truncate(answer: Answer): void {
    const whole = Buffer.from(answer.body);
    this.response.writeHead(answer.status, this.headersOf(answer, whole.length));
    this.response.write(whole.subarray(0, whole.length >> 1), () => this.response.socket?.destroy());
  }

  /** No answer: the connection is reset. */
  reset(): void {
    this.response.socket?.resetAndDestroy();
  }

  private headersOf(answer: Answer, length: number) {
    const requestId = randomUUID();
    if (this.call) {
      this.call.requestId = requestId;
      this.call.identity ??= answer.identity ?? null;
    }
    return {
      'x-amzn-RequestId': requestId,
      'Content-Type': answer.contentType,
      'Content-Length': length,
      // By the server's clock, since clients correct theirs by it.
      Date: new Date(this.clock.now()).toUTCString(),
      ...answer.headers,
    };
  }
}
