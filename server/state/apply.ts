import type { DatasetEvent, Event, RecordsEvent } from './events';
import { loginKey, type Identity, type Pool, type State } from './model';
import { seed } from './seed';
import { datasetOf, empty, identityOf, store } from './tree';

/** Brings the state to where it is after the event. */
export function apply(state: State, event: Event): void {
  switch (event.type) {
    case 'secret':
      state.secret = event.secret;
      return;
    case 'key':
      state.keys.set(event.key.accessKeyId, event.key);
      return;
    case 'key-deleted':
      state.keys.delete(event.accessKeyId);
      return;
    case 'role':
      state.roles.set(event.role.roleArn, event.role);
      return;
    case 'pool':
      applyPool(state, event.settings);
      return;
    case 'pool-deleted':
      state.pools.delete(event.pool);
      return;
    case 'sessions-burnt':
      for (const [id, expiration] of event.sessions) state.burntSessions.set(id, expiration);
      return;
    case 'records':
      return applyRecords(state, event);
    case 'seed':
      return seed(poolOf(state, event.pool), event);
    default:
      return applyToIdentity(poolOf(state, event.pool), event);
  }
}

type OfIdentity = Exclude<
  Extract<Event, { pool: string }>,
  { type: 'records' } | { type: 'pool-deleted' } | { type: 'seed' }
>;

function applyToIdentity(pool: Pool, event: OfIdentity): void {
  if (event.type === 'identities-merged') return merge(pool, event.source, event.destination, event.at);
  if (event.type === 'identity-deleted') return forget(pool, event.identity);
  if (event.type === 'identity') {
    const identity = identityOf(pool, event.identity, event.createdAt);
    unlink(pool, identity);
    const { logins, createdAt, modifiedAt, mergedInto, absorbed } = event;
    Object.assign(identity, { logins, createdAt, modifiedAt, mergedInto, absorbed });
    link(pool, identity);
    return;
  }
  if (event.type === 'device') {
    identityOf(pool, event.identity, event.at).devices.set(event.device.id, event.device);
    return;
  }
  if (event.type === 'dataset') return applyDataset(pool, event);
  const dataset = datasetOf(identityOf(pool, event.identity, event.at), event.dataset);
  dataset.exists = false;
  dataset.syncCount = event.syncCount;
  dataset.deletedAt = event.syncCount;
  empty(dataset);
}

function applyPool(state: State, settings: Pool['settings']): void {
  const pool = state.pools.get(settings.IdentityPoolId);
  if (pool) pool.settings = settings;
  else state.pools.set(settings.IdentityPoolId, { settings, identities: new Map(), logins: new Map() });
}

function applyRecords(state: State, event: RecordsEvent): void {
  const dataset = datasetOf(identityOf(poolOf(state, event.pool), event.identity, event.at), event.dataset);
  if (!dataset.exists) {
    dataset.exists = true;
    dataset.creationDate = event.at;
  }
  dataset.syncCount = event.syncCount;
  dataset.lastModifiedDate = event.at;
  dataset.lastModifiedBy = event.by;
  for (const record of event.records) store(dataset, record);
  if (event.session) burn(state.burntSessions, event.session, event.at);
}

/** Remembers a used session until it would expire anyway. Older ones come first in the map. */
function burn(burnt: Map<string, number>, session: { id: string; expiration: number }, now: number): void {
  for (const [id, expiration] of burnt) {
    if (expiration > now) break;
    burnt.delete(id);
  }
  burnt.set(session.id, session.expiration);
}

function applyDataset(pool: Pool, event: DatasetEvent): void {
  const dataset = datasetOf(identityOf(pool, event.identity, event.creationDate), event.dataset);
  const { exists, syncCount, deletedAt, creationDate, lastModifiedDate, lastModifiedBy } = event;
  Object.assign(dataset, { exists, syncCount, deletedAt, creationDate, lastModifiedDate, lastModifiedBy });
  empty(dataset);
  for (const record of event.records) store(dataset, record);
}

/**
 * The winner takes every dataset of the loser. Where it has one of that name already, the loser's becomes
 * `<name>.<id of the loser>` with a sync count of 1 and its records as they were.
 */
function merge(pool: Pool, source: string, destination: string, at: number): void {
  const loser = identityOf(pool, source, at);
  const winner = identityOf(pool, destination, at);
  for (const dataset of loser.datasets.values()) {
    if (!dataset.exists) continue;
    const clashes = winner.datasets.get(dataset.name)?.exists ?? false;
    const name = clashes ? `${dataset.name}.${source}` : dataset.name;
    winner.datasets.set(name, { ...dataset, name, syncCount: clashes ? 1 : dataset.syncCount });
  }
  loser.datasets.clear();
  for (const device of loser.devices.values()) winner.devices.set(device.id, device);
  loser.devices.clear();
  for (const [provider, users] of Object.entries(loser.logins)) {
    winner.logins[provider] = [...(winner.logins[provider] ?? []), ...users];
  }
  loser.logins = {};
  link(pool, winner);
  winner.absorbed = [...winner.absorbed, ...loser.absorbed, source];
  winner.modifiedAt = at;
  loser.modifiedAt = at;
  loser.mergedInto = destination;
}

function forget(pool: Pool, id: string): void {
  const identity = pool.identities.get(id);
  if (!identity) return;
  unlink(pool, identity);
  pool.identities.delete(id);
  pool.sortedIdentities = undefined;
}

function link(pool: Pool, identity: Identity): void {
  for (const [provider, users] of Object.entries(identity.logins)) {
    for (const user of users) pool.logins.set(loginKey(provider, user), identity.id);
  }
}

function unlink(pool: Pool, identity: Identity): void {
  for (const [provider, users] of Object.entries(identity.logins)) {
    for (const user of users) pool.logins.delete(loginKey(provider, user));
  }
}

function poolOf(state: State, id: string): Pool {
  const pool = state.pools.get(id);
  if (!pool) throw new Error(`the journal speaks of pool ${id} before it exists`);
  return pool;
}
