import type { IncomingMessage } from 'node:http';
import { Body } from '../constraints';
import { ServiceError } from '../errors';
import type { Answer, Exchange, Protocol } from '../http/protocol';
import { stringify, type Json } from '../json';
import type { WireRequest } from '../sigv4';
import type { Control } from './control';
import { resources } from './resources';

export const CONTROL_PREFIX = '/_local';

/** The control over HTTP: unsigned, JSON in and out, for processes on this machine only. */
export class ControlService implements Protocol {
  private readonly resources;

  constructor(control: Control) {
    this.resources = resources(control);
  }

  open(request: WireRequest): Exchange {
    const [path = ''] = request.target.slice(CONTROL_PREFIX.length).split('?');
    const [, name = '', ...rest] = path.split('/');
    const resource = Object.hasOwn(this.resources, name) ? this.resources[name] : undefined;
    if (!resource) throw new ServiceError('NotFound', 404, `Expected one of ${Object.keys(this.resources).join(', ')}`);
    const run = resource[request.method];
    if (!run) throw new ServiceError('MethodNotAllowed', 405, `Expected one of ${Object.keys(resource).join(', ')}`);
    const query = new URLSearchParams(request.target.split('?')[1]);
    const act = () => run(Body.parse(request.body), decodeURIComponent(rest.join('/')), query);
    return { operation: undefined, run: async () => answer(200, await this.carryOut(act)) };
  }

  fail(error: ServiceError): Answer {
    return answer(error.status, { error: error.name, message: error.message });
  }

  private async carryOut(run: () => Json | Promise<Json>): Promise<Json> {
    try {
      return await run();
    } catch (error) {
      if (error instanceof TypeError || error instanceof URIError)
        throw new ServiceError('InvalidInput', 400, error.message);
      throw error;
    }
  }
}

/** Why a request may not use the control, undefined when it may: pages of a browser and other machines may not. */
export function forbidden(request: IncomingMessage): ServiceError | undefined {
  const refuse = (message: string) => new ServiceError('Forbidden', 403, message);
  const address = request.socket.remoteAddress ?? '';
  if (!/^(::ffff:)?127\.|^::1$/.test(address)) return refuse('The control is for loopback only.');
  if (request.headers.origin !== undefined) return refuse('The control is not for browsers.');
  // A name that somebody else's DNS points here would let a page in.
  if (!/^(127\.[\d.]+|localhost|\[::1\])(:\d+)?$/.test(request.headers.host ?? '')) {
    return refuse('The control is for loopback names only.');
  }
  return undefined;
}

const answer = (status: number, value: Json): Answer => ({
  status,
  contentType: 'application/json',
  body: `${stringify(value)}\n`,
});
