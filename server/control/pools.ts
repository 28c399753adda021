import type { Clock } from '../clock';
import type { Registry } from '../identity/registry';
import type { Settings } from '../settings';
import { ANY_CLIENT, newPool, type Pool, type PoolSettings } from '../state/model';
import type { Store } from '../state/store';

export type NewPool = Partial<
  Pick<
    PoolSettings,
    | 'IdentityPoolId'
    | 'IdentityPoolName'
    | 'AllowUnauthenticatedIdentities'
    | 'DeveloperProviderName'
    | 'SupportedLoginProviders'
  >
>;

interface Parts {
  readonly store: Store;
  readonly clock: Clock;
  readonly settings: Settings;
  readonly registry: Registry;
}

/** @throws TypeError when there is no such pool. */
export function poolOf({ state }: Store, id: string): Pool {
  const pool = state.pools.get(id);
  if (!pool) throw new TypeError(`IdentityPoolId: expected a pool of this server, got ${id}`);
  return pool;
}

/** Makes a pool with the providers of the settings, unless told otherwise, and returns its id. */
export function addPool(wanted: NewPool, { store, clock, settings, registry }: Parts): string {
  const id = wanted.IdentityPoolId ?? registry.newId();
  const defaults = {
    DeveloperProviderName: settings.developerProviderName,
    SupportedLoginProviders: { ...PUBLIC_PROVIDERS, ...appIds(settings.providers) },
  };
  store.commit({ type: 'pool', settings: { ...newPool(id, clock.now()), ...defaults, ...wanted } });
  return id;
}

/** Makes the pool unless it is there; one that is takes logins of the providers that this server checks from now on. */
export function ensurePool(id: string, parts: Parts): void {
  const { store, settings } = parts;
  const pool = store.state.pools.get(id);
  if (!pool) return void addPool({ IdentityPoolId: id }, parts);
  const { SupportedLoginProviders: supported } = pool.settings;
  if (settings.providers.every(({ name }) => Object.hasOwn(supported, name))) return;
  const SupportedLoginProviders = { ...appIds(settings.providers), ...supported };
  store.commit({ type: 'pool', settings: { ...pool.settings, SupportedLoginProviders } });
}

const appIds = (providers: readonly { name: string }[]) =>
  Object.fromEntries(providers.map(({ name }) => [name, ANY_CLIENT]));

/** Providers that pools made by this server take, each token standing for the user it names. */
const PUBLIC_PROVIDERS = appIds(
  ['accounts.google.com', 'graph.facebook.com', 'www.amazon.com'].map((name) => ({ name })),
);
