import { spawn } from 'node:child_process';
import { once } from 'node:events';
import net, { type AddressInfo, type Socket } from 'node:net';

/** A TCP server that does what `script` says with each connection, below any HTTP library. */
export interface Faulty {
  readonly port: number;
  /** How many connections came. */
  connections(): number;
  /** All bytes that came, as latin1 text. */
  received(): string;
  stop(): Promise<void>;
}

/** What happens when a whole request has come; `count` is its number on this server, from 1. */
export type Script = (socket: Socket, count: number, request: string) => void;

const isWhole = (text: string) => {
  const end = text.indexOf('\r\n\r\n');
  const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
  return end >= 0 && text.length >= end + 4 + length;
};

export async function faulty(script: Script): Promise<Faulty> {
  const sockets = new Set<Socket>();
  let connections = 0;
  let count = 0;
  let received = '';
  const server = net.createServer((socket) => {
    connections++;
    sockets.add(socket);
    let pending = '';
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (chunk) => {
      const text = chunk.toString('latin1');
      received += text;
      pending += text;
      if (!isWhole(pending)) return;
      const request = pending;
      pending = '';
      script(socket, ++count, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    received: () => received,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** A raw answer. */
export function answer(body: string | Buffer, headers: readonly string[] = [], status = '200 OK'): Buffer {
  const content = Buffer.from(body);
  const head = [`HTTP/1.1 ${status}`, `Content-Length: ${content.length}`, ...headers, '', ''].join('\r\n');
  return Buffer.concat([Buffer.from(head), content]);
}

/** A port of loopback where connections are neither accepted nor refused. */
export async function unresponsive(): Promise<{ port: number; stop(): Promise<void> }> {
  // Its event loop stands still while it listens, so it accepts nothing and its backlog is soon full.
  const listener = `const server = require('net').createServer();
    server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
      require('fs').writeSync(1, String(server.address().port));
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    });`;
  const child = spawn(process.execPath, ['-e', listener], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const port = Number(line);
  const fillers: Socket[] = [];
  for (let full = false; !full;) {
    const socket = net.connect(port, '127.0.0.1').on('error', () => undefined);
    fillers.push(socket);
    full = await new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => resolve(true), 300);
      socket.once('connect', () => {
        clearTimeout(timer);
        resolve(false);
      });
    });
  }
  return {
    port,
    stop: async () => {
      for (const socket of fillers) socket.destroy();
      child.kill('SIGKILL');
      await once(child, 'close');
    },
  };
}
