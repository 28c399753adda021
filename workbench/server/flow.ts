import { randomUUID } from 'node:crypto';
import type { FlowEvent, FlowMessage, FlowStep, Mapping, Outcome } from '../protocol';

/** How a message is delivered to a step. */
export type Deliver = (
  step: FlowStep,
  message: { readonly id: string; readonly mapping: Mapping },
) => Promise<Omit<Outcome, 'id' | 'deliveries'>>;

/** A message on its way, with what the steps before it emitted. */
interface Travelling extends FlowMessage {
  readonly passthrough: Readonly<Record<string, unknown>>;
}

/** More messages than these are not carried on from a step. */
export const MAX_MESSAGES = 50;
/** The platform delivers a rebound message ten times at most, after 15 s and then twice as long each time; here at once, and thrice. */
const MAX_DELIVERIES = 3;

/**
 * Carries messages through a flow, step by step, as the platform does: each emitted message goes on under its own id, one without an
 * id gets a random one; a message that was rebound, or whose process ended, is delivered again; a failed one is left behind and the
 * others go on.
 */
export async function carry(
  flow: readonly FlowStep[],
  deliver: Deliver,
  onEvent: (event: FlowEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  let travelling: readonly Travelling[] = [{ id: randomUUID(), body: {}, passthrough: {} }];
  for (const [index, step] of flow.entries()) {
    if (signal.aborted) return;
    const name = `step_${index + 1}`;
    if (step.pinned) {
      const emitted = step.pinned.map((body) => ({ id: randomUUID(), body }));
      onEvent({ type: 'pinned', step: index, emitted });
      travelling = emitted.map((message) => ({ ...message, passthrough: { [name]: { body: message.body } } }));
      continue;
    }
    const carried = travelling.slice(0, MAX_MESSAGES);
    onEvent({ type: 'begin', step: index, messages: carried.length, left: travelling.length - carried.length });
    const next: Travelling[] = [];
    for (const message of carried) {
      const outcome = await deliverUntilTaken(step, message, deliver, signal);
      if (signal.aborted) return;
      onEvent({ type: 'outcome', step: index, outcome });
      for (const { id, body } of outcome.emitted) {
        next.push({ id: id || randomUUID(), body, passthrough: { ...message.passthrough, [name]: { body } } });
      }
    }
    travelling = next;
  }
  onEvent({ type: 'done' });
}

async function deliverUntilTaken(
  step: FlowStep,
  { id, body, passthrough }: Travelling,
  deliver: Deliver,
  signal: AbortSignal,
): Promise<Outcome> {
  const mapping = { expression: step.expression, sample: body, passthrough };
  const emitted: FlowMessage[] = [];
  let [calls, ms] = [0, 0];
  for (let deliveries = 1; ; deliveries++) {
    const outcome = await deliver(step, { id, mapping });
    // What was emitted before a rebound or a crash has left: the step after gets it, and may get it twice.
    emitted.push(...outcome.emitted);
    calls += outcome.calls;
    ms += outcome.ms;
    const isTaken = outcome.rebound === undefined && outcome.error?.kind !== 'crashed';
    if (isTaken || deliveries === MAX_DELIVERIES || signal.aborted) {
      return { id, deliveries, ...outcome, emitted, calls, ms };
    }
  }
}
