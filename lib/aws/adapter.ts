import http from 'node:http';
import https from 'node:https';
import type { Duplex, Readable } from 'node:stream';
import zlib from 'node:zlib';
import { textOf } from './body-text';
import type { HttpRequest, HttpResponse } from './http';

/*
 * An adapter for axios over node:http and node:https. It sends exactly the bytes that were signed, where axios's own
 * resolves dot segments, trims bodies and adds headers, and it bounds connecting, the whole call and the answer's size.
 */

/** Where and how a request is sent. */
export interface SendOptions {
  /** Scheme, host and port that the request goes to. */
  readonly origin: string;
  /** For the whole call, from connecting to the last byte of the answer; at least 1. */
  readonly timeoutMs: number;
  /** Of the answer, after decompression; by default 16 MiB. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * A signed request on its way through axios, as the `data` of a configuration without anything else: axios copies and
 * normalises every other part of a configuration and of an answer, for each call, at the cost of another signature. An object
 * of a class of its own it leaves alone. The abort signal is in here as well, since axios itself answers one with an error
 * that holds the whole request.
 */
export class SignedRequest {
  constructor(
    readonly request: HttpRequest,
    readonly options: SendOptions,
  ) {}
}

/** Why no answer came. `sent` is false when the request cannot have reached the server. */
export class TransportFailure extends Error {
  constructor(
    readonly kind: 'NetworkError' | 'Timeout' | 'InvalidResponse',
    message: string,
    readonly sent: boolean,
  ) {
    super(message);
  }
}

/** The part of axios's request configuration that the adapter reads. */
export interface AdapterConfig {
  readonly data?: unknown;
}

/** What axios expects of an adapter. The answer is its data; see {@link SignedRequest}. */
export interface AdapterResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: object;
  readonly data: HttpResponse;
  readonly config: AdapterConfig;
}

/** A full list of a dataset is at most 1 MB of keys and values, up to six times that when JSON escapes every character. */
const MAX_RESPONSE_BYTES = 16 * 1024 * 1024;
const CONNECT_TIMEOUT_MS = 5_000;
/** Idle sockets are closed before the far end would: an AWS front end keeps them for at least 20 s. */
const IDLE_SOCKET_MS = 15_000;
const plain = new http.Agent({ keepAlive: true, timeout: IDLE_SOCKET_MS });
const secure = new https.Agent({ keepAlive: true, timeout: IDLE_SOCKET_MS });

let proxied: { readonly proxy: string; readonly agent: http.Agent } | undefined;

/** One agent per process and scheme; for https one through the proxy of COGNITO_SYNC_PROXY, where that is set. */
async function proxyAgent(proxy: string): Promise<http.Agent> {
  if (proxied?.proxy !== proxy) {
    // Loaded only where a proxy is configured, since every module costs start-up.
    const { HttpsProxyAgent } = await import('https-proxy-agent');
    if (!/^https?:$/.test(URL.canParse(proxy) ? new URL(proxy).protocol : '')) {
      throw new TransportFailure('NetworkError', 'COGNITO_SYNC_PROXY must be an http or https address', false);
    }
    proxied = { proxy, agent: new HttpsProxyAgent(proxy, { keepAlive: true, timeout: IDLE_SOCKET_MS }) };
  }
  return proxied.agent;
}

function decompressed(response: http.IncomingMessage): Readable {
  switch (response.headers['content-encoding']) {
    case 'gzip':
    case 'x-gzip':
      return response.pipe(zlib.createGunzip());
    case 'deflate':
      return response.pipe(zlib.createInflate());
    case 'br':
      return response.pipe(zlib.createBrotliDecompress());
    default:
      return response;
  }
}

/** Sends one request and resolves with any answer, whatever its status. @throws TransportFailure when none came */
// eslint-disable-next-line max-lines-per-function -- one promise, whose listeners end each other
export async function adapter(config: AdapterConfig): Promise<AdapterResponse> {
  if (!(config.data instanceof SignedRequest)) throw new TypeError('The adapter sends signed requests only');
  const { request: signed, options } = config.data;
  const { timeoutMs, signal, maxBytes = MAX_RESPONSE_BYTES } = options;
  const { protocol, hostname: host, port } = new URL(options.origin);
  const hostname = host.replace(/^\[|\]$/g, '');
  const encrypted = protocol === 'https:';
  const proxy = encrypted && process.env['COGNITO_SYNC_PROXY'];
  const agent = proxy ? await proxyAgent(proxy) : encrypted ? secure : plain;

  // eslint-disable-next-line max-lines-per-function -- as above
  return new Promise((resolve, reject) => {
    let reached = false;
    let connectTimer: NodeJS.Timeout | undefined;

    const cleanUp = () => {
      clearTimeout(timer);
      clearTimeout(connectTimer);
      signal?.removeEventListener('abort', onAbort);
    };
    const fail = (kind: TransportFailure['kind'], message: string) => {
      cleanUp();
      request.destroy();
      reject(new TransportFailure(kind, message, reached));
    };
    const onAbort = () => fail('NetworkError', 'the call was aborted');

    const request = (encrypted ? https : http).request({
      agent,
      // Without it, the agent of a proxy does not find the connections again that it keeps.
      protocol,
      hostname,
      port,
      path: signed.target,
      method: signed.method,
      headers: signed.headers,
    });
    request.on('error', (error: NodeJS.ErrnoException) => {
      fail('NetworkError', `${error.code ?? 'the connection failed'} at ${hostname}`);
    });
    request.on('socket', (socket: Duplex & { connecting?: boolean }) => {
      if (!socket.connecting) {
        reached = true;
        return;
      }
      const connectMs = Math.min(CONNECT_TIMEOUT_MS, timeoutMs);
      connectTimer = setTimeout(
        () => fail('Timeout', `no connection to ${hostname} within ${connectMs} ms`),
        connectMs,
      );
      socket.once(encrypted ? 'secureConnect' : 'connect', () => {
        reached = true;
        clearTimeout(connectTimer);
      });
    });
    request.on('response', (response) => {
      const body = decompressed(response);
      const chunks: Buffer[] = [];
      let size = 0;
      body.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size <= maxBytes) return chunks.push(chunk);
        fail('InvalidResponse', `the answer is larger than ${maxBytes} bytes`);
        return body.destroy();
      });
      body.on('end', () => {
        cleanUp();
        const { statusCode = 0, statusMessage = '' } = response;
        const answer = { status: statusCode, headers: response.headers, body: textOf(chunks) };
        resolve({ status: statusCode, statusText: statusMessage, headers: {}, data: answer, config });
      });
      const broken = () => fail('NetworkError', `the answer of ${hostname} broke off`);
      response.on('error', broken);
      if (body !== response) body.on('error', broken);
    });

    const timer = setTimeout(() => fail('Timeout', `no answer within ${timeoutMs} ms`), timeoutMs);
    if (signal?.aborted) return onAbort();
    signal?.addEventListener('abort', onAbort);
    request.end(signed.body);
  });
}
