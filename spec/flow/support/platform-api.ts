import { randomUUID } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { Inbox } from './inbox';

/** What the platform knows of a step. */
export interface StepData {
  config: { readonly [field: string]: unknown };
  snapshot: object;
  is_passthrough: boolean;
}

export const API_CREDENTIALS = { username: 'flow-ring', key: 'flow-ring-key' };
export const OBJECT_STORAGE_TOKEN = 'object-storage-token';

/** The part of the platform's API that the runtime calls: step data, hooks, accounts, stored objects, results. */
export interface PlatformApi {
  readonly url: string;
  /** By `<flow id>/<step id>`. */
  readonly steps: Map<string, StepData>;
  /** Bodies of lightweight messages, encrypted as they were sent, by object id. */
  readonly objects: Map<string, Buffer>;
  /** Keys that components put to accounts. */
  readonly accounts: Inbox<{ account: string; body: unknown }>;
  /** What start-up hooks stored, by flow id. */
  readonly hooks: Map<string, unknown>;
  /** What the runtime posts for verifyCredentials and selectModel. */
  readonly results: Inbox<unknown>;
  stop(): Promise<void>;
}

async function bodyOf(request: http.IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export async function platformApi(): Promise<PlatformApi> {
  const steps: PlatformApi['steps'] = new Map();
  const objects: PlatformApi['objects'] = new Map();
  const hooks: PlatformApi['hooks'] = new Map();
  const accounts: PlatformApi['accounts'] = new Inbox('updates of accounts');
  const results: PlatformApi['results'] = new Inbox('posted results');
  const basic = `Basic ${Buffer.from(`${API_CREDENTIALS.username}:${API_CREDENTIALS.key}`).toString('base64')}`;

  async function answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    const json = () => JSON.parse(body.toString()) as unknown;
    const reply = (status: number, value?: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(value === undefined ? '' : JSON.stringify(value));
    };
    const [route = '', id = '', detail = ''] = routeOf(request.url ?? '');
    const { authorization } = request.headers;
    if (route === 'results') {
      results.put(json());
      return reply(200, {});
    }
    if (authorization !== (route === 'objects' ? `Bearer ${OBJECT_STORAGE_TOKEN}` : basic)) return reply(401);
    switch (`${request.method} ${route}`) {
      case 'GET steps': {
        const step = steps.get(`${id}/${detail}`);
        return step ? reply(200, step) : reply(404);
      }
      case 'PUT accounts':
        accounts.put({ account: id, body: json() });
        return reply(200, {});
      case 'POST hooks':
        if (hooks.has(id)) return reply(409);
        hooks.set(id, json());
        return reply(200, {});
      case 'GET hooks':
        return hooks.has(id) ? reply(200, hooks.get(id)) : reply(404);
      case 'DELETE hooks':
        hooks.delete(id);
        return reply(200, {});
      case 'POST objects': {
        const objectId = randomUUID();
        objects.set(objectId, body);
        return reply(200, { objectId });
      }
      case 'GET objects': {
        const object = objects.get(id);
        if (!object) return reply(404);
        response.end(object);
        return;
      }
      default:
        return reply(404);
    }
  }

  const server = http.createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    steps,
    objects,
    accounts,
    hooks,
    results,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const ROUTES: readonly [string, RegExp][] = [
  ['steps', /^\/v1\/tasks\/([^/]+)\/steps\/([^/]+)$/],
  ['accounts', /^\/v1\/accounts\/([^/]+)$/],
  ['hooks', /^\/sailor-support\/hooks\/task\/([^/]+)\/startup\/data$/],
  ['objects', /^\/objects(?:\/([^/]+))?$/],
  ['results', /^\/results$/],
];

/** The name of the route that a path takes and the ids in it. */
function routeOf(path: string): (string | undefined)[] {
  for (const [name, pattern] of ROUTES) {
    const found = pattern.exec(path);
    if (found) return [name, ...found.slice(1)];
  }
  return [];
}
