import type { Event } from './events';
import type { Dataset, Identity, State } from './model';

/** The fewest events that make this state out of nothing. */
export function* snapshot(state: State): Generator<Event> {
  yield { type: 'secret', secret: state.secret };
  for (const key of state.keys.values()) yield { type: 'key', key };
  for (const role of state.roles.values()) yield { type: 'role', role };
  yield { type: 'sessions-burnt', sessions: [...state.burntSessions] };
  for (const [pool, { settings, identities }] of state.pools) {
    yield { type: 'pool', settings };
    for (const identity of identities.values()) yield* ofIdentity(pool, identity);
  }
}

function* ofIdentity(pool: string, identity: Identity): Generator<Event> {
  const { id, logins, createdAt, modifiedAt, mergedInto, absorbed } = identity;
  yield { type: 'identity', pool, identity: id, logins, createdAt, modifiedAt, mergedInto, absorbed };
  for (const device of identity.devices.values()) yield { type: 'device', pool, identity: id, device, at: createdAt };
  for (const dataset of identity.datasets.values()) yield ofDataset(pool, id, dataset);
}

function ofDataset(pool: string, identity: string, dataset: Dataset): Event {
  const { name, exists, syncCount, deletedAt, creationDate, lastModifiedDate, lastModifiedBy, records } = dataset;
  return {
    type: 'dataset',
    pool,
    identity,
    dataset: name,
    exists,
    syncCount,
    deletedAt,
    creationDate,
    lastModifiedDate,
    lastModifiedBy,
    records: [...records.values()],
  };
}
