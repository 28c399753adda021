import type { DatasetEvent, Event, RecordsEvent } from './events';
import { datasetOf, identityOf } from './find-or-create';
import { usersOf, type Dataset, type Identity, type Pool, type PoolSettings } from './model';
import { seed } from './seed';
import { sweep } from './sweep';
import type { WorkingSet } from './working-set';

/** Brings the state to where it is after the event. */
export function apply(set: WorkingSet, event: Event): void {
  const { state } = set;
  switch (event.type) {
    case 'reset':
      set.clear();
      return apply(set, { type: 'secret', secret: event.secret });
    case 'secret':
      state.secret = event.secret;
      return set.putJson('settings', Buffer.from('secret'), event.secret);
    case 'key':
      state.keys.set(event.key.accessKeyId, event.key);
      return set.putJson('settings', Buffer.from(`key/${event.key.accessKeyId}`), event.key);
    case 'key-deleted':
      state.keys.delete(event.accessKeyId);
      return set.database.remove('settings', Buffer.from(`key/${event.accessKeyId}`));
    case 'role':
      state.roles.set(event.role.roleArn, event.role);
      return set.putJson('settings', Buffer.from(`role/${event.role.roleArn}`), event.role);
    case 'pool':
      return applyPool(set, event.settings);
    case 'pool-deleted':
      return sweep(set, event.pool);
    case 'sessions-burnt':
      for (const [id, expiration] of event.sessions) useUp(set, id, expiration, event.at);
      return;
    case 'records':
      return applyRecords(set, event);
    case 'seed':
      return seed(set, poolOf(set, event.pool), event);
    default:
      return applyToIdentity(set, poolOf(set, event.pool), event);
  }
}

type MergeEvent = Extract<Event, { type: 'identities-merged' }>;
type OfIdentity = Exclude<
  Extract<Event, { pool: string }>,
  { type: 'records' } | { type: 'pool-deleted' } | { type: 'seed' }
>;

function applyToIdentity(set: WorkingSet, pool: Pool, event: OfIdentity): void {
  if (event.type === 'identities-merged') return merge(set, pool, event);
  if (event.type === 'identity-deleted') return forget(set, pool, event.identity);
  if (event.type === 'identity') {
    const identity = identityOf(set, pool, event.identity, event.createdAt);
    unlink(set, pool, identity);
    const { logins, createdAt, modifiedAt, mergedInto, absorbed } = event;
    Object.assign(identity, { logins, createdAt, modifiedAt, mergedInto, absorbed });
    link(set, pool, identity);
    return set.saveIdentity(pool, identity);
  }
  if (event.type === 'device') {
    const identity = identityOf(set, pool, event.identity, event.at);
    identity.devices.set(event.device.id, event.device);
    return set.saveIdentity(pool, identity);
  }
  if (event.type === 'dataset') return applyDataset(set, pool, event);
  const place = placeOf(set, pool, event, event.at);
  set.forgetRecords(place.dataset);
  change(set, place, (dataset) => {
    dataset.exists = false;
    dataset.syncCount = event.syncCount;
    dataset.deletedAt = event.syncCount;
    dataset.empty();
  });
}

function applyPool(set: WorkingSet, settings: PoolSettings): void {
  const pool = set.state.pools.get(settings.IdentityPoolId) ?? set.addPool(settings);
  pool.settings = settings;
  set.savePool(pool);
}

function applyRecords(set: WorkingSet, event: RecordsEvent): void {
  const pool = poolOf(set, event.pool);
  const place = placeOf(set, pool, event, event.at);
  pool.usage.latest = Math.max(pool.usage.latest, event.at);
  change(set, place, (dataset) => {
    if (!dataset.exists) dataset.creationDate = event.at;
    dataset.exists = true;
    dataset.syncCount = event.syncCount;
    dataset.lastModifiedDate = event.at;
    dataset.lastModifiedBy = event.by;
    for (const record of event.records) {
      dataset.put(record);
      set.saveRecord(dataset, record);
    }
  });
  if (event.session) useUp(set, event.session.id, event.session.expiration, event.at);
}

/** Remembers a used session until it would expire anyway. Older ones come first in the map. */
function useUp(set: WorkingSet, id: string, expiration: number, now: number): void {
  const { usedSessions } = set.state;
  for (const [other, end] of usedSessions) {
    if (end > now) break;
    usedSessions.delete(other);
    set.database.remove('sessions', Buffer.from(other));
  }
  usedSessions.set(id, expiration);
  set.putJson('sessions', Buffer.from(id), expiration);
}

function applyDataset(set: WorkingSet, pool: Pool, event: DatasetEvent): void {
  const place = placeOf(set, pool, event, event.creationDate);
  set.forgetRecords(place.dataset);
  const { exists, syncCount, deletedAt, creationDate, lastModifiedDate, lastModifiedBy } = event;
  if (exists) pool.usage.latest = Math.max(pool.usage.latest, lastModifiedDate);
  change(set, place, (dataset) => {
    dataset.empty();
    Object.assign(dataset, { exists, syncCount, deletedAt, creationDate, lastModifiedDate, lastModifiedBy });
    for (const record of event.records) {
      dataset.put(record);
      set.saveRecord(dataset, record);
    }
  });
}

/** A dataset, and whose it is. */
interface Place {
  readonly pool: Pool;
  readonly identity: Identity;
  readonly dataset: Dataset;
}

/** Where an event takes place; identity and dataset are made as far as they are not there. */
function placeOf(set: WorkingSet, pool: Pool, event: { identity: string; dataset: string }, at: number): Place {
  const identity = identityOf(set, pool, event.identity, at);
  return { pool, identity, dataset: datasetOf(set, identity, event.dataset) };
}

/** Changes a dataset, and the sums of its pool with it. */
function change(set: WorkingSet, { pool, identity, dataset }: Place, run: (dataset: Dataset) => void): void {
  const before = storageOf(dataset);
  run(dataset);
  pool.usage.bytes += storageOf(dataset) - before;
  set.saveDataset(pool, identity, dataset);
  set.saveUsage(pool);
}

/**
 * The winner takes every dataset of the loser. Where it has one of that name already, the loser's becomes
 * `<name>.<id of the loser>` with a sync count of 1 and its records as they were.
 */
function merge(set: WorkingSet, pool: Pool, { source, destination, at }: MergeEvent): void {
  const loser = identityOf(set, pool, source, at);
  const winner = identityOf(set, pool, destination, at);
  for (const dataset of loser.datasets.values()) {
    set.forgetDataset(loser, dataset.name);
    if (!dataset.exists) continue;
    const clashes = winner.datasets.get(dataset.name)?.exists ?? false;
    const name = clashes ? `${dataset.name}.${source}` : dataset.name;
    const moved = dataset.renamed(name, clashes ? 1n : dataset.syncCount);
    winner.datasets.set(name, moved);
    set.saveDataset(pool, winner, moved);
  }
  loser.datasets.clear();
  for (const device of loser.devices.values()) winner.devices.set(device.id, device);
  loser.devices.clear();
  for (const [provider, users] of Object.entries(loser.logins)) {
    // A provider without users says that its last one was unlinked, which is the loser's business alone.
    if (users.length) winner.logins = { ...winner.logins, [provider]: [...usersOf(winner.logins, provider), ...users] };
  }
  loser.logins = {};
  link(set, pool, winner);
  winner.absorbed = [...winner.absorbed, ...loser.absorbed, source];
  winner.modifiedAt = at;
  loser.modifiedAt = at;
  loser.mergedInto = destination;
  set.saveIdentity(pool, loser);
  set.saveIdentity(pool, winner);
}

function forget(set: WorkingSet, pool: Pool, id: string): void {
  const identity = pool.identities.get(id);
  if (!identity) return;
  unlink(set, pool, identity);
  for (const dataset of identity.datasets.values()) {
    set.forgetRecords(dataset);
    set.forgetDataset(identity, dataset.name);
    pool.usage.bytes -= storageOf(dataset);
  }
  pool.usage.identities -= 1;
  set.saveUsage(pool);
  set.forgetIdentity(pool, id);
}

const storageOf = (dataset: Dataset) => (dataset.exists ? dataset.dataStorage : 0);

function link(set: WorkingSet, pool: Pool, identity: Identity): void {
  for (const [provider, users] of Object.entries(identity.logins)) {
    for (const user of users) set.saveLogin(pool, provider, user, identity.id);
  }
}

function unlink(set: WorkingSet, pool: Pool, identity: Identity): void {
  for (const [provider, users] of Object.entries(identity.logins)) {
    for (const user of users) set.saveLogin(pool, provider, user, undefined);
  }
}

function poolOf({ state }: WorkingSet, id: string): Pool {
  const pool = state.pools.get(id);
  if (!pool) throw new Error(`an event speaks of pool ${id} before it exists`);
  return pool;
}
