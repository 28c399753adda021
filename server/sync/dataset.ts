import { invalidParameter, limitExceeded, ServiceError } from '../errors';
import type { Assumptions, Quotas } from '../options';
import { keysAfter, page, type Page } from '../paging';
import { bytesOf, type Dataset, type StoredRecord } from '../state/model';

/** The rules of one dataset: what a list shows and what a patch comes to. Nothing here changes anything. */

export interface RecordPatch {
  readonly op: 'replace' | 'remove';
  readonly key: string;
  readonly syncCount: bigint;
  readonly value: string | undefined;
  /** Epoch milliseconds. */
  readonly deviceLastModifiedDate: number | undefined;
}

export interface ListView {
  readonly page: Page<StoredRecord>;
  readonly exists: boolean;
  readonly syncCount: bigint;
  readonly lastModifiedBy: string | null;
  /** A deletion came after the count that the caller knows. */
  readonly deleted: boolean;
}

export interface ListRequest {
  /** The sync count that the caller knows the dataset up to. */
  readonly since: bigint;
  /** The last key of the page before. */
  readonly after: string | undefined;
  /** The most records that a page has. */
  readonly size: number;
}

/** What ListRecords shows of a dataset. @throws ServiceError for a count still to come. */
export function list(dataset: Dataset | undefined, { since, after, size }: ListRequest, assume: Assumptions): ListView {
  const counter = dataset?.syncCount ?? 0n;
  if (since > counter) throw invalidParameter(`No such SyncCount: ${since} exists for this Dataset`);
  const deleted = since > 0n && (dataset?.deletedAt ?? 0n) > since;
  if (!dataset?.exists) {
    const syncCount = assume.deletedDatasetSyncCount === 'kept' ? counter : 0n;
    return { page: { items: [], next: undefined }, exists: false, syncCount, lastModifiedBy: null, deleted };
  }
  // What the caller knows is of the dataset before its deletion, so it is shown all of the present one.
  const from = deleted ? 0n : since;
  const withRemoved = from > 0n || assume.removedRecordsInFullList === 'listed';
  const records = page(keysAfter(dataset.sortedKeys, after), size, (key) => {
    const record = dataset.records.get(key);
    return record && record.syncCount > from && (withRemoved || record.value !== null) ? record : undefined;
  });
  return { page: records, exists: true, syncCount: counter, lastModifiedBy: dataset.lastModifiedBy, deleted };
}

export interface Write {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly by: string;
  readonly quotas: Quotas;
  readonly assume: Assumptions;
  /** A last look at the changes, which may add to them or change them. */
  readonly review: ((changes: readonly RecordPatch[]) => readonly RecordPatch[]) | undefined;
}

/** A patch that was made for another SyncCount than the record has. */
export class StaleSyncCount extends ServiceError {
  constructor({ conflictError }: Assumptions, key: string, current: bigint, given: bigint) {
    const status = conflictError === 'ResourceConflictException' ? 409 : 400;
    super(conflictError, status, `Current SyncCount for: ${key} is: ${current} not: ${given}`);
  }
}

export interface Patched {
  readonly syncCount: bigint;
  readonly records: StoredRecord[];
}

/** What the patches come to, all of them or none. @throws ServiceError for a conflict or a quota. */
export function patch(dataset: Dataset | undefined, patches: readonly RecordPatch[], write: Write): Patched {
  const { quotas, assume } = write;
  if (patches.length > quotas.recordsPerDataset) {
    throw limitExceeded(`More than ${quotas.recordsPerDataset} record patches in one call.`);
  }
  const seen = new Set<string>();
  for (const { key, syncCount } of patches) {
    if (seen.has(key)) throw invalidParameter(`More than one patch for key: ${key}`);
    seen.add(key);
    const record = dataset?.records.get(key);
    if (!record && assume.absentKey === 'accept') continue;
    const current = record?.syncCount ?? 0n;
    if (syncCount !== current) throw new StaleSyncCount(assume, key, current, syncCount);
  }
  const syncCount = (dataset?.syncCount ?? 0n) + 1n;
  const records = (write.review?.(patches) ?? patches).map((change) => stamp(change, syncCount, write));
  checkQuotas(dataset, records, quotas);
  return { syncCount, records };
}

function stamp({ op, key, value, deviceLastModifiedDate }: RecordPatch, syncCount: bigint, write: Write): StoredRecord {
  const device = write.assume.deviceDate === 'as-sent' ? deviceLastModifiedDate : undefined;
  return {
    key,
    value: op === 'remove' ? null : (value ?? ''),
    syncCount,
    lastModifiedDate: write.at,
    lastModifiedBy: write.by,
    deviceLastModifiedDate: device ?? write.at,
  };
}

function checkQuotas(dataset: Dataset | undefined, records: readonly StoredRecord[], quotas: Quotas): void {
  let bytes = dataset?.dataStorage ?? 0;
  let count = dataset?.numRecords ?? 0;
  for (const record of records) {
    const before = dataset?.records.get(record.key);
    bytes += bytesOf(record) - (before ? bytesOf(before) : 0);
    count += Number(record.value !== null) - Number(before ? before.value !== null : false);
  }
  // Shrinking a dataset is always allowed, also one that was filled under a wider quota.
  if (count > quotas.recordsPerDataset && count > (dataset?.numRecords ?? 0)) {
    throw limitExceeded(`A dataset holds at most ${quotas.recordsPerDataset} records.`);
  }
  if (bytes > quotas.bytesPerDataset && bytes > (dataset?.dataStorage ?? 0)) {
    throw limitExceeded(`A dataset holds at most ${quotas.bytesPerDataset} bytes.`);
  }
}
