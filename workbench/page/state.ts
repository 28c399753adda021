import { batch, computed, signal } from '@preact/signals';
import type { CredentialInfo, RunEvent, RunRequest, Start, StepInfo } from '../protocol';
import { CallFailure, call, stream } from './api';
import { firstDraft, messageOf, type Draft } from './draft';
import { newRun, withEvents, type Run } from './run-state';

/** What the page shows, and what changes it. */

export const VIEWS = ['Steps', 'Data', 'Faults', 'Flow', 'Export'] as const;
export type View = (typeof VIEWS)[number];

export const start = signal<Start | undefined>(undefined);
export const failure = signal<CallFailure | undefined>(undefined);
export const view = signal<View>('Steps');
/** The step that the page opens with. */
export const FIRST_STEP = 'UpsertRecords';
export const stepId = signal(FIRST_STEP);
export const drafts = signal<Readonly<Record<string, Draft>>>({});
export const runs = signal<Readonly<Record<string, Run>>>({});
export const credential = computed(() => start.value?.credential);
export const singleKeys = signal(true);

export const step = computed((): StepInfo | undefined => start.value?.steps.find(({ id }) => id === stepId.value));
export const run = computed((): Run | undefined => runs.value[stepId.value]);

export const draft = computed((): Draft | undefined => {
  if (!step.value || !start.value) return undefined;
  return drafts.value[step.value.id] ?? firstDraft(step.value, start.value.pool);
});

export function edit(change: Partial<Draft>): void {
  if (!draft.value) return;
  drafts.value = { ...drafts.value, [stepId.value]: { ...draft.value, ...change } };
}

/** Shows a failure that concerns the whole page; returns whether it was one. */
export function noteFailure(error: unknown): boolean {
  if (!(error instanceof CallFailure) || error.kind === 'refused') return false;
  failure.value = error;
  return true;
}

export async function load(): Promise<void> {
  try {
    start.value = await call<Start>('start');
  } catch (error) {
    if (!noteFailure(error)) throw error;
  }
}

export async function chooseCredential(input: object): Promise<void> {
  const info = await call<CredentialInfo>('credential', input);
  if (start.value) start.value = { ...start.value, credential: info };
}

/** Of each step that runs, what stops it. */
const stopping = new Map<string, AbortController>();

export interface RunOptions {
  /** Delivers what the last run got once more: the same message under its id, and the snapshot that was there before. */
  readonly again?: boolean;
}

/** Runs the step that is shown; the last run's outcome is replaced. */
export async function runStep({ again }: RunOptions = {}): Promise<void> {
  const [current, filled, before] = [step.value, draft.value, run.value];
  if (!current || !filled || before?.status === 'running') return;
  const request = again && before ? before.request : requestOf(current, filled);
  const control = new AbortController();
  stopping.set(current.id, control);
  runs.value = { ...runs.value, [current.id]: newRun(request) };
  const change = (next: (run: Run) => Run) => {
    const known = runs.value[current.id];
    if (known?.request === request) runs.value = { ...runs.value, [current.id]: next(known) };
  };
  const onLines = (events: readonly RunEvent[]) => change((known) => withEvents(known, events));
  try {
    await stream('run', request, onLines, control.signal);
  } catch (error) {
    if (!control.signal.aborted && !noteFailure(error)) {
      const message = error instanceof Error ? error.message : String(error);
      change((known) => ({ ...known, status: 'ended', error: { kind: 'thrown', message } }));
    }
  } finally {
    if (control.signal.aborted) change((known) => ({ ...known, status: 'stopped' }));
    stopping.delete(current.id);
    settle(current, filled);
  }
}

/** What a run of a step as it is filled in is to do. */
const requestOf = (current: StepInfo, filled: Draft): RunRequest => ({
  step: current.id,
  fields: filled.fields,
  id: crypto.randomUUID(),
  ...messageOf(current, filled),
  ...(filled.snapshot !== undefined && { snapshot: filled.snapshot }),
});

/** Shows an error where the output would be, and what a trigger saved is what its next run begins with. */
function settle({ id }: StepInfo, filled: Draft): void {
  const ended = runs.value[id];
  const saved = ended?.snapshot;
  if (id === stepId.value && resultTab.value === 'Output' && (ended?.error || ended?.rebound !== undefined))
    resultTab.value = 'Error';
  if (saved !== undefined)
    drafts.value = { ...drafts.value, [id]: { ...(drafts.value[id] ?? filled), snapshot: saved } };
}

/** Stops the run of the step that is shown. */
export function stopRun(): void {
  stopping.get(stepId.value)?.abort();
}

export const resultTab = signal('Output');

/** The first minute: a write whose answer is lost on the way back. */
export async function tryLostAnswer(): Promise<void> {
  const known = start.value;
  const upsert = known?.steps.find(({ id }) => id === FIRST_STEP);
  if (!known || !upsert) return;
  await chooseCredential({ mode: 'local' });
  await call('faults/next', { kind: 'reset-after', operation: 'UpdateRecords' });
  const example = firstDraft(upsert, known.pool);
  batch(() => {
    stepId.value = upsert.id;
    resultTab.value = 'Calls';
    // An identity of its own each time, so that the write is the first one.
    const body = { ...example.body, IdentityId: `${known.region}:${crypto.randomUUID()}` };
    drafts.value = { ...drafts.value, [upsert.id]: { ...example, body } };
  });
  await runStep();
}
