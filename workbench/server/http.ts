import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { refusalOf, securityHeaders } from './guard';

/** A file of the page, by the path of its URL. */
export interface PageFile {
  readonly type: string;
  readonly content: Uint8Array;
}

/** What a call may do besides return its answer. */
export interface Exchange {
  /** Writes one line of a stream; a call that has written any returns nothing. */
  readonly write: (line: object) => void;
  /** Aborted when the page goes away. */
  readonly signal: AbortSignal;
}

export type Input = Readonly<Record<string, unknown>>;
export type Route = (input: Input, exchange: Exchange) => unknown;

/** An input of the page that cannot be used; its message is shown. */
export class BadInput extends Error {}

/** What a call returns that answers with a file rather than with JSON. */
export class Download {
  constructor(readonly content: Uint8Array) {}
}

export interface Site {
  readonly files: ReadonlyMap<string, PageFile>;
  readonly routes: Readonly<Record<string, Route>>;
  readonly token: string;
}

const MAX_BODY_BYTES = 8 * 1024 * 1024;
/** Where the page has the nonce of its styles from. */
const NONCE = '__NONCE__';

/** Starts the workbench's server on loopback, on a free port unless another is given, and returns it with its address. */
export async function listen(site: Site, wantedPort = 0): Promise<{ port: number; stop: () => Promise<void> }> {
  let port = 0;
  const server = createServer((request, response) => {
    answer(site, port, request, response).catch((error: unknown) => {
      process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      response.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(wantedPort, '127.0.0.1', resolve);
  });
  ({ port } = server.address() as AddressInfo);
  const stop = async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  };
  return { port, stop };
}

async function answer(site: Site, port: number, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = '', url = '', headers } = request;
  const nonce = randomBytes(16).toString('base64');
  for (const [name, value] of Object.entries(securityHeaders(nonce))) response.setHeader(name, value);
  const refusal = refusalOf({ method, url, headers }, port, site.token);
  if (refusal) return fail(response, refusal.status, refusal.message);
  if (!url.startsWith('/api/')) return sendFile(site, url, nonce, response);
  const name = url.slice('/api/'.length);
  const route = Object.hasOwn(site.routes, name) ? site.routes[name] : undefined;
  if (!route) return fail(response, 404, 'There is no such call.');
  const body = await read(request);
  if (body === undefined) return fail(response, 413, `A call holds at most ${MAX_BODY_BYTES} bytes.`);
  let input: unknown;
  try {
    input = JSON.parse(body);
  } catch {
    return fail(response, 400, 'The call is not JSON.');
  }
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    return fail(response, 400, 'The call is not a JSON object.');
  }
  return carryOut(route, input as Input, response);
}

async function carryOut(route: Route, input: Input, response: ServerResponse): Promise<void> {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const write = (line: object) => {
    if (!response.headersSent) response.writeHead(200, { 'Content-Type': 'application/x-ndjson' });
    response.write(`${JSON.stringify(line)}\n`);
  };
  try {
    const output = await route(input, { write, signal: gone.signal });
    if (response.headersSent) return void response.end();
    if (output instanceof Download) return sendDownload(response, output);
    return sendJson(response, 200, output ?? {});
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (response.headersSent) return void response.end();
    return fail(response, error instanceof BadInput || error instanceof TypeError ? 400 : 500, message);
  }
}

function sendFile({ files }: Site, url: string, nonce: string, response: ServerResponse): void {
  const file = files.get(url);
  if (!file) return fail(response, 404, 'There is no such file.');
  const isPage = file.type.startsWith('text/html');
  const content = isPage ? Buffer.from(file.content).toString().replaceAll(NONCE, nonce) : file.content;
  response.writeHead(200, { 'Content-Type': file.type }).end(content);
}

/** Never as a type that a browser would show. */
function sendDownload(response: ServerResponse, { content }: Download): void {
  response.writeHead(200, { 'Content-Type': 'application/octet-stream' }).end(content);
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
}

const fail = (response: ServerResponse, status: number, message: string) =>
  sendJson(response, status, { error: message });

/** The body as text; undefined when it is too long. */
async function read(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
