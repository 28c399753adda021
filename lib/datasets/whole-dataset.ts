import type { CognitoSync } from '../cognito-sync/client';
import type { DatasetOfIdentity, ListRecordsResponse, Record } from '../cognito-sync/model';
import { ListRecords } from '../cognito-sync/operations';
import { listPages } from '../cognito-sync/pages';

/** A dataset, or what has changed in it, as one consistent state. */
export interface WholeDataset {
  /** By key, removed ones included: their sync counts are what a re-creation must name. */
  readonly records: ReadonlyMap<string, Record>;
  readonly exists: boolean;
  /** It was deleted after the sync count that was asked from, and perhaps made anew. */
  readonly deletedSince: boolean;
  readonly syncCount: number;
  /** For one successful UpdateRecords within 5 minutes. */
  readonly syncSessionToken: string;
  /** When AWS answered, by its own clock and to the second: epoch ms. */
  readonly answeredAt: number | undefined;
  readonly mergedDatasetNames: readonly string[];
}

/** AWS's own clients read a dataset in pages of this size, which is also the quota of records. */
const PAGE_SIZE = 1024;

/**
 * Reads the records of a dataset into memory: at most 1 MB by AWS's default quota.
 * @param lastSyncCount 0 for all records, else those that changed after this count
 * @param syncSessionToken of an earlier list, to go on with its session
 * @throws ConnectorError; with a token that a write has used up or that has ended, AWS's `InvalidParameterException`
 */
export async function wholeDataset(
  client: CognitoSync,
  dataset: DatasetOfIdentity,
  lastSyncCount = 0,
  syncSessionToken?: string,
): Promise<WholeDataset> {
  const { IdentityPoolId, IdentityId, DatasetName } = dataset;
  const from = lastSyncCount > 0 ? { LastSyncCount: lastSyncCount } : {};
  const session = syncSessionToken === undefined ? {} : { SyncSessionToken: syncSessionToken };
  const input = { IdentityPoolId, IdentityId, DatasetName, MaxResults: PAGE_SIZE, ...from, ...session };
  const records = new Map<string, Record>();
  let latest: ListRecordsResponse = {};
  let latestRound = 0;
  let date: string | undefined;
  for await (const { output, round, trace } of listPages(client, ListRecords, input)) {
    if (round !== latestRound) records.clear();
    for (const record of output.Records ?? []) if (record.Key !== undefined) records.set(record.Key, record);
    latest = output;
    date = trace.date;
    latestRound = round;
  }
  const {
    DatasetExists = false,
    DatasetDeletedAfterRequestedSyncCount = false,
    DatasetSyncCount = 0,
    SyncSessionToken = '',
    MergedDatasetNames = [],
  } = latest;
  return {
    records,
    exists: DatasetExists,
    deletedSince: DatasetDeletedAfterRequestedSyncCount,
    syncCount: DatasetSyncCount,
    syncSessionToken: SyncSessionToken,
    answeredAt: date === undefined ? undefined : Date.parse(date) || undefined,
    mergedDatasetNames: MergedDatasetNames,
  };
}

/**
 * A dataset with its removed records. AWS does not say whether a full list shows them; a list of changes does, and no record
 * can be removed before count 2. Asked for only when one of `keys`, which has or had a record, is missing.
 */
export async function withRemoved(
  client: CognitoSync,
  dataset: DatasetOfIdentity,
  whole: WholeDataset,
  keys: readonly string[],
): Promise<WholeDataset> {
  if (whole.syncCount < 2 || keys.every((key) => whole.records.has(key))) return whole;
  const changes = await wholeDataset(client, dataset, 1);
  if (changes.deletedSince) return whole;
  return { ...changes, records: new Map([...whole.records, ...changes.records]) };
}
