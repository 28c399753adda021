import { ServiceError } from '../errors';
import type { Fault } from '../faults';
import type { Answer } from './protocol';
import type { Reply } from './reply';

/** Lets a fault strike in place of the operation. @returns whether it has. */
export function strikeBefore(reply: Reply, fault: Fault): boolean {
  const headers: Record<string, string> =
    fault.retryAfter === undefined ? {} : { 'Retry-After': String(fault.retryAfter) };
  const fail = (name: string, status: number, message: string) => {
    reply.fail(new ServiceError(name, status, message, { headers }));
    return true;
  };
  switch (fault.kind) {
    case '429':
      reply.fail(tooManyRequests(headers));
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
      reply.send({
        status: fault.status ?? 502,
        contentType: 'text/html',
        body: '<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>',
      });
      return true;
    case 'hang':
      return true;
    case 'reset-before':
      reply.reset();
      return true;
    default:
      return false;
  }
}

/** Lets a fault strike the answer of an operation that took effect. */
export function strikeAfter(reply: Reply, fault: Fault, answer: Answer): void {
  switch (fault.kind) {
    case 'hang-after':
      return;
    case 'reset-after':
      return reply.reset();
    case '500-after':
      return reply.fail(new ServiceError('InternalErrorException', 500, 'Internal error'));
    case 'truncated':
      return reply.truncate(answer);
    case 'not-json':
      return reply.send({ ...answer, body: `${answer.body.slice(0, answer.body.length >> 1)} <- not JSON` });
    case 'empty':
      return reply.send({ ...answer, body: '' });
    default:
      return reply.send(answer);
  }
}

export const tooManyRequests = (headers: Record<string, string> = {}) =>
  new ServiceError('TooManyRequestsException', 429, 'Rate exceeded', { headers });
