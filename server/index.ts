import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Clock } from './clock';
import { Control, type Seed } from './control/control';
import { Metrics } from './control/metrics';
import { ControlService, CONTROL_PREFIX } from './control/service';
import { Credentials } from './credentials';
import { Faults } from './faults';
import { controlRefusal, refusal, type AccessRules } from './http/access';
import { Calls } from './http/calls';
import { serve, type Front, type Route } from './http/front';
import { listen } from './http/listen';
import { isProbe, Probes } from './http/probes';
import { Providers } from './identity/providers';
import { Registry } from './identity/registry';
import { IdentityService, TARGET_PREFIX } from './identity/service';
import { DEFAULT_KEY, type ServerOptions } from './options';
import { RateLimits } from './rate-limits';
import { settingsOf, type Settings } from './settings';
import { openStore } from './state/open';
import { Store } from './state/store';
import { SecurityTokenService } from './sts/service';
import type { Context } from './sync/context';
import { SyncService } from './sync/service';
import { SyncTrigger } from './sync/trigger';

export type { AccessKey, Assumptions, LoginProvider, Quotas, Role, ServerOptions } from './options';
export type { Control, Seed } from './control/control';
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
  const { control, routeOf, faults, rateLimits } = assemble(settings, clock, store, calls);
  control.provision();
  const front: Front = { clock, faults, rateLimits, store, latencyMs: settings.latencyMs, calls, routeOf };
  let server: Server;
  try {
    await store.flushed();
    if (settings.seedFile !== undefined) await control.importFile(settings.seedFile);
    server = await listen(settings, (request, response) => {
      serve(front, request, response).catch(() => response.destroy());
    });
  } catch (error) {
    await store.close();
    throw error;
  }
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `${settings.tls ? 'https' : 'http'}://${settings.host.includes(':') ? `[${settings.host}]` : settings.host}:${port}`,
    port,
    region: settings.region,
    credentials: credentialsOf(settings),
    faults,
    rateLimits,
    clock,
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

/** The services, and how a request finds its own. */
function assemble(settings: Settings, clock: Clock, store: Store, calls: Calls) {
  const faults = new Faults();
  for (const fault of settings.faults) faults.rate(fault);
  const rateLimits = new RateLimits(() => clock.now());
  for (const limit of settings.rateLimits) rateLimits.set(limit);
  const trigger = new SyncTrigger();
  const credentials = new Credentials(store.state, clock, settings.accountId);
  const registry = new Registry(store, clock, settings.region);
  const sync: Context = { settings, clock, store, trigger, bulkPublishFailure: null };
  const control = new Control({
    settings,
    clock,
    store,
    credentials,
    registry,
    faults,
    rateLimits,
    trigger,
    sync,
    calls,
  });
  const syncService = new SyncService(sync, credentials);
  const providers = new Providers(settings.providers, clock);
  const identityService = new IdentityService({ settings, clock, store, credentials, registry, providers });
  const tokenService = new SecurityTokenService({ settings, clock, state: store.state, credentials, providers });
  const controlService = new ControlService(control, calls, new Metrics(calls, store));
  const probes = new Probes(store);
  const rules: AccessRules = { ...settings, isTls: settings.tls !== undefined };
  const serviceOf = ({ url, headers }: IncomingMessage) => {
    if (String(headers['x-amz-target']).startsWith(TARGET_PREFIX)) return identityService;
    if (headers['content-type']?.startsWith('application/x-www-form-urlencoded') && url === '/') return tokenService;
    return syncService;
  };
  const routeOf = (request: IncomingMessage): Route => {
    const { url = '', method } = request;
    if (isProbe(url)) return { protocol: probes, refusal: undefined, isCall: false };
    const refused = refusal(request, rules);
    if (!isControl(url)) return { protocol: serviceOf(request), refusal: refused, isCall: true };
    // A preflight cannot carry the token; the call behind it will.
    const forbidden = method === 'OPTIONS' ? undefined : controlRefusal(request, rules);
    return { protocol: controlService, refusal: refused ?? forbidden, isCall: false };
  };
  return { control, faults, rateLimits, routeOf };
}

const isControl = (url: string) => url === CONTROL_PREFIX || url.startsWith(`${CONTROL_PREFIX}/`);

const total = (calls: ReadonlyMap<string, number>) => [...calls.values()].reduce((sum, count) => sum + count, 0);
