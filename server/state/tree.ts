import { bytesOf, newDataset, newIdentity, type Dataset, type Identity, type Pool, type StoredRecord } from './model';

/** The identity of that id, made when the pool has none. */
export function identityOf(pool: Pool, id: string, at: number): Identity {
  let identity = pool.identities.get(id);
  if (!identity) {
    identity = newIdentity(id, at);
    pool.identities.set(id, identity);
    pool.sortedIdentities = undefined;
  }
  return identity;
}

/** The dataset of that name, made (not existing yet) when the identity has none. */
export function datasetOf(identity: Identity, name: string): Dataset {
  let dataset = identity.datasets.get(name);
  if (!dataset) {
    dataset = newDataset(name);
    identity.datasets.set(name, dataset);
  }
  return dataset;
}

/** Puts one record into the dataset and keeps its sums. */
export function store(dataset: Dataset, record: StoredRecord): void {
  const before = dataset.records.get(record.key);
  if (before) {
    dataset.dataStorage -= bytesOf(before);
    dataset.numRecords -= before.value === null ? 0 : 1;
  } else {
    dataset.sortedKeys = undefined;
  }
  dataset.records.set(record.key, record);
  dataset.dataStorage += bytesOf(record);
  dataset.numRecords += record.value === null ? 0 : 1;
}

/** Drops every record, the removed ones too. */
export function empty(dataset: Dataset): void {
  dataset.records.clear();
  dataset.sortedKeys = undefined;
  dataset.numRecords = 0;
  dataset.dataStorage = 0;
}
