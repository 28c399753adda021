import { Body } from '../constraints';
import { ServiceError } from '../errors';
import { CORS } from '../http/access';
import type { Answer, Exchange, Protocol } from '../http/protocol';
import { stringify, type Json } from '../json';
import type { WireRequest } from '../sigv4';
import type { Control } from './control';
import { resources } from './resources';

export const CONTROL_PREFIX = '/_local';

/** The control over HTTP: unsigned, JSON in and out, for those whom `controlRefusal` lets in. */
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
    return {
      ...answer(error.status, { error: error.name, message: error.message }),
      headers: { ...CORS, ...error.headers },
    };
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

const answer = (status: number, value: Json): Answer => ({
  status,
  contentType: 'application/json',
  headers: CORS,
  body: `${stringify(value)}\n`,
});
