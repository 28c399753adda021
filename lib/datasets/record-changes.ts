import type { CognitoSync } from '../cognito-sync/client';
import type { DatasetOfIdentity, Record } from '../cognito-sync/model';
import { ConnectorError } from '../error';
import { wholeDataset, type WholeDataset } from './whole-dataset';

/** How far the changes of a dataset have been emitted. */
export interface RecordsPosition {
  /** 0 while there is nothing to follow. */
  readonly lastSyncCount: number;
  /** How often the dataset was deleted since the first look at it; distinguishes the messages about it. */
  readonly deletions: number;
  /**
   * A run has begun to emit the whole dataset, as of this sync count, and it or a later one may have broken off. What was
   * removed since must then be emitted too, though a list from the beginning need not show it.
   */
  readonly telling?: number;
}

const isCount = (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 0;

/** Whether a position that was saved can be gone on from. */
export function isRecordsPosition(saved: { readonly [member: string]: unknown }): boolean {
  const { lastSyncCount, deletions, telling } = saved;
  return isCount(lastSyncCount) && isCount(deletions) && (telling === undefined || isCount(telling));
}

/** What to do next: emit a change, or save a position. */
export type RecordsEffect =
  { readonly emit: RecordChange; readonly deletions: number } | { readonly save: RecordsPosition };

/** A record as it is now, or that it was removed, or that the whole dataset was deleted. */
export type RecordChange = DatasetOfIdentity & Record & { Change: 'updated' | 'removed' | 'datasetDeleted' };

/** AWS's words for a sync count that the dataset has not reached, so that it must be another one than before. */
const NO_SUCH_COUNT = 'No such SyncCount';

/** Lists what has changed; undefined when the dataset has never had this sync count. */
async function listSince(client: CognitoSync, dataset: DatasetOfIdentity, count: number) {
  try {
    return await wholeDataset(client, dataset, count);
  } catch (error) {
    const isNone = error instanceof ConnectorError && error.status === 400 && error.text.startsWith(NO_SUCH_COUNT);
    if (isNone) return undefined;
    throw error;
  }
}

const isAnotherDataset = (now: WholeDataset | undefined, count: number): boolean =>
  count > 0 && (!now || !now.exists || now.deletedSince || now.syncCount < count);

/** By sync count, which is the order in which the records got their present values. */
function inOrder(records: Iterable<Record>): Record[] {
  const key = ({ Key = '' }: Record) => Key;
  return [...records].sort((a, b) => (a.SyncCount ?? 0) - (b.SyncCount ?? 0) || (key(a) < key(b) ? -1 : 1));
}

/**
 * Reads what has changed in a dataset since a position and says, step by step, what to emit and when to save which
 * position, so that a run may break off after any step: the next one repeats changes, but loses none. Changes come in the
 * order of sync counts. A dataset that was deleted is reported as such, and one that was made anew is emitted from its beginning.
 * Holds all changes in memory: at most one dataset, 1 MB by AWS's default quota.
 * @throws ConnectorError
 */
export async function* recordChanges(
  client: CognitoSync,
  { IdentityPoolId, IdentityId, DatasetName }: DatasetOfIdentity,
  position: RecordsPosition,
): AsyncGenerator<RecordsEffect, void, void> {
  const dataset = { IdentityPoolId, IdentityId, DatasetName };
  let { telling } = position;
  const from = telling ?? position.lastSyncCount;
  let { deletions } = position;
  const earlier = telling === undefined ? undefined : await wholeDataset(client, dataset);
  let now = await listSince(client, dataset, from);
  let records = new Map([...(earlier?.records ?? []), ...(now?.records ?? [])]);
  let isWhole = from === 0 || telling !== undefined;
  if (!now || isAnotherDataset(now, from)) {
    deletions++;
    yield { emit: { Change: 'datasetDeleted', ...dataset, SyncCount: from }, deletions };
    now = await wholeDataset(client, dataset);
    records = new Map(now.records);
    isWhole = true;
    telling = undefined;
  }
  const { exists, syncCount } = now;
  const reached: RecordsPosition = { lastSyncCount: exists ? syncCount : 0, deletions };
  // A dataset that a merge of identities brought has records of higher counts than its own, listed at every look.
  if (isWhole || syncCount !== from) {
    // An earlier run that broke off may have emitted what was removed before this run began, so its count stays.
    if (isWhole && records.size > 0) yield { save: { lastSyncCount: 0, deletions, telling: telling ?? syncCount } };
    for (const record of inOrder(records.values())) {
      const Change = record.Value === undefined ? 'removed' : 'updated';
      yield { emit: { Change, ...dataset, ...record }, deletions };
    }
  }
  yield { save: reached };
}
