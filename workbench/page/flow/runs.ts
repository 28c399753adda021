import type { FlowEvent, FlowMessage, Outcome } from '../../protocol';

/** What one step did in the last run. */
export interface StepRun {
  readonly messages: number;
  /** Messages that were too many to carry on. */
  readonly left: number;
  readonly outcomes: readonly Outcome[];
  readonly pinned?: readonly FlowMessage[];
}

/** The runs of the steps after one more event; pure. */
export function withFlowEvent(
  known: readonly (StepRun | undefined)[],
  event: FlowEvent,
): readonly (StepRun | undefined)[] {
  if (event.type === 'done') return known;
  const next = [...known];
  const before = known[event.step] ?? { messages: 0, left: 0, outcomes: [] };
  if (event.type === 'begin') next[event.step] = { messages: event.messages, left: event.left, outcomes: [] };
  else if (event.type === 'pinned') next[event.step] = { messages: 0, left: 0, outcomes: [], pinned: event.emitted };
  else next[event.step] = { ...before, outcomes: [...before.outcomes, event.outcome] };
  return next;
}
