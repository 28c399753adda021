import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Clock } from './clock';
import { Credentials } from './credentials';
import { Faults } from './faults';
import { serve, type Front } from './http/front';
import { settle, type ServerOptions } from './options';
import { newPool } from './state/model';
import { seededIdentity } from './state/seed';
import { Store } from './state/store';
import { SyncService } from './sync/service';
import { SyncTrigger } from './sync/trigger';

export interface Seed {
  /** Defaults to the first pool. */
  pool?: string;
  identities: number;
  datasetsPerIdentity: number;
  recordsPerDataset: number;
  /** Characters of every value; 32 when absent. */
  valueLength?: number;
}

/** A running local Cognito Sync. */
export interface LocalServer {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  readonly port: number;
  readonly faults: Faults;
  readonly clock: Clock;
  readonly store: Store;
  readonly trigger: SyncTrigger;
  /** Calls so far, of one operation or of all. */
  calls(operation?: string): number;
  /** Fills a pool at once and returns the ids of its identities. */
  seed(seed: Seed): string[];
  /** Ends every connection and resolves when the port is free. */
  stop(): Promise<void>;
}

/** Starts a server that keeps its state in memory. @throws TypeError for an option that makes no sense. */
export async function startServer(options: ServerOptions = {}): Promise<LocalServer> {
  const settings = settle(options);
  const clock = new Clock(options.now);
  const store = new Store();
  for (const key of settings.keys) store.commit({ type: 'key', key });
  for (const id of settings.pools) {
    const DeveloperProviderName = settings.developerProviderName;
    store.commit({ type: 'pool', settings: { ...newPool(id, clock.now()), DeveloperProviderName } });
  }
  const faults = new Faults();
  const trigger = new SyncTrigger();
  const credentials = new Credentials(store.state, clock, settings.accountId);
  const sync = new SyncService({ settings, clock, store, trigger, bulkPublishFailure: null }, credentials);
  const calls = new Map<string, number>();
  const protocolOf = (_: IncomingMessage) => sync;
  const front: Front = { clock, faults, store, latencyMs: settings.latencyMs, calls, protocolOf };
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    serve(front, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(settings.port, settings.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const host = settings.host.includes(':') ? `[${settings.host}]` : settings.host;
  return {
    endpoint: `http://${host}:${port}`,
    port,
    faults,
    clock,
    store,
    trigger,
    calls: (operation) =>
      operation === undefined ? [...calls.values()].reduce((sum, n) => sum + n, 0) : (calls.get(operation) ?? 0),
    seed: ({ pool = settings.pools[0] ?? '', valueLength = 32, ...sizes }) => {
      store.commit({ type: 'seed', pool, valueLength, at: clock.now(), by: settings.accountId, ...sizes });
      return Array.from({ length: sizes.identities }, (_, i) => seededIdentity(pool, i));
    },
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
      await store.close();
    },
  };
}
