import { setMaxListeners } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { randomOf } from './hostile-network';

/** What the proxy may do to a request and its answer. */
export const PROXY_FATES = [
  'request cut',
  'request late',
  'answer cut',
  'answer late',
  '500 after the effect',
  '503 after the effect',
  '504 after the effect',
  '503 before the effect',
  'repeated later',
] as const;
export type ProxyFate = (typeof PROXY_FATES)[number];

export interface ProxyOptions {
  /** The share of requests to which something happens, 0 to 1. */
  readonly rate: number;
  readonly seed: number;
  /** How long to hold back what is late, in ms: longer than the caller waits. */
  readonly lateMs: number;
  /** What may happen; everything by default. */
  readonly fates?: readonly ProxyFate[];
}

/**
 * A proxy in front of a service that cuts requests and answers at any byte, delays them until after the caller gave up,
 * answers with errors of its own after the effect, and repeats requests.
 */
export class HostileProxy {
  /** How often each fate struck. */
  readonly counts = new Map<ProxyFate, number>();
  private readonly random: () => number;
  private readonly late = new Set<Promise<unknown>>();
  private readonly abort = new AbortController();

  private constructor(
    private readonly target: URL,
    private readonly options: ProxyOptions,
    private readonly server: http.Server,
  ) {
    this.random = randomOf(options.seed);
    // Each request that is late waits for it.
    setMaxListeners(0, this.abort.signal);
  }

  /** A proxy in front of the service at `endpoint`. */
  static async open(endpoint: string, options: ProxyOptions): Promise<HostileProxy> {
    const server = http.createServer();
    const proxy = new HostileProxy(new URL(endpoint), options, server);
    server.on('request', (request: http.IncomingMessage, response: http.ServerResponse) => {
      proxy.serve(request, response).catch(() => response.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Resolves when everything late has arrived. */
  async settled(): Promise<void> {
    while (this.late.size > 0) await Promise.all(this.late);
  }

  async close(): Promise<void> {
    this.abort.abort();
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    await closed;
    await Promise.all(this.late);
  }

  private async serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const bytes = await wholeOf(request);
    const fate = this.choose();
    if (fate) this.counts.set(fate, (this.counts.get(fate) ?? 0) + 1);
    const { socket } = request;
    switch (fate) {
      case 'request cut':
        await this.forward(bytes.subarray(0, this.somewhereIn(bytes)), false);
        socket.resetAndDestroy();
        return;
      case 'request late':
        return this.later(bytes);
      case 'answer cut': {
        const answer = await this.forward(bytes);
        socket.write(answer.subarray(0, this.somewhereIn(answer)), () => socket.destroy());
        return;
      }
      case 'answer late': {
        const answer = await this.forward(bytes);
        await this.delay();
        socket.end(answer);
        return;
      }
      case '503 before the effect':
        return fail(response, 503);
      case '500 after the effect':
      case '503 after the effect':
      case '504 after the effect':
        await this.forward(bytes);
        return fail(response, Number(fate.slice(0, 3)));
      case 'repeated later':
        socket.end(await this.forward(bytes));
        return this.later(bytes);
      default:
        socket.end(await this.forward(bytes));
    }
  }

  private choose(): ProxyFate | undefined {
    const { rate, fates = PROXY_FATES } = this.options;
    return this.random() < rate ? fates[Math.floor(this.random() * fates.length)] : undefined;
  }

  private somewhereIn = (bytes: Buffer) => Math.floor(this.random() * bytes.length);

  private delay = () => pause(this.options.lateMs, undefined, { signal: this.abort.signal }).catch(() => undefined);

  private later(bytes: Buffer): void {
    const arriving = this.delay()
      .then(() => (this.abort.signal.aborted ? undefined : this.forward(bytes)))
      .catch(() => undefined)
      .finally(() => this.late.delete(arriving));
    this.late.add(arriving);
  }

  /** Sends bytes to the service, and resolves with all that it answers. */
  private forward(bytes: Buffer, isWhole = true): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const socket: Socket = net.connect(Number(this.target.port), this.target.hostname);
      const chunks: Buffer[] = [];
      socket.on('data', (chunk) => chunks.push(chunk));
      socket.on('error', isWhole ? reject : () => resolve(Buffer.alloc(0)));
      socket.on('close', () => resolve(Buffer.concat(chunks)));
      socket.write(bytes, () => {
        if (!isWhole) socket.destroy();
      });
    });
  }
}

/** A request as bytes, to be answered on a connection of its own. */
async function wholeOf(request: http.IncomingMessage): Promise<Buffer> {
  const { method, url, rawHeaders } = request;
  const lines = [`${method} ${url} HTTP/1.1`];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (!/^connection$/i.test(rawHeaders[i] ?? '')) lines.push(`${rawHeaders[i]}: ${rawHeaders[i + 1]}`);
  }
  const chunks: Buffer[] = [Buffer.from([...lines, 'Connection: close', '', ''].join('\r\n'))];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function fail(response: http.ServerResponse, status: number): void {
  response.writeHead(status, { 'content-type': 'text/html', connection: 'close' });
  response.end(`<html><body><h1>${status}</h1></body></html>`);
}
