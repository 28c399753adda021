import type { Record } from '../cognito-sync/model';
import { isObject } from '../shape';
import type { ExportedIdentity, Skipped } from './read-pool';

/** What an export has delivered so far. It stays small however long it runs, since a snapshot holds it. */
export interface ExportTotals {
  readonly Identities: number;
  readonly Datasets: number;
  /** Records with a value. */
  readonly Records: number;
  /** Records emitted as removed. */
  readonly Removed: number;
  /** Of keys and values, in UTF-8. */
  readonly Bytes: number;
  /** Datasets not read, since they were not modified after the time asked for. */
  readonly Unchanged: number;
  readonly Skipped: readonly SkippedTotal[];
}

/** How often something was skipped for a reason, with the first example. */
export interface SkippedTotal extends Skipped {
  readonly Count: number;
}

export const noTotals: ExportTotals = {
  Identities: 0,
  Datasets: 0,
  Records: 0,
  Removed: 0,
  Bytes: 0,
  Unchanged: 0,
  Skipped: [],
};

const COUNTS = ['Identities', 'Datasets', 'Records', 'Removed', 'Bytes', 'Unchanged'] as const;

/** Whether what was saved are the totals of an export. */
export function isTotals(saved: unknown): saved is ExportTotals {
  if (!isObject(saved) || !COUNTS.every((name) => Number.isFinite(saved[name]))) return false;
  const { Skipped } = saved;
  return (
    Array.isArray(Skipped) &&
    Skipped.every((each) => isObject(each) && typeof each['Reason'] === 'string' && Number.isFinite(each['Count']))
  );
}

export const bytesOf = ({ Key = '', Value = '' }: Record): number => Buffer.byteLength(Key) + Buffer.byteLength(Value);

function addSkipped(totals: readonly SkippedTotal[], { Reason, Example }: Skipped): SkippedTotal[] {
  if (!totals.some((total) => total.Reason === Reason)) return [...totals, { Reason, Example, Count: 1 }];
  return totals.map((total) => (total.Reason === Reason ? { ...total, Count: total.Count + 1 } : total));
}

/** The totals with one more identity; pure. */
export function withIdentity(totals: ExportTotals, { datasets, unchanged, skipped }: ExportedIdentity): ExportTotals {
  let { Records, Removed, Bytes } = totals;
  for (const dataset of datasets) {
    for (const record of dataset.Records) {
      Bytes += bytesOf(record);
      if (record.Value === undefined) Removed++;
      else Records++;
    }
  }
  return {
    Identities: totals.Identities + 1,
    Datasets: totals.Datasets + datasets.length,
    Records,
    Removed,
    Bytes,
    Unchanged: totals.Unchanged + unchanged,
    Skipped: skipped.reduce<readonly SkippedTotal[]>(addSkipped, totals.Skipped),
  };
}
