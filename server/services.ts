import type { Clock } from './clock';
import { Control } from './control/control';
import { Metrics } from './control/metrics';
import { ControlService } from './control/service';
import { Credentials } from './credentials';
import { Faults } from './faults';
import type { Calls } from './http/calls';
import { Probes } from './http/probes';
import { Providers } from './identity/providers';
import { Registry } from './identity/registry';
import { IdentityService } from './identity/service';
import { RateLimits } from './rate-limits';
import { routing } from './routing';
import type { Settings } from './settings';
import type { Store } from './state/store';
import { SecurityTokenService } from './sts/service';
import type { Context } from './sync/context';
import { SyncService } from './sync/service';
import { SyncTrigger } from './sync/trigger';

/** What the services share. */
export interface Shared {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly store: Store;
  readonly calls: Calls;
}

/** The services of a server, the control and what it controls. */
export function servicesOf({ settings, clock, store, calls }: Shared) {
  const faults = new Faults();
  for (const fault of settings.faults) faults.rate(fault);
  const rateLimits = new RateLimits(() => clock.now());
  for (const limit of settings.rateLimits) rateLimits.set(limit);
  const trigger = new SyncTrigger();
  const credentials = new Credentials(store.state, clock, settings.accountId);
  const registry = new Registry(store, clock, settings.region);
  const providers = new Providers(settings.providers, clock);
  const sync: Context = { settings, clock, store, trigger, bulkPublishFailure: null };
  const common = { settings, clock, store, credentials, registry };
  const control = new Control({ ...common, faults, rateLimits, trigger, sync, calls });
  const routeOf = routing(settings, {
    control: new ControlService(control, calls, new Metrics(calls, store)),
    identity: new IdentityService({ ...common, providers }),
    probes: new Probes(store),
    sts: new SecurityTokenService({ settings, clock, state: store.state, credentials, providers }),
    sync: new SyncService(sync, credentials),
  });
  return { control, faults, rateLimits, routeOf };
}
