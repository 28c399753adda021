import { createHash } from 'node:crypto';
import type { Dataset } from './model';

/** How far the changes of an identity's datasets have been told. Small enough for a snapshot, whatever the quotas are. */
export interface DatasetsPosition {
  /** `<name> <mark>` for each dataset, the newest first; no name holds a space. */
  readonly known: readonly string[];
  /** Datasets that had no room above: all that were modified last at this time or before, epoch ms. */
  readonly until?: number;
}

export type DatasetChange = Dataset & { Change: 'created' | 'updated' | 'deleted' };

/** A change with what tells it from all others of the dataset. */
export interface MarkedChange {
  readonly body: DatasetChange;
  readonly mark: string;
}

/** 20 datasets, AWS's default quota, take at most 3.0 KB even with names of 128 characters. */
const ROOM_BYTES = 4_200;
/** Quotes and comma in JSON. */
const OVERHEAD_BYTES = 3;

const modifiedAt = ({ LastModifiedDate = '' }: Dataset): number => Date.parse(LastModifiedDate) || 0;

/**
 * The state of a dataset in a few characters: when it was modified last, in ms and base 36, and a digest of what else the
 * list shows, so that a second write within the same millisecond is noticed by what it did.
 */
export function markOf(dataset: Dataset): string {
  const { NumRecords, DataStorage, LastModifiedBy } = dataset;
  const digest = createHash('sha256').update([NumRecords, DataStorage, LastModifiedBy].join(' ')).digest('hex');
  return `${modifiedAt(dataset).toString(36)}.${digest.slice(0, 6)}`;
}

const timeOf = (mark: string): number => parseInt(mark, 36);

function positionOf(datasets: readonly Dataset[]): DatasetsPosition {
  const newestFirst = [...datasets].sort((a, b) => modifiedAt(b) - modifiedAt(a));
  const known: string[] = [];
  let room = ROOM_BYTES;
  for (const dataset of newestFirst) {
    const entry = `${dataset.DatasetName} ${markOf(dataset)}`;
    room -= entry.length + OVERHEAD_BYTES;
    if (room < 0) return { known, until: modifiedAt(dataset) };
    known.push(entry);
  }
  return { known };
}

/**
 * Compares an identity's datasets with those of a position; pure. Deletions come first, then changes in the order of
 * modification. A dataset that was deleted and made anew since is both. Where the names do not fit into a snapshot, new
 * and changed datasets are still all told, but not the deletion of the oldest.
 */
export function datasetChanges(
  listed: readonly Dataset[],
  { known, until }: DatasetsPosition,
): { changes: MarkedChange[]; position: DatasetsPosition } {
  const before = new Map(known.map((entry) => entry.split(' ') as [string, string]));
  const gone = new Map(before);
  const deleted: MarkedChange[] = [];
  const changed: MarkedChange[] = [];
  const deletion = (DatasetName: string, mark: string) => {
    const LastModifiedDate = new Date(timeOf(mark)).toISOString();
    deleted.push({ body: { Change: 'deleted', DatasetName, LastModifiedDate }, mark });
  };
  for (const dataset of [...listed].sort((a, b) => modifiedAt(a) - modifiedAt(b))) {
    const { DatasetName = '', CreationDate = '' } = dataset;
    const mark = markOf(dataset);
    const old = before.get(DatasetName);
    const createdAt = Date.parse(CreationDate) || 0;
    gone.delete(DatasetName);
    if (old === mark || (old === undefined && modifiedAt(dataset) <= (until ?? -1))) continue;
    if (old !== undefined && createdAt > timeOf(old)) deletion(DatasetName, old);
    const isNew = old === undefined ? createdAt > (until ?? -1) : createdAt > timeOf(old);
    changed.push({ body: { Change: isNew ? 'created' : 'updated', ...dataset }, mark });
  }
  for (const [name, mark] of gone) deletion(name, mark);
  return { changes: [...deleted, ...changed], position: positionOf(listed) };
}
