import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Clock } from './clock';
import { Control, type Seed } from './control/control';
import { ControlService, CONTROL_PREFIX } from './control/service';
import { Credentials } from './credentials';
import { Faults } from './faults';
import { controlRefusal, refusal, type AccessRules } from './http/access';
import { serve, type Front } from './http/front';
import { listen } from './http/listen';
import { isProbe, Probes } from './http/probes';
import { Registry } from './identity/registry';
import { IdentityService, TARGET_PREFIX } from './identity/service';
import { settle, type ServerOptions, type Settings } from './options';
import { RateLimits } from './rate-limits';
import { openStore } from './state/open';
import { Store } from './state/store';
import { SecurityTokenService } from './sts';
import type { Context } from './sync/context';
import { SyncService } from './sync/service';
import { SyncTrigger } from './sync/trigger';

export type { AccessKey, Assumptions, Quotas, Role, ServerOptions } from './options';
export type { Control, Seed } from './control/control';
export type { Fault, FaultKind, Faults } from './faults';
export type { RateLimit, RateLimits } from './rate-limits';

/** A running local Cognito Sync. */
export interface LocalServer {
  /** `http://127.0.0.1:<port>`, with https where there is a certificate. */
  readonly endpoint: string;
  readonly port: number;
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
  /** Ends every connection; resolves when the port is free and the data file is whole. */
  stop(): Promise<void>;
}

/**
 * Starts a server on `options.host` and `options.port`.
 * @throws TypeError for an option that makes no sense; Error for a data file in use or damaged, or a port that is taken.
 */
export async function startServer(options: ServerOptions = {}): Promise<LocalServer> {
  const settings = settle(options);
  const clock = new Clock(options.now);
  const store = settings.dataFile === undefined ? new Store() : await openStore(settings.dataFile, settings.say);
  const { control, protocolOf, refusalOf, faults, rateLimits, calls } = assemble(settings, clock, store);
  const { keys, roles } = store.state;
  for (const key of settings.keys) if (differ(keys.get(key.accessKeyId), key)) control.addKey(key);
  for (const role of settings.roles) if (differ(roles.get(role.roleArn), role)) control.addRole(role);
  for (const id of settings.pools) if (!store.state.pools.has(id)) control.addPool({ IdentityPoolId: id });
  const front: Front = {
    clock,
    faults,
    rateLimits,
    store,
    latencyMs: settings.latencyMs,
    calls,
    protocolOf,
    refusalOf,
  };
  let server: Server;
  try {
    await store.settled();
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
    faults,
    rateLimits,
    clock,
    control,
    calls: (operation) => (operation === undefined ? total(calls) : (calls.get(operation) ?? 0)),
    seed: (seed) => control.seed(seed),
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
      await store.close();
    },
  };
}

/** The services, and how a request finds its own. */
function assemble(settings: Settings, clock: Clock, store: Store) {
  const faults = new Faults();
  for (const fault of settings.faults) faults.rate(fault);
  const rateLimits = new RateLimits(() => clock.now());
  for (const limit of settings.rateLimits) rateLimits.set(limit);
  const trigger = new SyncTrigger();
  const calls = new Map<string, number>();
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
  const identityService = new IdentityService({ settings, clock, store, credentials, registry });
  const tokenService = new SecurityTokenService(settings, clock, store.state, credentials);
  const controlService = new ControlService(control);
  const probes = new Probes(store);
  const protocolOf = (request: IncomingMessage) => {
    const { url = '', headers } = request;
    if (isControl(url)) return controlService;
    if (isProbe(url)) return probes;
    if (String(headers['x-amz-target']).startsWith(TARGET_PREFIX)) return identityService;
    if (headers['content-type']?.startsWith('application/x-www-form-urlencoded') && url === '/') return tokenService;
    return syncService;
  };
  const rules: AccessRules = { ...settings, isTls: settings.tls !== undefined };
  const refusalOf = (request: IncomingMessage) => {
    const { url = '' } = request;
    if (isProbe(url)) return undefined;
    // A preflight cannot carry the token; the call behind it will.
    const forControl = isControl(url) && request.method !== 'OPTIONS';
    return refusal(request, rules) ?? (forControl ? controlRefusal(request, rules) : undefined);
  };
  return { control, faults, rateLimits, calls, protocolOf, refusalOf };
}

const isControl = (url: string) => url === CONTROL_PREFIX || url.startsWith(`${CONTROL_PREFIX}/`);

const total = (calls: ReadonlyMap<string, number>) => [...calls.values()].reduce((sum, count) => sum + count, 0);
const differ = (a: object | undefined, b: object) => JSON.stringify(a) !== JSON.stringify(b);
