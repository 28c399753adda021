import type { SeedEvent } from './events';
import { datasetOf, identityOf } from './find-or-create';
import { Dataset, newIdentity, type Pool, type StoredRecord } from './model';
import * as rows from './rows';
import type { WorkingSet } from './working-set';

/** Identities in one transaction. */
const SLICE = 1_000;

/** The id of the nth seeded identity of a pool. */
export const seededIdentity = (pool: string, n: number) =>
  `${pool.slice(0, pool.indexOf(':'))}:5eed0000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;

/**
 * Fills a pool: identities in number order, datasets `dataset-0…`, records `key-0…`, each dataset written once. New identities
 * go to the disk directly, past the working set, since there may be a million of them, unless it is to go gently.
 */
export function seed(set: WorkingSet, pool: Pool, event: SeedEvent): void {
  const { first = 0, identities } = event;
  if (event.gently || set.database.clearing) {
    pool.usage.latest = Math.max(pool.usage.latest, event.datasetsPerIdentity ? event.at : 0);
    for (let i = first; i < first + identities; i++) seedKnown(set, pool, event, i);
    return;
  }
  for (let done = 0; done < identities; done += SLICE) {
    seedSlice(set, pool, { ...event, first: first + done, identities: Math.min(SLICE, identities - done) });
  }
}

/** Fills a pool in one transaction. */
function seedSlice(set: WorkingSet, pool: Pool, event: SeedEvent & { first: number }): void {
  pool.usage.latest = Math.max(pool.usage.latest, event.datasetsPerIdentity ? event.at : 0);
  const known: number[] = [];
  set.database.writeNow((put) => {
    for (let i = event.first; i < event.first + event.identities; i++) {
      const id = seededIdentity(event.pool, i);
      if (pool.identities.get(id)) {
        known.push(i);
        continue;
      }
      const identity = newIdentity(set.number(), id, event.at);
      const key = rows.poolKey(pool.number, id);
      put('identities', key, rows.sealJson(key, rows.identityRow(identity)));
      pool.usage.identities += 1;
      for (let d = 0; d < event.datasetsPerIdentity; d++) {
        const dataset = new Dataset(`dataset-${d}`, set.number());
        for (const record of fill(dataset, event, i, d)) {
          const recordKey = rows.recordKey(dataset.number, record.key);
          put('records', recordKey, rows.recordRow(recordKey, record));
        }
        const datasetKey = rows.numberKey(identity.number, dataset.name);
        put('datasets', datasetKey, rows.sealJson(datasetKey, rows.datasetRow(dataset.number, dataset)));
        pool.usage.bytes += dataset.dataStorage;
      }
    }
    // Nothing here may be known by a number, or of a pool, that a crash would take back.
    put('settings', ...set.numbersRow());
    for (const [key, value] of set.poolRows(pool)) put('pools', key, value);
  });
  for (const i of known) seedKnown(set, pool, event, i);
}

/** Writes to an identity, as calls do. */
function seedKnown(set: WorkingSet, pool: Pool, event: SeedEvent, i: number): void {
  const identity = identityOf(set, pool, seededIdentity(event.pool, i), event.at);
  for (let d = 0; d < event.datasetsPerIdentity; d++) {
    const dataset = datasetOf(set, identity, `dataset-${d}`);
    const before = dataset.exists ? dataset.dataStorage : 0;
    for (const record of fill(dataset, event, i, d)) set.saveRecord(dataset, record);
    pool.usage.bytes += dataset.dataStorage - before;
    set.saveDataset(pool, identity, dataset);
  }
  set.saveUsage(pool);
}

/** Writes the records of a seeded dataset into it. */
function fill(dataset: Dataset, event: SeedEvent, i: number, d: number): StoredRecord[] {
  const { at, by, valueLength, recordsPerDataset } = event;
  Object.assign(dataset, { exists: true, creationDate: at, lastModifiedDate: at, lastModifiedBy: by });
  dataset.syncCount += 1n;
  return Array.from({ length: recordsPerDataset }, (_, r) => {
    const record: StoredRecord = {
      key: `key-${r}`,
      value: `value ${i}.${d}.${r} `.padEnd(valueLength, 'x').slice(0, valueLength),
      syncCount: dataset.syncCount,
      lastModifiedDate: at,
      lastModifiedBy: by,
      deviceLastModifiedDate: at,
    };
    dataset.put(record);
    return record;
  });
}
