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

const isLeft = ({ error, rebound }: Outcome) => error !== undefined || rebound !== undefined;

/** How a flow went that has run to its end, in a sentence; pure. */
export function flowVerdict(runs: readonly (StepRun | undefined)[]): string {
  const failed = runs.flatMap((run) => run?.outcomes.filter(isLeft) ?? []).length;
  const tooMany = runs.reduce((sum, run) => sum + (run?.left ?? 0), 0);
  if (failed + tooMany > 0) {
    const reasons = [failed > 0 && `${failed} failed`, tooMany > 0 && `${tooMany} were too many`];
    return `Not every message has gone through: ${reasons.filter(Boolean).join(', ')}.`;
  }
  const silent = runs.findIndex(
    (run) => run && !run.pinned && run.outcomes.every(({ emitted }) => emitted.length === 0),
  );
  if (silent >= 0 && silent < runs.length - 1)
    return `Step ${silent + 1} emitted nothing, so nothing came to the next.`;
  return 'Every message has gone through.';
}
