import http from 'node:http';
import https from 'node:https';
import zlib from 'node:zlib';
import aws4 from 'aws4';
import type { Answered, Body, Sent } from '../protocol';
import type { Masker } from './masker';
import { operationOf } from './operation';
import { signerOf, signingOf, type WireRequest } from './signature';

/** What is seen on the wire. `socket` tells the server of the same machine which call this is. */
export interface Observer {
  sent(sent: Sent, socket: { readonly port: number; readonly nth: number } | undefined): void;
  answered(answered: Answered): void;
}

interface Parts {
  readonly masker: Masker;
  readonly observer: Observer;
  /** Ms since the step was loaded. */
  readonly now: () => number;
}

/** Longer bodies are cut for the page; their whole length is given. */
const SHOWN_CHARACTERS = 32 * 1024;
const NO_BODY: Body = { text: '', bytes: 0 };

type Request = typeof http.request;

/** Watches every call of this process: its bytes, its times and how its signature came about. */
export function observe(parts: Parts): void {
  const secrets = watchSigning(parts.masker);
  let count = 0;
  const nthOnPort = new Map<number, number>();
  for (const module of [http, https]) {
    const request = module.request as (...args: Parameters<Request>) => http.ClientRequest;
    module.request = ((...args: Parameters<Request>) => {
      const n = ++count;
      const call = request(...args);
      watch(call, n, { ...parts, secrets, nthOnPort, scheme: module === https ? 'https' : 'http' });
      return call;
    }) as Request;
  }
}

/** Notes which secret belongs to which access key id: vended credentials are known by signing with them. */
function watchSigning(masker: Masker): ReadonlyMap<string, string> {
  const secrets = new Map<string, string>();
  const sign = aws4.sign;
  aws4.sign = (request, credentials) => {
    const { accessKeyId, secretAccessKey } = credentials ?? {};
    if (accessKeyId && secretAccessKey) secrets.set(accessKeyId, secretAccessKey);
    masker.add(secretAccessKey);
    return sign(request, credentials);
  };
  return secrets;
}

interface Watching extends Parts {
  readonly secrets: ReadonlyMap<string, string>;
  readonly nthOnPort: Map<number, number>;
  readonly scheme: string;
}

function watch(call: http.ClientRequest, n: number, watching: Watching): void {
  const { masker, observer, now } = watching;
  const ms = now();
  let settled = false;
  let announced = false;
  let nth: { port: number; nth: number } | undefined;
  let body = '';
  const announce = () => {
    if (announced) return;
    announced = true;
    observer.sent(sentOf(call, body, { ...watching, n, ms }), nth);
  };
  const settle = (answered: Omit<Answered, 'n' | 'ms'>) => {
    if (settled) return;
    settled = true;
    announce();
    observer.answered({ n, ms: now(), ...answered });
  };
  const end = call.end.bind(call) as (...args: unknown[]) => http.ClientRequest;
  call.end = ((...args: unknown[]) => {
    if (typeof args[0] === 'string') body = args[0];
    return end(...args);
  }) as typeof call.end;
  call.once('socket', (socket) => {
    const note = () => {
      const port = socket.localPort;
      if (port === undefined) return announce();
      const count = (watching.nthOnPort.get(port) ?? 0) + 1;
      watching.nthOnPort.set(port, count);
      nth = { port, nth: count };
      announce();
    };
    if (socket.connecting) socket.once('connect', note);
    else note();
  });
  call.once('error', (error: NodeJS.ErrnoException) => {
    settle({ failure: error.code ?? error.message, head: '', body: NO_BODY });
  });
  call.once('close', () => settle({ failure: 'closed', head: '', body: NO_BODY }));
  call.once('response', (response) => {
    const firstByteMs = now();
    const { statusCode: status = 0 } = response;
    const head = () => masker.text(headOf(response));
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.once('end', () => {
      settle({ firstByteMs, status, ...shown(masker, response, chunks), head: head() });
    });
    response.once('error', () => {
      settle({ firstByteMs, failure: 'broken off', ...shown(masker, response, chunks), head: head() });
    });
  });
}

function sentOf(
  call: http.ClientRequest,
  body: string,
  { masker, secrets, scheme, n, ms }: Watching & { n: number; ms: number },
): Sent {
  // The very text that was written: Node's public way to the headers leaves out what it adds by itself.
  const head = (call as { _header?: string })._header ?? '';
  const headers = Object.fromEntries(
    head
      .split('\r\n')
      .slice(1)
      .filter(Boolean)
      .map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const wire: WireRequest = { method: call.method, target: call.path, headers, body };
  masker.learnText(head);
  masker.learnText(body);
  const secret = secrets.get(signerOf(headers) ?? '');
  const signing = secret ? signingOf(wire, secret) : undefined;
  return {
    n,
    ms,
    operation: operationOf(call.method, call.path, headers, body),
    method: call.method,
    origin: `${scheme}://${headers['host'] ?? ''}`,
    target: masker.text(call.path),
    head: masker.text(head.trim()),
    body: bodyOf(masker, body),
    ...(signing && {
      signing: {
        canonicalRequest: masker.text(signing.canonicalRequest),
        stringToSign: masker.text(signing.stringToSign),
      },
    }),
  };
}

function bodyOf(masker: Masker, text: string): Body {
  return { text: masker.text(text).slice(0, SHOWN_CHARACTERS), bytes: Buffer.byteLength(text) };
}

const DECODERS: Readonly<Record<string, (buffer: Buffer) => Buffer>> = {
  gzip: zlib.gunzipSync,
  'x-gzip': zlib.gunzipSync,
  deflate: zlib.inflateSync,
  br: zlib.brotliDecompressSync,
};

function shown(masker: Masker, response: http.IncomingMessage, chunks: readonly Buffer[]): { body: Body } {
  const raw = Buffer.concat(chunks);
  let text: string;
  try {
    text = (DECODERS[response.headers['content-encoding'] ?? '']?.(raw) ?? raw).toString();
  } catch {
    text = '';
  }
  masker.learnText(text);
  return { body: { ...bodyOf(masker, text), bytes: raw.length } };
}

function headOf({ httpVersion, statusCode, statusMessage, rawHeaders }: http.IncomingMessage): string {
  const lines = [`HTTP/${httpVersion} ${statusCode} ${statusMessage}`];
  for (let i = 0; i < rawHeaders.length; i += 2) lines.push(`${rawHeaders[i]}: ${rawHeaders[i + 1]}`);
  return lines.join('\n');
}
