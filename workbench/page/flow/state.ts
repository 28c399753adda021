import { computed, signal } from '@preact/signals';
import type { FlowEvent, FlowMessage, FlowStep } from '../../protocol';
import { stream } from '../api';
import { noteFailure, start } from '../state';
import { withFlowEvent, type StepRun } from './runs';

/** A flow of a few steps and what its last run brought. */

export const MAX_STEPS = 5;

export const steps = signal<readonly FlowStep[]>([]);
export const current = signal(0);
export const stepRuns = signal<readonly (StepRun | undefined)[]>([]);
export const status = signal<'idle' | 'running' | 'done' | 'stopped'>('idle');
export const problem = signal<string | undefined>(undefined);

const IDENTITY = 'us-east-1:87654321-4321-4321-4321-210987654321';

/** A flow to begin with: what changes in one dataset is copied to another, and listed there. */
export function firstFlow(pool: string): FlowStep[] {
  return [
    {
      step: 'GetNewAndUpdatedRecords',
      fields: { IdentityPoolId: pool, IdentityId: IDENTITY, DatasetName: 'profile' },
      expression: '{}',
    },
    {
      step: 'UpsertRecords',
      fields: {},
      expression:
        '{\n  "IdentityPoolId": IdentityPoolId,\n  "IdentityId": IdentityId,\n  "DatasetName": "copy",\n  "Records": [{ "Key": Key, "Value": Value }]\n}',
    },
    {
      step: 'ListRecords',
      fields: {},
      expression:
        '{\n  "IdentityPoolId": IdentityPoolId,\n  "IdentityId": IdentityId,\n  "DatasetName": DatasetName\n}',
    },
  ];
}

export const step = computed(() => steps.value[current.value]);

/** What a step emitted in the last run, or is pinned to. */
export function emittedOf(index: number): readonly FlowMessage[] {
  const run = stepRuns.value[index];
  return run?.pinned ?? run?.outcomes.flatMap(({ emitted }) => emitted) ?? [];
}

export function change(index: number, changed: Partial<FlowStep>): void {
  steps.value = steps.value.map((each, at) => (at === index ? { ...each, ...changed } : each));
}

/** Pins a step to what it emitted, so that it is not run again, or lets it run again. */
export function togglePin(index: number): void {
  const known = steps.value[index];
  if (!known) return;
  const { pinned, ...rest } = known;
  const next = pinned ? rest : { ...rest, pinned: emittedOf(index).map(({ body }) => body) };
  steps.value = steps.value.map((each, at) => (at === index ? next : each));
}

export function add(): void {
  const last = start.value?.steps.find(({ id }) => id === 'ListDatasets');
  if (!last || steps.value.length >= MAX_STEPS) return;
  steps.value = [...steps.value, { step: last.id, fields: {}, expression: '$' }];
  current.value = steps.value.length - 1;
}

export function remove(index: number): void {
  steps.value = steps.value.filter((_, at) => at !== index);
  stepRuns.value = stepRuns.value.slice(0, index);
  current.value = Math.max(0, Math.min(current.value, steps.value.length - 1));
}

let stopping: AbortController | undefined;

export async function runFlow(): Promise<void> {
  if (status.value === 'running') return;
  const control = new AbortController();
  stopping = control;
  status.value = 'running';
  stepRuns.value = [];
  problem.value = undefined;
  try {
    const onLines = (events: readonly FlowEvent[]) => {
      stepRuns.value = events.reduce(withFlowEvent, stepRuns.value);
    };
    await stream<FlowEvent>('flow/run', { flow: steps.value }, onLines, control.signal);
    status.value = 'done';
  } catch (error) {
    status.value = 'stopped';
    if (control.signal.aborted || noteFailure(error)) return;
    problem.value = error instanceof Error ? error.message : String(error);
  }
}

export const stopFlow = () => stopping?.abort();

/** Reads a flow from a file that this page saved. @throws Error saying what it is instead */
export function flowFrom(text: string): readonly FlowStep[] {
  const parsed = JSON.parse(text) as { readonly flow?: unknown };
  const { flow } = parsed;
  if (!Array.isArray(flow) || flow.length === 0 || flow.length > MAX_STEPS) {
    throw new Error(`Expected a file with a flow of 1 to ${MAX_STEPS} steps`);
  }
  return flow.map((given: Partial<FlowStep>, index) => {
    const known = start.value?.steps.some(({ id }) => id === given.step);
    if (!known || given.step === undefined) throw new Error(`Step ${index + 1} names no step of this component`);
    const { step: id, fields = {}, expression = '$', pinned } = given;
    return { step: id, fields, expression, ...(Array.isArray(pinned) && { pinned: pinned as unknown[] }) };
  });
}
