import { newIdentity, type Dataset, type Identity, type Pool } from './model';
import type { WorkingSet } from './working-set';

/** The identity of that id, made when the pool has none. */
export function identityOf(set: WorkingSet, pool: Pool, id: string, at: number): Identity {
  const found = pool.identities.get(id);
  if (found) return found;
  const identity = newIdentity(set.number(), id, at);
  pool.usage.identities += 1;
  set.saveIdentity(pool, identity);
  set.saveUsage(pool);
  return identity;
}

/** The dataset of that name, made (not existing yet) when the identity has none. */
export function datasetOf(set: WorkingSet, identity: Identity, name: string): Dataset {
  let dataset = identity.datasets.get(name);
  if (!dataset) {
    dataset = set.dataset(name);
    identity.datasets.set(name, dataset);
  }
  return dataset;
}
