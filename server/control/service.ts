import type { IncomingMessage } from 'node:http';
import { Body } from '../constraints';
import { ServiceError } from '../errors';
import { CORS } from '../http/access';
import type { Calls } from '../http/calls';
import type { Answer, Exchange, Protocol, Stream } from '../http/protocol';
import { stringify, type Json } from '../json';
import type { WireRequest } from '../sigv4';
import type { Control } from './control';
import { METRICS_TYPE, type Metrics } from './metrics';
import { resources } from './resources';
import { exported, imported, liveLog } from './streams';

export const CONTROL_PREFIX = '/_local';
/** What is there besides the resources: other than JSON, or longer than fits into memory. */
const OTHERS = ['metrics', 'log', 'export', 'import'];

/** The control over HTTP: unsigned, JSON in and out, for those whom `controlRefusal` lets in. */
export class ControlService implements Protocol {
  private readonly resources;

  constructor(
    private readonly control: Control,
    private readonly calls: Calls,
    private readonly metrics: Metrics,
  ) {
    this.resources = resources(control);
  }

  stream(request: IncomingMessage): Stream | undefined {
    const [path = ''] = (request.url ?? '').slice(CONTROL_PREFIX.length).split('?');
    const stream = this.streamOf(`${request.method} ${path}`, request);
    return stream && ((response) => this.carryOut(() => stream(response)));
  }

  private streamOf(name: string, request: IncomingMessage): Stream | undefined {
    if (name === 'GET /log') return liveLog(this.calls);
    if (name === 'GET /export') return exported(this.control, request);
    if (name === 'POST /import') return imported(this.control, request);
    return undefined;
  }

  open(request: WireRequest): Exchange {
    const [path = ''] = request.target.slice(CONTROL_PREFIX.length).split('?');
    const [, name = '', ...rest] = path.split('/');
    if (request.method === 'GET' && path === '/metrics') {
      const body = { status: 200, contentType: METRICS_TYPE, headers: CORS };
      return { operation: undefined, run: () => ({ ...body, body: this.metrics.text() }) };
    }
    const resource = Object.hasOwn(this.resources, name) ? this.resources[name] : undefined;
    if (!resource)
      throw new ServiceError(
        'NotFound',
        404,
        `Expected one of ${[...Object.keys(this.resources), ...OTHERS].join(', ')}`,
      );
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

  private async carryOut<Result>(run: () => Result | Promise<Result>): Promise<Result> {
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
