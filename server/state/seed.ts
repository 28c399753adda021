import type { SeedEvent } from './events';
import type { Pool } from './model';
import { datasetOf, identityOf, store } from './tree';

/** The id of the nth seeded identity of a pool. */
export const seededIdentity = (pool: string, n: number) =>
  `${pool.slice(0, pool.indexOf(':'))}:5eed0000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;

/** Fills a pool: identities in number order, datasets `dataset-0…`, records `key-0…`, each dataset written once. */
export function seed(pool: Pool, event: SeedEvent): void {
  const { at, by, valueLength } = event;
  for (let i = 0; i < event.identities; i++) {
    const identity = identityOf(pool, seededIdentity(event.pool, i), at);
    for (let d = 0; d < event.datasetsPerIdentity; d++) {
      const dataset = datasetOf(identity, `dataset-${d}`);
      Object.assign(dataset, { exists: true, creationDate: at, lastModifiedDate: at, lastModifiedBy: by });
      dataset.syncCount += 1;
      for (let r = 0; r < event.recordsPerDataset; r++) {
        store(dataset, {
          key: `key-${r}`,
          value: `value ${i}.${d}.${r} `.padEnd(valueLength, 'x').slice(0, valueLength),
          syncCount: dataset.syncCount,
          lastModifiedDate: at,
          lastModifiedBy: by,
          deviceLastModifiedDate: at,
        });
      }
    }
  }
}
