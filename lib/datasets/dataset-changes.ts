import { createHash } from 'node:crypto';
import type { Dataset } from '../cognito-sync/model';

/** How far the changes of an identity's datasets have been emitted. Small enough for a snapshot, whatever the quotas are. */
export interface DatasetsPosition {
  /**
   * `<name> <mark>` for each dataset, the newest first; no name holds a space. A mark with `+` in front is of a dataset
   * whose creation a run was about to emit, and may have emitted.
   */
  readonly known: readonly string[];
  /** Datasets that had no room above: all that were modified last at this time or before, epoch ms. */
  readonly until?: number;
}

export type DatasetChange = Dataset & { Change: 'created' | 'updated' | 'deleted' };

/**
 * What to do next: emit a change, with the mark that distinguishes it from all others of the dataset, or save a position.
 */
export type DatasetsStep =
  { readonly emit: DatasetChange; readonly mark: string } | { readonly save: DatasetsPosition };

/** 20 datasets, AWS's default quota, take at most 3 KB even with names of 128 characters. */
const ROOM_BYTES = 4_200;
const EMITTING = '+';
/** Quotes and comma in JSON. */
const OVERHEAD_BYTES = 3;

type Named = Dataset & { readonly DatasetName: string };
/** A dataset without a name could neither be distinguished from others nor be read. */
const isNamed = (dataset: Dataset): dataset is Named => Boolean(dataset.DatasetName);

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

function positionOf(datasets: readonly Named[], mark: (dataset: Named) => string): DatasetsPosition {
  const newestFirst = [...datasets].sort((a, b) => modifiedAt(b) - modifiedAt(a));
  const known: string[] = [];
  let room = ROOM_BYTES;
  for (const dataset of newestFirst) {
    const entry = `${dataset.DatasetName} ${mark(dataset)}`;
    room -= entry.length + OVERHEAD_BYTES;
    if (room < 0) return { known, until: modifiedAt(dataset) };
    known.push(entry);
  }
  return { known };
}

/**
 * Compares an identity's datasets with those of a position and says, step by step, what to emit and when to save which
 * position; pure. A run may break off after any step: the next one repeats changes, but loses none. Deletions come first,
 * then changes in the order of modification. A dataset that was deleted and made anew since is both. Where the names do
 * not fit into a snapshot, new and changed datasets are still all emitted, but not each deletion.
 */
export function* datasetChanges(
  listed: readonly Dataset[],
  { known, until = -1 }: DatasetsPosition,
): Generator<DatasetsStep, void, void> {
  const before = new Map(known.map((entry) => entry.split(' ') as [string, string]));
  const gone = new Map(before);
  const created = new Map<string, string>();
  const changes: DatasetsStep[] = [];
  const named = listed.filter(isNamed);
  for (const dataset of [...named].sort((a, b) => modifiedAt(a) - modifiedAt(b))) {
    const { DatasetName, CreationDate = '' } = dataset;
    const mark = markOf(dataset);
    const old = before.get(DatasetName);
    const createdAt = Date.parse(CreationDate) || 0;
    const isAnother = createdAt > (old === undefined ? until : timeOf(old));
    if (!isAnother) gone.delete(DatasetName);
    if (old === mark || (old === undefined && modifiedAt(dataset) <= until)) continue;
    const isNew = isAnother || old?.startsWith(EMITTING);
    if (isNew) created.set(DatasetName, mark);
    changes.push({ emit: { Change: isNew ? 'created' : 'updated', ...dataset }, mark });
  }
  for (const [DatasetName, mark] of gone) {
    yield { emit: { Change: 'deleted', DatasetName, LastModifiedDate: new Date(timeOf(mark)).toISOString() }, mark };
  }
  const position = positionOf(named, markOf);
  if (created.size > 0 && position.until === undefined && until === -1) {
    yield {
      save: positionOf(named, (dataset) => {
        const { DatasetName } = dataset;
        const mark = created.get(DatasetName);
        return mark === undefined ? (before.get(DatasetName) ?? markOf(dataset)) : `${EMITTING}${mark}`;
      }),
    };
  }
  yield* changes;
  yield { save: position };
}
