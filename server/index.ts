import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Clock } from './clock';
import type { Control } from './control/control';
import type { Seed } from './control/seeding';
import type { Faults } from './faults';
import { Calls } from './http/calls';
import { serve, type Front } from './http/front';
import { listen } from './http/listen';
import { DEFAULT_KEY, type ServerOptions } from './options';
import type { RateLimits } from './rate-limits';
import { servicesOf } from './services';
import { settingsOf, type Settings } from './settings';
import { openStore } from './state/open';
import { Store } from './state/store';

export type { AccessKey, Assumptions, LoginProvider, Quotas, Role, ServerOptions } from './options';
export type { Control } from './control/control';
export type { Seed } from './control/seeding';
export type { Fault, FaultKind, Faults } from './faults';
export type { Call } from './http/calls';
export type { RateLimit, RateLimits } from './rate-limits';

/** A running local Cognito Sync. */
export interface LocalServer {
  /** `http://127.0.0.1:<port>`, with https where there is a certificate. */
  readonly endpoint: string;
  readonly port: number;
  readonly region: string;
  /** The first access key of its options. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly faults: Faults;
  /** Calls a second past which TooManyRequestsException is answered. */
  readonly rateLimits: RateLimits;
  readonly clock: Clock;
  /** Pools, keys, identities, credentials, merges, records, the SyncTrigger stub. */
  readonly control: Control;
  /** Calls so far, of one operation or of all, whatever was answered. */
  calls(operation?: string): number;
  /** Fills a pool at once and returns the ids of its identities. */
  seed(seed: Seed): string[];
  /** Everything as after the start, without data: see `Control.reset`. Resolves when that is on disk. */
  reset(): Promise<void>;
  /** Ends every connection; resolves when the port is free and the data file is whole. */
  stop(): Promise<void>;
}

/**
 * Starts a server on `options.host` and `options.port`.
 * @throws TypeError for an option that makes no sense; Error for a data file in use or damaged, or a port that is taken.
 */
export async function startServer(options: ServerOptions = {}): Promise<LocalServer> {
  const settings = settingsOf(options);
  const clock = new Clock(options.now);
  const store = settings.dataFile === undefined ? new Store() : await openStore(settings.dataFile, settings.say);
  const calls = new Calls(clock);
  if (options.onCall) calls.listen(options.onCall);
  const { control, routeOf, faults, rateLimits } = servicesOf({ settings, clock, store, calls });
  control.provision();
  const front: Front = { clock, faults, rateLimits, store, latencyMs: settings.latencyMs, calls, routeOf };
  try {
    await store.flushed();
    if (settings.seedFile !== undefined) await control.importFile(settings.seedFile);
    const server = await listen(settings, (request, response) => {
      serve(front, request, response).catch(() => response.destroy());
    });
    return localServer(server, settings, front, control);
  } catch (error) {
    await store.close();
    throw error;
  }
}

function localServer(server: Server, settings: Settings, front: Front, control: Control): LocalServer {
  const { faults, rateLimits, store, calls } = front;
  const { host, tls, region } = settings;
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    region,
    credentials: credentialsOf(settings),
    faults,
    rateLimits,
    clock: control.clock,
    control,
    calls: (operation) => (operation === undefined ? total(calls.counts) : (calls.counts.get(operation) ?? 0)),
    seed: (seed) => control.seed(seed),
    reset: async () => {
      control.reset();
      await store.flushed();
    },
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
      await store.close();
    },
  };
}

function credentialsOf({ keys: [key = DEFAULT_KEY] }: Settings): LocalServer['credentials'] {
  const { accessKeyId, secretAccessKey } = key;
  return { accessKeyId, secretAccessKey };
}

const total = (calls: ReadonlyMap<string, number>) => [...calls.values()].reduce((sum, count) => sum + count, 0);
