import { ServiceError } from '../errors';
import type { WireRequest } from '../sigv4';
import type { Store } from '../state/store';
import type { Answer, Exchange, Protocol } from './protocol';

const ALIVE = '/health';
const READY = '/ready';

/** Whether a target is that of a probe. */
export const isProbe = (target: string) => target === ALIVE || target === READY;

/**
 * What tells an orchestrator about the server, for everybody and without a signature: `/health` is 200 while the process answers,
 * `/ready` is 200 while calls, writes included, can be carried out, else 503 with the reason.
 */
export class Probes implements Protocol {
  constructor(private readonly store: Store) {}

  open({ method, target }: WireRequest): Exchange {
    if (method !== 'GET' && method !== 'HEAD') {
      throw new ServiceError('MethodNotAllowed', 405, 'Expected one of GET, HEAD', {
        headers: { Allow: 'GET, HEAD' },
      });
    }
    return { operation: undefined, run: () => (target === READY ? this.readiness() : answer(200, 'alive')) };
  }

  fail({ status, message, headers }: ServiceError): Answer {
    return { ...answer(status, message), headers };
  }

  private readiness(): Answer {
    try {
      this.store.check();
      return answer(200, 'ready');
    } catch (error) {
      return answer(503, error instanceof Error ? error.message : String(error));
    }
  }
}

const answer = (status: number, text: string): Answer => ({
  status,
  contentType: 'text/plain; charset=utf-8',
  body: `${text}\n`,
});
