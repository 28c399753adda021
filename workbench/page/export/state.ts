import { computed, signal } from '@preact/signals';
import type { Progress, RunEvent } from '../../protocol';
import { stream } from '../api';
import { noteFailure } from '../state';
import { thinned } from './rates';

/** How an export goes. */

export const points = signal<readonly Progress[]>([]);
export const status = signal<'idle' | 'running' | 'done' | 'stopped' | 'failed'>('idle');
export const problem = signal<string | undefined>(undefined);
export const pool = signal<string | undefined>(undefined);

export const latest = computed(() => points.value.at(-1));

/** Ms before a resume, so that its times go on from there. */
let before = 0;
let stopping: AbortController | undefined;

export async function runExport(id: string, resume: boolean): Promise<void> {
  if (status.value === 'running') return;
  const control = new AbortController();
  stopping = control;
  before = resume ? (latest.value?.ms ?? 0) : 0;
  if (!resume) points.value = [];
  pool.value = id;
  problem.value = undefined;
  status.value = 'running';
  const onLines = (events: readonly RunEvent[]) => {
    const added = events.flatMap((event) =>
      event.type === 'progress' ? [{ ...event.progress, ms: event.progress.ms + before }] : [],
    );
    points.value = thinned([...points.value, ...added]);
    const end = events.find((event) => event.type === 'end');
    if (!end) return;
    status.value = end.error ? 'failed' : 'done';
    problem.value = end.error?.message;
  };
  try {
    await stream<RunEvent>('export/run', { pool: id, resume }, onLines, control.signal);
  } catch (error) {
    if (!control.signal.aborted && !noteFailure(error))
      problem.value = error instanceof Error ? error.message : String(error);
  } finally {
    if (status.value === 'running') status.value = control.signal.aborted ? 'stopped' : 'failed';
  }
}

export const stopExport = () => stopping?.abort();
