import { createHash } from 'node:crypto';
import type { Dataset } from '../cognito-sync/model';

/** How far the changes of an identity's datasets have been emitted. Small enough for a snapshot, whatever the quotas are. */
export interface DatasetsPosition {
  /**
   * `<name> <mark>` for each dataset, the newest first; no name holds a space. A mark with `+` in front is of a dataset
   * whose creation a run was about to emit, and may have emitted.
   */
  readonly known: readonly string[];
  /** Datasets that had no room above: all whose latest date is this time or before, epoch ms. */
  readonly until?: number;
  /** Those of them that are of this very time, four characters each, so that others of the same time are noticed. */
  readonly ties?: string;
}

export type DatasetChange = Dataset & { Change: 'created' | 'updated' | 'deleted' };

/**
 * What to do next: emit a change, with the mark that distinguishes it from all others of the dataset, or save a position.
 */
export type DatasetsEffect =
  { readonly emit: DatasetChange; readonly mark: string } | { readonly save: DatasetsPosition };

/** 20 datasets, AWS's default quota, take at most 3 KB even with names of 128 characters. */
const ROOM_BYTES = 4_200;
const EMITTING = '+';
/** Quotes and comma in JSON. */
const OVERHEAD_BYTES = 3;

type Named = Dataset & { readonly DatasetName: string };
/** A dataset without a name could neither be distinguished from others nor be read. */
const isNamed = (dataset: Dataset): dataset is Named => Boolean(dataset.DatasetName);

const timeOf = (date = ''): number => Date.parse(date) || 0;
const createdAt = ({ CreationDate }: Dataset): number => timeOf(CreationDate);
/** The latest that is known of a dataset. Its modification may be dated before its creation, by another clock of AWS's. */
const latestOf = (dataset: Dataset): number => Math.max(timeOf(dataset.LastModifiedDate), createdAt(dataset));

/**
 * The state of a dataset in a few characters: when it was modified last, in ms and base 36, and a digest of what else the
 * list shows, so that a second write within the same millisecond is noticed by what it did.
 */
export function markOf(dataset: Dataset): string {
  const { NumRecords, DataStorage, LastModifiedBy, LastModifiedDate } = dataset;
  const latest = latestOf(dataset);
  const modified = timeOf(LastModifiedDate) === latest ? [] : [LastModifiedDate];
  const digest = digestOf([NumRecords, DataStorage, LastModifiedBy, ...modified].join(' '));
  return `${latest.toString(36)}.${digest.slice(0, 6)}`;
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Epoch ms; NaN for what is no mark. */
const timeOfMark = (mark: string): number => parseInt(mark, 36);

const LAST_DATE_MS = 8.64e15;

/** Whether a position that was saved can be gone on from. */
export function isDatasetsPosition(saved: { readonly [member: string]: unknown }): boolean {
  const { known, until, ties } = saved;
  const isKnown = (entry: unknown) => {
    const [name, mark = '', ...rest] = typeof entry === 'string' ? entry.split(' ') : [];
    return Boolean(name) && rest.length === 0 && Math.abs(timeOfMark(mark)) <= LAST_DATE_MS;
  };
  if (!Array.isArray(known) || !known.every(isKnown)) return false;
  return (until === undefined || Number.isFinite(until)) && (ties === undefined || typeof ties === 'string');
}

const TIE_CHARACTERS = 4;
const MAX_TIES = 120;
const tieOf = (dataset: Named): string =>
  digestOf(`${dataset.DatasetName} ${markOf(dataset)}`).slice(0, TIE_CHARACTERS);

/** Says of a dataset without a name in the position whether it was there when that was saved. */
function rememberedBy({ until = -1, ties }: DatasetsPosition): (dataset: Named) => boolean {
  const tied = new Set(ties?.match(/.{4}/g));
  return (dataset) => {
    const latest = latestOf(dataset);
    return latest < until || (latest === until && (ties === undefined || tied.has(tieOf(dataset))));
  };
}

function positionOf(datasets: readonly Named[], mark: (dataset: Named) => string): DatasetsPosition {
  const newestFirst = [...datasets].sort((a, b) => latestOf(b) - latestOf(a));
  const known: string[] = [];
  let room = ROOM_BYTES;
  for (const [index, dataset] of newestFirst.entries()) {
    const entry = `${dataset.DatasetName} ${mark(dataset)}`;
    room -= entry.length + OVERHEAD_BYTES;
    if (room < 0) {
      const until = latestOf(dataset);
      const ties = newestFirst.slice(index).filter((each) => latestOf(each) === until);
      return { known, until, ...(ties.length > MAX_TIES ? {} : { ties: ties.map(tieOf).join('') }) };
    }
    known.push(entry);
  }
  return { known };
}

/** What a position holds of a dataset while those that are new are emitted. */
function markWhileEmitting(
  dataset: Named,
  created: ReadonlyMap<string, string>,
  before: ReadonlyMap<string, string>,
): string {
  const mark = created.get(dataset.DatasetName);
  return mark === undefined ? (before.get(dataset.DatasetName) ?? markOf(dataset)) : `${EMITTING}${mark}`;
}

/**
 * Compares an identity's datasets with those of a position and says, step by step, what to emit and when to save which
 * position; pure. A run may break off after any step: the next one repeats changes, but loses none. Deletions come first,
 * then changes in the order of modification. A dataset that was deleted and made anew since is both. Where the names do
 * not fit into a snapshot, new and changed datasets are still all emitted, but not each deletion.
 */
export function* datasetChanges(
  listed: readonly Dataset[],
  from: DatasetsPosition,
): Generator<DatasetsEffect, void, void> {
  const { known, until = -1 } = from;
  const isRemembered = rememberedBy(from);
  const before = new Map(known.map((entry) => entry.split(' ') as [string, string]));
  const gone = new Map(before);
  const created = new Map<string, string>();
  const changes: DatasetsEffect[] = [];
  const named = listed.filter(isNamed);
  for (const dataset of [...named].sort((a, b) => latestOf(a) - latestOf(b))) {
    const { DatasetName } = dataset;
    const mark = markOf(dataset);
    const old = before.get(DatasetName);
    const isAnother = createdAt(dataset) > (old === undefined ? until : timeOfMark(old));
    if (!isAnother) gone.delete(DatasetName);
    if (old === mark || (old === undefined && isRemembered(dataset))) continue;
    const isNew = isAnother || old?.startsWith(EMITTING);
    if (isNew) created.set(DatasetName, mark);
    changes.push({ emit: { Change: isNew ? 'created' : 'updated', ...dataset }, mark });
  }
  for (const [DatasetName, mark] of gone) {
    yield {
      emit: { Change: 'deleted', DatasetName, LastModifiedDate: new Date(timeOfMark(mark)).toISOString() },
      mark,
    };
  }
  const position = positionOf(named, markOf);
  if (created.size > 0 && position.until === undefined && until === -1) {
    yield { save: positionOf(named, (dataset) => markWhileEmitting(dataset, created, before)) };
  }
  yield* changes;
  yield { save: position };
}
