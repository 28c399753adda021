import { ConnectorError } from '../aws/error';
import type { CognitoSync } from './client';
import { wholeDataset, type WholeDataset } from './list';
import type { DatasetOfIdentity, Record } from './model';

/** How far the changes of a dataset have been told. */
export interface RecordsPosition {
  /** 0 while there is nothing to follow. */
  readonly lastSyncCount: number;
  /** How often the dataset was deleted since the first look at it; tells the messages about that apart. */
  readonly deletions: number;
}

/** A record as it is now, or that it was removed, or that the whole dataset was deleted. */
export type RecordChange = DatasetOfIdentity & Record & { Change: 'updated' | 'removed' | 'datasetDeleted' };

/** AWS's words for a sync count that the dataset has not reached, so that it must be another one than before. */
const NO_SUCH_COUNT = 'No such SyncCount';

/** Lists what has changed; undefined when the dataset has never had this sync count. */
async function listSince(client: CognitoSync, dataset: DatasetOfIdentity, count: number) {
  try {
    return await wholeDataset(client, dataset, count);
  } catch (error) {
    if (error instanceof ConnectorError && error.text.includes(NO_SUCH_COUNT)) return undefined;
    throw error;
  }
}

function isAnotherDataset(now: WholeDataset | undefined, { lastSyncCount }: RecordsPosition): boolean {
  if (lastSyncCount === 0) return false;
  return !now || !now.exists || now.deletedSince || now.syncCount < lastSyncCount;
}

/** By sync count, which is the order in which the records got their present values. */
function inOrder(records: Iterable<Record>): Record[] {
  const key = ({ Key = '' }: Record) => Key;
  return [...records].sort((a, b) => (a.SyncCount ?? 0) - (b.SyncCount ?? 0) || (key(a) < key(b) ? -1 : 1));
}

/**
 * Reads what has changed in a dataset since a position, in the order of sync counts, and the position after it. A dataset
 * that was deleted is told as such, and one that was made anew is told from its beginning.
 * Holds all changes in memory: at most one dataset, 1 MB by AWS's default quota.
 * @throws ConnectorError
 */
export async function recordChanges(
  client: CognitoSync,
  { IdentityPoolId, IdentityId, DatasetName }: DatasetOfIdentity,
  position: RecordsPosition,
): Promise<{ changes: RecordChange[]; position: RecordsPosition }> {
  const dataset = { IdentityPoolId, IdentityId, DatasetName };
  let { lastSyncCount, deletions } = position;
  const changes: RecordChange[] = [];
  let now = await listSince(client, dataset, lastSyncCount);
  if (!now || isAnotherDataset(now, position)) {
    deletions++;
    changes.push({ Change: 'datasetDeleted', ...dataset, SyncCount: lastSyncCount });
    lastSyncCount = 0;
    now = await wholeDataset(client, dataset);
  }
  // A dataset that a merge of identities brought has records of higher counts than its own, listed at every look.
  if (now.syncCount !== lastSyncCount) {
    for (const record of inOrder(now.records.values())) {
      changes.push({ Change: record.Value === undefined ? 'removed' : 'updated', ...dataset, ...record });
    }
  }
  return { changes, position: { lastSyncCount: now.exists ? now.syncCount : 0, deletions } };
}
