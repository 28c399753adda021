import type { Dataset, DatasetOfIdentity, Identity, IdentityPoolUsage, Record } from '../cognito-sync/model';
import type { IdentityDescription } from '../cognito-identity/model';

/**
 * Rows: messages of one record, dataset, identity or pool. Each names every member that its kind can have, null where there
 * is nothing, always in the same order, so that a step which takes its columns from the first message sees all of them.
 */
type Row<Item> = { readonly [Member in keyof Item]-?: null };

const NO_RECORD: Row<Record> = {
  Key: null,
  Value: null,
  SyncCount: null,
  LastModifiedDate: null,
  LastModifiedBy: null,
  DeviceLastModifiedDate: null,
};

const NO_DATASET: Row<Omit<Dataset, 'IdentityId'>> = {
  DatasetName: null,
  CreationDate: null,
  LastModifiedDate: null,
  LastModifiedBy: null,
  DataStorage: null,
  NumRecords: null,
};

const NO_IDENTITY: Row<IdentityDescription> = {
  IdentityId: null,
  Logins: null,
  CreationDate: null,
  LastModifiedDate: null,
};

const NO_USAGE: Row<IdentityPoolUsage> = {
  IdentityPoolId: null,
  SyncSessionsCount: null,
  DataStorage: null,
  LastModifiedDate: null,
};

const changeOf = ({ Value }: Record) => (Value === undefined ? 'removed' : 'updated');

/** A record and where it is. */
export function recordRow({ IdentityPoolId, IdentityId, DatasetName }: DatasetOfIdentity, record: Record) {
  return { IdentityPoolId, IdentityId, DatasetName, ...NO_RECORD, ...record };
}

/** A record, where it is, and whether it was written or removed last. */
export function changedRecordRow({ IdentityPoolId, IdentityId, DatasetName }: DatasetOfIdentity, record: Record) {
  return { Change: changeOf(record), IdentityPoolId, IdentityId, DatasetName, ...NO_RECORD, ...record };
}

/** A dataset and where it is. */
export function datasetRow({ IdentityPoolId, IdentityId }: Identity, dataset: Dataset) {
  return { IdentityPoolId, IdentityId, ...NO_DATASET, ...dataset };
}

/** An identity and the pool that it is in. */
export function identityRow(IdentityPoolId: string, identity: IdentityDescription) {
  return { IdentityPoolId, ...NO_IDENTITY, ...identity };
}

/** How much a pool stores. */
export function usageRow(usage: IdentityPoolUsage) {
  return { ...NO_USAGE, ...usage };
}

/** A line of a file of records; the file is of one pool. */
export function recordLine(IdentityId: string, DatasetName: string, record: Record) {
  return { Change: changeOf(record), IdentityId, DatasetName, ...NO_RECORD, ...record };
}
