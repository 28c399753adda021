import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it arrived, before anything interpreted it. */
export interface Recorded {
  readonly method: string;
  /** The raw request target: path and query as they stood on the wire. */
  readonly target: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

export interface Recorder {
  readonly endpoint: string;
  readonly requests: Recorded[];
  stop(): Promise<void>;
}

/** A server that records what arrives and lets `answer` reply; by default `{}`. */
export async function recorder(
  answer: (request: Recorded, response: http.ServerResponse, index: number) => void = (_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end('{}');
  },
): Promise<Recorder> {
  const requests: Recorded[] = [];
  const server = http.createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const { method = '', url = '', headers } = incoming;
      const recorded = { method, target: url, headers, body: Buffer.concat(chunks).toString() };
      requests.push(recorded);
      answer(recorded, response, requests.length - 1);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
