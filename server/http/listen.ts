import { createServer, type RequestListener, type Server } from 'node:http';
import type { Settings } from '../settings';

const KEEP_ALIVE_MS = 60_000;

/**
 * Listens on the host and port of the settings, with TLS where they have a certificate.
 * @throws TypeError for a certificate or key that cannot be used; Error for a port that is taken.
 */
export async function listen({ host, port, tls }: Settings, handler: RequestListener): Promise<Server> {
  // A pool's worth of records may take its time to come in.
  const options = { keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 };
  const server = tls ? await secured({ ...options, ...tls }, handler) : createServer(options, handler);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return server;
}

async function secured(
  options: { cert: string | Buffer; key: string | Buffer; keepAliveTimeout: number; requestTimeout: number },
  handler: RequestListener,
): Promise<Server> {
  // Few need it, and all would wait for it at start.
  const https = await import('node:https');
  try {
    return https.createServer(options, handler);
  } catch (error) {
    throw new TypeError(`tls: expected a certificate and its key as PEM, got ${(error as Error).message}`);
  }
}
