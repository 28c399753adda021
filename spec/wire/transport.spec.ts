import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import tls from 'node:tls';
import zlib from 'node:zlib';
import { adapter, TransportFailure } from '../../lib/aws/adapter';
import { call } from '../../lib/aws/call';
import { ConnectorError } from '../../lib/error';
import type { HttpRequest } from '../../lib/aws/http';
import { send } from '../../lib/aws/send';
import { selfSigned } from '../support/certificate';
import { answer, faulty, unresponsive, type Faulty, type Script } from '../support/faulty';
import { recorder } from '../support/recorder';

jest.setTimeout(20_000);

const host = 'connector.example.com';
const get: HttpRequest = { method: 'GET', target: '/identitypools', headers: { host } };
const keys = { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 'secret', sessionToken: 'IQoJb3JpZ2luX2VjE' };
const at = (port: number) => ({ origin: `http://127.0.0.1:${port}`, timeoutMs: 5_000 });

const open: { stop(): Promise<void> }[] = [];
async function opened<Server extends { stop(): Promise<void> }>(server: Promise<Server>): Promise<Server> {
  open.push(await server);
  return server;
}
const scripted = (script: Script): Promise<Faulty> => opened(faulty(script));
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.stop()));
});

async function failureOf(promise: Promise<unknown>): Promise<TransportFailure> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(TransportFailure);
  return error as TransportFailure;
}

/** What a signed call that may be repeated ends with. */
async function errorOf(origin: string): Promise<ConnectorError> {
  const source = { current: () => keys };
  const where = { service: 'cognito-sync', region: 'us-east-1', endpoint: { origin, host } };
  const made = { operation: 'X', request: get, idempotent: true, credentials: source, decode: () => 1 };
  const error: unknown = await call({ ...where, ...made }, { policy: { retries: 3, timeoutMs: 5_000 } }).catch(
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ConnectorError);
  return error as ConnectorError;
}

describe('what arrives', () => {
  it.each([
    ['a GET', { ...get, target: '/a?lastSyncCount=0' }, 'GET /a?lastSyncCount=0', []],
    ['a DELETE', { ...get, method: 'DELETE' }, 'DELETE /identitypools', []],
    ['a POST without a body', { ...get, method: 'POST' }, 'POST /identitypools', ['Content-Length: 0']],
    [
      'a body with white space around it',
      { ...get, method: 'POST', headers: { host, 'content-length': '13' }, body: ' \n{"a": "ü"}\t' },
      'POST /identitypools',
      ['content-length: 13'],
    ],
    ['labels that look like dot segments', { ...get, target: '/a/%2E%2E/%2e/.../b' }, 'GET /a/%2E%2E/%2e/.../b', []],
    ['double slashes', { ...get, target: '//evil.example//b' }, 'GET //evil.example//b', []],
    ['encoded characters', { ...get, target: "/%2F%3A%25?x=%2B%20%26&y='" }, "GET /%2F%3A%25?x=%2B%20%26&y='", []],
  ] as [string, HttpRequest, string, string[]][])(
    'is %s as signed, with no header added',
    async (_, request, line, more) => {
      const server = await scripted((socket) => socket.end(answer('{}', ['Connection: close'])));
      await send(request, at(server.port));
      const [head = '', body] = server.received().split('\r\n\r\n');
      const [first, ...headers] = head.split('\r\n');
      expect(first).toBe(`${line} HTTP/1.1`);
      expect(headers.sort()).toEqual([...more, 'Connection: keep-alive', `host: ${host}`].sort());
      expect(Buffer.from(body!, 'latin1').toString()).toBe(request.body ?? '');
    },
  );

  it('is nothing but a signed request', async () => {
    await expect(adapter({ data: '{}' })).rejects.toThrow(TypeError);
    await expect(adapter({})).rejects.toThrow('The adapter sends signed requests only');
  });
});

describe('answers', () => {
  const text = JSON.stringify({ Value: 'ü😀'.repeat(20_000) });

  it.each([
    ['plain', undefined, Buffer.from(text)],
    ['gzip', 'gzip', zlib.gzipSync(text)],
    ['x-gzip', 'x-gzip', zlib.gzipSync(text)],
    ['deflate', 'deflate', zlib.deflateSync(text)],
    ['br', 'br', zlib.brotliCompressSync(text)],
  ])('are read when they are %s, characters cut in two by a packet included', async (_, encoding, body) => {
    const server = await scripted((socket) => {
      const whole = answer(body, ['X-Amzn-RequestId: r-1', ...(encoding ? [`Content-Encoding: ${encoding}`] : [])]);
      const middle = whole.length - Math.floor(body.length / 2) - 1;
      socket.write(whole.subarray(0, middle), () => setImmediate(() => socket.end(whole.subarray(middle))));
    });
    const response = await send(get, at(server.port));
    expect(response).toMatchObject({ status: 200, body: text });
    expect(response.headers['x-amzn-requestid']).toBe('r-1');
  });

  it.each([
    '400 Bad Request',
    '403 Forbidden',
    '429 Too Many Requests',
    '500 Internal Server Error',
    '503 Slow Down',
    '204 No Content',
  ])('of status %s are answers', async (status) => {
    const server = await scripted((socket) => socket.end(answer('', [], status)));
    expect(await send(get, at(server.port))).toMatchObject({ status: Number(status.slice(0, 3)), body: '' });
  });

  it.each([301, 302, 303, 307, 308])(
    'that redirect (%d) are answers: nothing goes elsewhere, least of all a token',
    async (status) => {
      const elsewhere = await opened(recorder());
      const server = await scripted((socket) =>
        socket.end(answer('', [`Location: ${elsewhere.endpoint}/x`], `${status} Moved`)),
      );
      const error = await errorOf(at(server.port).origin);
      expect(error).toMatchObject({ name: 'InvalidResponse', status, retry: 'never' });
      expect(error.message).toContain('a redirect, which is not followed');
      expect(server.connections()).toBe(1);
      expect(elsewhere.requests).toEqual([]);
    },
  );

  it.each([
    ['reset before the headers', (socket) => socket.resetAndDestroy(), 'ECONNRESET at 127.0.0.1'],
    ['closed before the headers', (socket) => socket.end(), 'ECONNRESET at 127.0.0.1'],
    ['no HTTP', (socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n\r\n'), 'HPE_INVALID_CONSTANT at 127.0.0.1'],
    ['closed within the headers', (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-'), 'ECONNRESET at 127.0.0.1'],
    [
      'reset within the body',
      (socket) => socket.write(answer(text).subarray(0, 500), () => setTimeout(() => socket.resetAndDestroy(), 20)),
      // Which of the two depends on how much has been read by then.
      /^(the answer of 127\.0\.0\.1 broke off|ECONNRESET at 127\.0\.0\.1)$/,
    ],
    [
      'shorter than Content-Length',
      (socket) => socket.end(answer(text).subarray(0, -1)),
      'the answer of 127.0.0.1 broke off',
    ],
    [
      'chunks without an end',
      (socket) => socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n'),
      'the answer of 127.0.0.1 broke off',
    ],
    [
      'gzip without an end',
      (socket) => socket.end(answer(zlib.gzipSync(text).subarray(0, -9), ['Content-Encoding: gzip'])),
      'the answer of 127.0.0.1 broke off',
    ],
    [
      'gzip in name only',
      (socket) => socket.end(answer('{"Value":"s3cr3t"}', ['Content-Encoding: gzip'])),
      'the answer of 127.0.0.1 broke off',
    ],
  ] as [string, Script, string | RegExp][])('that are %s are failures after sending', async (_, script, message) => {
    const server = await scripted(script);
    const failure = await failureOf(send(get, at(server.port)));
    expect(failure).toMatchObject({ kind: 'NetworkError', sent: true });
    expect(failure.message).toMatch(message);
  });

  it.each([
    ['plain', Buffer.alloc(17_000_000, 'x'), []],
    ['without a length', Buffer.alloc(17_000_000, 'x'), ['Transfer-Encoding: chunked']],
    ['a bomb in gzip', zlib.gzipSync(Buffer.alloc(40_000_000)), ['Content-Encoding: gzip']],
    ['a bomb in br', zlib.brotliCompressSync(Buffer.alloc(40_000_000)), ['Content-Encoding: br']],
  ])('over 16 MiB are refused: %s', async (_, body, headers) => {
    const server = await scripted((socket) => {
      if (!headers.includes('Transfer-Encoding: chunked')) return void socket.write(answer(body, headers));
      socket.write(`HTTP/1.1 200 OK\r\n${headers.join('\r\n')}\r\n\r\n${body.length.toString(16)}\r\n`);
      socket.write(body);
    });
    expect(await failureOf(send(get, at(server.port)))).toMatchObject({
      kind: 'InvalidResponse',
      message: 'the answer is larger than 16777216 bytes',
      sent: true,
    });
  });

  it('of many parts come whole, several at a time, with characters that lie across two parts', async () => {
    const texts = [1, 50_000, 20_000, 333_333, 70_000, 5].map((length) => 'aüß€𝄞'.repeat(length));
    let next = 0;
    const server = await opened(recorder((_request, response) => void response.end(texts[next++])));
    const port = Number(new URL(server.endpoint).port);
    const answers = await Promise.all(texts.map(() => send(get, at(port))));
    // Compared by truth: a difference of megabytes would be printed.
    expect(texts.every((text) => answers.some(({ body }) => body === text))).toBe(true);
  });

  it.each([
    [10, true],
    [11, false],
  ])('of %d bytes with a bound of 10 are taken: %s', async (length, taken) => {
    const server = await scripted((socket) => socket.end(answer('x'.repeat(length))));
    const answered = send(get, { ...at(server.port), maxBytes: 10 });
    if (taken) expect(await answered).toMatchObject({ status: 200, body: 'xxxxxxxxxx' });
    else expect((await failureOf(answered)).message).toBe('the answer is larger than 10 bytes');
  });
});

describe('time', () => {
  it('to connect is bounded by that of the whole call; nothing was sent then', async () => {
    const { port } = await opened(unresponsive());
    expect(await failureOf(send(get, { ...at(port), timeoutMs: 400 }))).toMatchObject({ kind: 'Timeout', sent: false });
  });

  it('to connect is bounded by 5 seconds', async () => {
    const { port } = await opened(unresponsive());
    const allButTimeouts = [
      'setInterval',
      'clearInterval',
      'setImmediate',
      'nextTick',
      'Date',
      'performance',
      'hrtime',
    ];
    jest.useFakeTimers({ doNotFake: allButTimeouts as never });
    try {
      const failure = failureOf(send(get, { ...at(port), timeoutMs: 60_000 }));
      await new Promise((resolve) => setImmediate(resolve));
      jest.advanceTimersByTime(5_000);
      expect(await failure).toMatchObject({
        kind: 'Timeout',
        message: 'no connection to 127.0.0.1 within 5000 ms',
        sent: false,
      });
    } finally {
      jest.useRealTimers();
    }
  });

  it.each([
    ['nothing comes', (socket) => void socket],
    ['only headers come', (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n')],
    ['the body stops half-way', (socket) => socket.write(answer('{"Count":1}').subarray(0, -3))],
    [
      'the body trickles for ever',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n');
        const timer = setInterval(() => socket.write('x'), 20);
        socket.once('close', () => clearInterval(timer));
      },
    ],
  ] as [string, Script][])('for the whole call is bounded when %s', async (_, script) => {
    const server = await scripted(script);
    const started = Date.now();
    expect(await failureOf(send(get, { ...at(server.port), timeoutMs: 300 }))).toMatchObject({
      kind: 'Timeout',
      message: 'no answer within 300 ms',
      sent: true,
    });
    expect(Date.now() - started).toBeLessThan(3_000);
  });

  it('over, the connection is closed', async () => {
    let closed: Promise<unknown> | undefined;
    const server = await scripted((socket) => {
      closed = once(socket, 'close');
    });
    await failureOf(send(get, { ...at(server.port), timeoutMs: 100 }));
    await closed;
  });
});

describe('an abort', () => {
  it('before the call sends nothing', async () => {
    const server = await scripted((socket) => socket.end(answer('{}')));
    const failure = await failureOf(send(get, { ...at(server.port), signal: AbortSignal.abort() }));
    expect(failure).toMatchObject({ kind: 'NetworkError', message: 'the call was aborted', sent: false });
    expect(server.received()).toBe('');
  });

  it.each([
    ['before the answer', false],
    ['within the answer', true],
  ])('%s ends the call and its connection, and keeps nothing of the request', async (_, begun) => {
    const controller = new AbortController();
    let closed: Promise<unknown> | undefined;
    const server = await scripted((socket) => {
      closed = once(socket, 'close');
      if (begun) socket.write(answer('{"Count":1}').subarray(0, -3));
      setTimeout(() => controller.abort(), 20);
    });
    const signed = { ...get, headers: { host, authorization: 'AWS4-HMAC-SHA256 Signature=s3cr3t' } };
    const failure = await failureOf(send(signed, { ...at(server.port), signal: controller.signal }));
    expect(failure).toMatchObject({ kind: 'NetworkError', message: 'the call was aborted', sent: true });
    expect(Object.keys(failure).sort()).toEqual(['kind', 'sent']);
    expect(`${JSON.stringify(failure)}${failure.stack}`).not.toContain('s3cr3t');
    await closed;
  });

  it('after the answer changes nothing', async () => {
    const controller = new AbortController();
    const server = await scripted((socket) => socket.write(answer('{}')));
    expect(await send(get, { ...at(server.port), signal: controller.signal })).toMatchObject({ status: 200 });
    controller.abort();
    expect(await send(get, at(server.port))).toMatchObject({ status: 200 });
    expect(server.connections()).toBe(1);
  });
});

describe('connections', () => {
  it('are kept for the next call', async () => {
    const server = await scripted((socket, count) => socket.write(answer(String(count))));
    for (let count = 1; count <= 5; count++) expect((await send(get, at(server.port))).body).toBe(String(count));
    expect(server.connections()).toBe(1);
  });

  it('that the server closed meanwhile are not used again', async () => {
    const sockets: net.Socket[] = [];
    const server = await scripted((socket) => {
      sockets.push(socket);
      socket.write(answer('{}'));
    });
    await send(get, at(server.port));
    const closed = once(sockets[0]!, 'close');
    sockets[0]!.end();
    await closed;
    await send(get, at(server.port));
    expect(server.connections()).toBe(2);
  });

  it.each([
    [true, 2, 'succeeds, since a repeat changes nothing'],
    [false, 1, 'fails, since the request may have arrived'],
  ])(
    'that the server closes while the next request is on its way: an idempotent (%s) call makes %d attempts and %s',
    async (idempotent, attempts) => {
      const server = await scripted((socket, count) => {
        if (count === 2) socket.resetAndDestroy();
        else socket.write(answer('{"Count":1}'));
      });
      await send(get, at(server.port));
      const endpoint = { origin: at(server.port).origin, host };
      const outcome = await call(
        {
          operation: 'X',
          service: 'cognito-sync',
          region: 'us-east-1',
          endpoint,
          request: get,
          idempotent,
          credentials: { current: () => keys },
          decode: ({ body }) => body,
        },
        { policy: { retries: 3, timeoutMs: 5_000 } },
      ).catch((reason: unknown) => reason);
      if (idempotent) expect(outcome).toMatchObject({ output: '{"Count":1}', trace: { attempts } });
      else
        expect(outcome).toMatchObject({
          name: 'NetworkError',
          retry: 'if idempotent',
          message: 'X: NetworkError: ECONNRESET at 127.0.0.1',
        });
      expect(server.received().match(/GET /g)).toHaveLength(1 + attempts);
    },
  );

  it.each([
    [
      'refused',
      async () => {
        const server = await faulty(() => undefined);
        await server.stop();
        return `http://127.0.0.1:${server.port}`;
      },
      'ECONNREFUSED at 127.0.0.1',
    ],
    ['to a name that nobody has', async () => 'http://nobody.invalid', / nobody\.invalid/],
  ] as [string, () => Promise<string>, string | RegExp][])('%s have sent nothing', async (_, originOf, message) => {
    const failure = await failureOf(send(get, { origin: await originOf(), timeoutMs: 10_000 }));
    expect(failure.sent).toBe(false);
    expect(failure.message).toMatch(message);
  });

  it('are as good to IPv6', async () => {
    const server = http.createServer((_request, response) => response.end('{}'));
    server.listen(0, '::1');
    try {
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      expect(await send(get, { origin: `http://[::1]:${port}`, timeoutMs: 5_000 })).toMatchObject({ status: 200 });
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  it('to a hundred and more endpoints work as one', async () => {
    const server = await scripted((socket) => socket.write(answer('{}')));
    for (let last = 1; last <= 101; last++) {
      const origin = `http://127.0.0.${last}:${server.port}`;
      if (last === 1) await send(get, { origin, timeoutMs: 5_000 });
      else await failureOf(send(get, { origin, timeoutMs: 5_000 }));
    }
    expect(await send(get, at(server.port))).toMatchObject({ status: 200 });
  });
});

describe('https', () => {
  const { key, cert } = selfSigned();
  const trusted = () => {
    const create = tls.createSecureContext;
    jest
      .spyOn(tls, 'createSecureContext')
      .mockImplementation((options) => create({ ...options, ca: options?.ca ?? cert }));
  };
  let server: https.Server;
  let origin = '';
  let connections = 0;
  // Node.js compares the certificate with the Host header.
  const host = 'localhost';
  const get: HttpRequest = { method: 'GET', target: '/identitypools', headers: { host } };
  beforeEach(async () => {
    connections = 0;
    server = https.createServer({ key, cert }, (request, response) => {
      response.end(JSON.stringify({ target: request.url, authorization: request.headers.authorization }));
    });
    server.on('connection', () => connections++);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    origin = `https://localhost:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    delete process.env['COGNITO_SYNC_PROXY'];
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('carries calls, and keeps the connection', async () => {
    trusted();
    for (let count = 0; count < 3; count++) {
      const { body } = await send({ ...get, target: '/a?b=c' }, { origin, timeoutMs: 5_000 });
      expect(JSON.parse(body)).toMatchObject({ target: '/a?b=c' });
    }
    expect(connections).toBe(1);
  });

  it('sends nothing to a server whose certificate nobody vouches for', async () => {
    expect(await failureOf(send(get, { origin, timeoutMs: 5_000 }))).toMatchObject({
      kind: 'NetworkError',
      message: 'DEPTH_ZERO_SELF_SIGNED_CERT at localhost',
      sent: false,
    });
  });

  it('counts as not connected until the handshake is done', async () => {
    const silent = await scripted(() => undefined);
    const failure = await failureOf(send(get, { origin: `https://localhost:${silent.port}`, timeoutMs: 300 }));
    expect(failure).toMatchObject({ kind: 'Timeout', sent: false });
  });

  describe('through a proxy', () => {
    let proxy: http.Server;
    const tunnels = new Set<net.Socket>();
    let asked: { target: string | undefined; authorization: string | undefined }[];
    let refuse: string | undefined;
    beforeEach(async () => {
      asked = [];
      refuse = undefined;
      proxy = http.createServer();
      proxy.on('connect', (request, client: net.Socket) => {
        asked.push({ target: request.url, authorization: request.headers['proxy-authorization'] });
        tunnels.add(client);
        client.on('error', () => undefined);
        if (refuse) return client.end(refuse);
        const upstream = net.connect((server.address() as AddressInfo).port, '127.0.0.1', () => {
          client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
          upstream.pipe(client).pipe(upstream);
        });
        upstream.on('error', () => client.destroy());
        client.on('close', () => upstream.destroy());
        return undefined;
      });
      proxy.listen(0, '127.0.0.1');
      await once(proxy, 'listening');
    });
    afterEach(async () => {
      for (const tunnel of tunnels) tunnel.destroy();
      proxy.closeAllConnections();
      await new Promise((resolve) => proxy.close(resolve));
    });
    const address = (user = '') => `http://${user}127.0.0.1:${(proxy.address() as AddressInfo).port}`;

    it('goes where COGNITO_SYNC_PROXY says, in one tunnel that is kept', async () => {
      trusted();
      process.env['COGNITO_SYNC_PROXY'] = address('user:pa%20ss@');
      for (let count = 0; count < 3; count++) {
        const { status, body } = await send(
          { ...get, headers: { host, authorization: 'AWS4' } },
          { origin, timeoutMs: 5_000 },
        );
        expect([status, JSON.parse(body)]).toMatchObject([200, { target: '/identitypools', authorization: 'AWS4' }]);
      }
      const authorization = `Basic ${Buffer.from('user:pa ss').toString('base64')}`;
      expect(asked).toEqual([{ target: new URL(origin).host, authorization }]);
    });

    it('does not go there with http, which is for loopback only', async () => {
      process.env['COGNITO_SYNC_PROXY'] = address();
      const local = await scripted((socket) => socket.end(answer('{}')));
      expect(await send(get, at(local.port))).toMatchObject({ status: 200 });
      expect(asked).toEqual([]);
    });

    it.each(['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'all_proxy'])(
      'does not go where %s says',
      async (name) => {
        trusted();
        const before = process.env[name];
        process.env[name] = address();
        try {
          const local = await scripted((socket) => socket.end(answer('{}')));
          expect(await send(get, at(local.port))).toMatchObject({ status: 200 });
          expect(await send(get, { origin, timeoutMs: 5_000 })).toMatchObject({ status: 200 });
          expect(asked).toEqual([]);
        } finally {
          if (before === undefined) delete process.env[name];
          else process.env[name] = before;
        }
      },
    );

    it.each(['not an address', 'socks5://user:s3cr3t@127.0.0.1:1', 's3cr3t:8080'])(
      'sends nothing, and repeats nothing, where COGNITO_SYNC_PROXY is %s',
      async (value) => {
        process.env['COGNITO_SYNC_PROXY'] = value;
        const failure = await failureOf(send(get, { origin, timeoutMs: 5_000 }));
        expect(failure).toMatchObject({ message: 'COGNITO_SYNC_PROXY must be an http or https address', sent: false });
        expect(`${JSON.stringify(failure)}${failure.stack}`).not.toContain('s3cr3t');
        expect(connections).toBe(0);
      },
    );

    it('sends nothing where no proxy listens', async () => {
      const gone = await faulty(() => undefined);
      await gone.stop();
      process.env['COGNITO_SYNC_PROXY'] = `http://127.0.0.1:${gone.port}`;
      expect(await failureOf(send(get, { origin, timeoutMs: 5_000 }))).toMatchObject({
        kind: 'NetworkError',
        sent: false,
      });
    });

    it('sends nothing where the proxy hangs up', async () => {
      refuse = ' ';
      process.env['COGNITO_SYNC_PROXY'] = address();
      expect(await failureOf(send(get, { origin, timeoutMs: 5_000 }))).toMatchObject({
        kind: 'NetworkError',
        sent: false,
      });
    });

    it('says what the proxy answers in place of a tunnel', async () => {
      refuse = answer('who are you?', ['Connection: close'], '407 Proxy Authentication Required').toString();
      process.env['COGNITO_SYNC_PROXY'] = address();
      const error = await errorOf(origin);
      expect(error.message).toBe(
        'X: InvalidResponse: expected an answer of AWS, got a body that begins with «who are you?» (HTTP 407)',
      );
      expect(connections).toBe(0);
    });
  });
});

it('the time for connecting ends with the connection: an answer may take longer', async () => {
  const real = global.setTimeout;
  // Five seconds for connecting pass within 50 ms here; nothing else has that time.
  const spy = jest
    .spyOn(global, 'setTimeout')
    .mockImplementation(((action: () => void, ms: number) =>
      real(action, ms === 5_000 ? 50 : ms)) as typeof setTimeout);
  try {
    const server = await scripted((socket) => void real(() => socket.write(answer('{}')), 200));
    const { status } = await send(get, { ...at(server.port), timeoutMs: 15_000 });
    expect(status).toBe(200);
    expect(spy.mock.calls.filter(([, ms]) => ms === 5_000)).toHaveLength(1);
  } finally {
    spy.mockRestore();
  }
});
