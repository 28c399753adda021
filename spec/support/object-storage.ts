import { randomUUID } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

const TOKEN = 'object-storage-token';

interface Stored {
  readonly contentType: string | undefined;
  readonly content: Buffer;
}

export interface ObjectStorageStub {
  readonly env: { readonly ELASTICIO_OBJECT_STORAGE_URI: string; readonly ELASTICIO_OBJECT_STORAGE_TOKEN: string };
  readonly objects: ReadonlyMap<string, Stored>;
  /** Requests so far. */
  readonly requests: () => number;
  /** What the address of an attachment leads to. */
  readonly read: (url: string) => Promise<Buffer>;
  /** Answers the next requests with these, each `hang up` or a status, before anything is stored. */
  readonly fail: (...failures: (number | 'hang up')[]) => void;
  readonly stop: () => Promise<void>;
}

/**
 * The platform's object storage as its REST API is documented: `POST /objects` stores a body and answers its id, `GET
 * /objects/{id}` reads it, both with a bearer token.
 */
export async function objectStorage(): Promise<ObjectStorageStub> {
  const objects = new Map<string, Stored>();
  const failures: (number | 'hang up')[] = [];
  let requests = 0;

  async function answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    requests++;
    const failure = failures.shift();
    if (failure === 'hang up') return void request.destroy();
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const reply = (status: number, body: object) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    if (failure !== undefined) return reply(failure, { error: `status ${failure}` });
    if (request.headers.authorization !== `Bearer ${TOKEN}`) return reply(401, { error: 'not authorised' });
    const { pathname } = new URL(request.url ?? '', 'http://storage');
    if (request.method === 'POST' && pathname === '/objects') {
      const objectId = randomUUID();
      objects.set(objectId, { contentType: request.headers['content-type'], content: Buffer.concat(chunks) });
      return reply(201, { objectId });
    }
    const found = objects.get(pathname.replace('/objects/', ''));
    if (!found || request.method !== 'GET') return reply(404, { error: 'not found' });
    response.writeHead(200, { 'content-type': found.contentType });
    response.end(found.content);
  }

  const server = http.createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    env: {
      ELASTICIO_OBJECT_STORAGE_URI: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      ELASTICIO_OBJECT_STORAGE_TOKEN: TOKEN,
    },
    objects,
    requests: () => requests,
    read: async (url) => {
      const response = await fetch(url, { headers: { authorization: `Bearer ${TOKEN}` } });
      if (!response.ok) throw new Error(`the object storage answered ${response.status}`);
      return Buffer.from(await response.arrayBuffer());
    },
    fail: (...next) => void failures.push(...next),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
