import type { LocalServer } from '../../server';
import type { Event } from '../../server/state/events';
import type { Dataset, Identity, Pool, State } from '../../server/state/model';
import type { Change, DatasetRow, IdentityRow, PoolRow, RecordRow } from '../protocol';
import { BadInput } from './http';

/** What the local server holds, read in this process: no call is made, so that no fault is used up and none is counted. */

interface Store {
  readonly state: State;
  listen(listener: (event: Event) => void): () => void;
}

/** The one place that reaches past the control of the local server. */
const storeOf = ({ control }: LocalServer): Store => (control as unknown as { parts: { store: Store } }).parts.store;

/** A page of rows, and where the next one begins. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly total: number;
  readonly next?: string;
}

const iso = (ms: number) => new Date(ms).toISOString();

function poolOf(server: LocalServer, id: string): Pool {
  const pool = storeOf(server).state.pools.get(id);
  if (!pool) throw new BadInput(`There is no pool ${id}`);
  return pool;
}

function identityOf(server: LocalServer, pool: string, id: string): Identity {
  const identity = poolOf(server, pool).identities.get(id);
  if (!identity) throw new BadInput(`There is no identity ${id}`);
  return identity;
}

export function pools(server: LocalServer): PoolRow[] {
  return [...storeOf(server).state.pools.values()].map(({ settings, usage }) => ({
    id: settings.IdentityPoolId,
    name: settings.IdentityPoolName,
    identities: usage.identities,
  }));
}

/** The identities of a pool in the order of their ids, from one on. */
export function identities(server: LocalServer, pool: string, from: string, size: number): Page<IdentityRow> {
  const within = poolOf(server, pool);
  const rows: IdentityRow[] = [];
  let next: string | undefined;
  for (const id of idsFrom(within, from)) {
    const identity = within.identities.get(id);
    if (!identity) continue;
    if (rows.length === size) {
      next = id;
      break;
    }
    const { datasets, modifiedAt, mergedInto } = identity;
    const existing = [...datasets.values()].filter(({ exists }) => exists).length;
    rows.push({ id, datasets: existing, modified: iso(modifiedAt), ...(mergedInto !== null && { mergedInto }) });
  }
  return { rows, total: within.usage.identities, ...(next !== undefined && { next }) };
}

function* idsFrom({ identities }: Pool, from: string): Iterable<string> {
  if (from && identities.get(from)) yield from;
  yield* identities.idsAfter(from || undefined);
}

/** Where the first text stands that is not before `from`, in sorted texts. */
function firstFrom(texts: readonly string[], from: string): number {
  let [low, high] = [0, texts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((texts[middle] as string) < from) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function datasets(server: LocalServer, pool: string, identity: string): DatasetRow[] {
  return [...identityOf(server, pool, identity).datasets.values()]
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .map(({ name, exists, syncCount, numRecords, dataStorage, lastModifiedDate, lastModifiedBy }) => ({
      name,
      exists,
      syncCount: Number(syncCount),
      records: numRecords,
      bytes: dataStorage,
      modified: iso(lastModifiedDate),
      by: lastModifiedBy,
    }));
}

interface WhichDataset {
  readonly pool: string;
  readonly identity: string;
  readonly dataset: string;
}

function datasetOf(server: LocalServer, { pool, identity, dataset: name }: WhichDataset): Dataset {
  const dataset = identityOf(server, pool, identity).datasets.get(name);
  if (!dataset) throw new BadInput(`There is no dataset ${name}`);
  return dataset;
}

/** Values are cut for the table; {@link value} has the whole of one. */
const SHOWN_CHARACTERS = 200;

/** The records of a dataset in the order of their keys, from one on, the removed ones too. */
export function records(server: LocalServer, which: WhichDataset, from: string, size: number): Page<RecordRow> {
  const dataset = datasetOf(server, which);
  const keys = dataset.sortedKeys;
  const begin = firstFrom(keys, from);
  const rows = keys.slice(begin, begin + size).flatMap((key): RecordRow[] => {
    const record = dataset.records.get(key);
    if (!record) return [];
    const { value: text, syncCount, lastModifiedDate, lastModifiedBy } = record;
    const when = { syncCount: Number(syncCount), modified: iso(lastModifiedDate), by: lastModifiedBy };
    return [{ key, value: text === null ? null : text.slice(0, SHOWN_CHARACTERS), length: text?.length ?? 0, ...when }];
  });
  const next = keys[begin + size];
  return { rows, total: keys.length, ...(next !== undefined && { next }) };
}

/** The whole value of a record; null once it is removed. */
export const value = (server: LocalServer, which: WhichDataset, key: string): string | null =>
  datasetOf(server, which).records.get(key)?.value ?? null;

/** Says what changed in the local server from now on, but for what holds secrets. */
export function onChange(server: LocalServer, listener: (change: Omit<Change, 'n'>) => void): void {
  storeOf(server).listen((event) => {
    const change = changeOf(event);
    if (change) listener({ at: iso('at' in event ? event.at : server.clock.now()), ...change });
  });
}

/** What an event says to people; undefined for keys, roles and other secrets. */
function changeOf(event: Event): Omit<Change, 'at' | 'n'> | undefined {
  switch (event.type) {
    case 'records': {
      const { pool, identity, dataset, syncCount, by, records: written } = event;
      const what = written
        .slice(0, 3)
        .map(({ key, value: text }) => (text === null ? `− ${key}` : key))
        .join(', ');
      const more = written.length > 3 ? ` and ${written.length - 3} more` : '';
      return { kind: 'write', pool, identity, dataset, syncCount: Number(syncCount), by, text: what + more };
    }
    case 'dataset-deleted': {
      const { pool, identity, dataset } = event;
      return { kind: 'delete', pool, identity, dataset, text: 'dataset deleted' };
    }
    case 'identity':
      return { kind: 'identity', pool: event.pool, identity: event.identity, text: 'identity' };
    case 'identity-deleted':
      return { kind: 'delete', pool: event.pool, identity: event.identity, text: 'identity deleted' };
    case 'identities-merged':
      return { kind: 'identity', pool: event.pool, identity: event.destination, text: `absorbed ${event.source}` };
    case 'device':
      return { kind: 'device', pool: event.pool, identity: event.identity, text: `device ${event.device.platform}` };
    case 'seed':
      return { kind: 'seed', pool: event.pool, text: `${event.identities.toLocaleString('en')} identities seeded` };
    case 'pool-deleted':
      return { kind: 'delete', pool: event.pool, text: 'pool deleted' };
    case 'pool':
      return { kind: 'pool', pool: event.settings.IdentityPoolId, text: 'pool settings' };
    default:
      return undefined;
  }
}
