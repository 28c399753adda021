import { isObject } from '../../lib/shape';
import type { FlowMessage, FlowStep, Outcome, RunEvent } from '../protocol';
import { carry, type Deliver } from './flow';
import { BadInput, type Input, type Route } from './http';
import { jobOf, mainOf, stepAndFields, type Workbench } from './routes';

const MAX_STEPS = 5;

/** The calls of the page about flows and exports. */
export function flowRoutes(bench: Workbench): Readonly<Record<string, Route>> {
  let place: unknown;
  return {
    'flow/run': (input, { write, signal }) => {
      const flow = flowOf(bench, input);
      return carry(flow, deliverVia(bench, signal), write, signal);
    },
    'export/run': ({ pool, resume }, { write, signal }) => {
      if (typeof pool !== 'string') throw new BadInput('pool must be text');
      if (resume !== true) place = undefined;
      const cfg = { ...bench.credential.values, IdentityPoolId: pool };
      const job = jobOf(bench, { kind: 'export', cfg, ...(place !== undefined && { snapshot: place }) });
      // The place stays here, so that an export that is stopped can go on.
      const onEvent = (event: RunEvent) => {
        if (event.type === 'emit') place = event.payload;
        else write(event);
      };
      return bench.runs.run(job, onEvent, signal);
    },
  };
}

function flowOf({ component }: Workbench, { flow }: Input): FlowStep[] {
  if (!Array.isArray(flow) || flow.length === 0 || flow.length > MAX_STEPS) {
    throw new BadInput(`flow must be a list of 1 to ${MAX_STEPS} steps`);
  }
  return flow.map((given: unknown) => {
    if (!isObject(given)) throw new BadInput('a step of the flow must be an object');
    const { step, fields } = stepAndFields(component, given);
    const { expression, pinned } = given;
    if (typeof expression !== 'string') throw new BadInput('expression must be text');
    if (pinned !== undefined && !Array.isArray(pinned)) throw new BadInput('pinned must be a list of bodies');
    return { step: step.id, fields, expression, ...(pinned && { pinned }) };
  });
}

/** Delivers a message by a process of its own, and gathers what came of it. */
function deliverVia(bench: Workbench, signal: AbortSignal): Deliver {
  const { component, credential, runs } = bench;
  return async ({ step, fields }, { id, mapping }) => {
    const isTrigger = component.steps.find((known) => known.id === step)?.kind === 'trigger';
    const emitted: FlowMessage[] = [];
    let outcome: Omit<Outcome, 'id' | 'deliveries'> = { emitted, calls: 0, ms: 0 };
    const onEvent = (event: RunEvent) => {
      switch (event.type) {
        case 'mapped':
          outcome = { ...outcome, mapped: event.body };
          break;
        case 'sent':
          outcome = { ...outcome, calls: outcome.calls + 1 };
          break;
        case 'emit':
          if (event.event === 'data') emitted.push(event.payload as FlowMessage);
          if (event.event === 'rebound') {
            outcome = { ...outcome, rebound: (event.payload as { message?: string }).message ?? 'rebound' };
          }
          break;
        case 'end':
          outcome = { ...outcome, ms: event.ms, ...(event.error && { error: event.error }) };
      }
    };
    const message = isTrigger ? { message: { id, body: {} } } : { message: { id }, mapping };
    const cfg = { ...credential.values, ...fields };
    const job = jobOf(bench, { kind: 'run', step, main: mainOf(component, step), cfg, ...message });
    await runs.run(job, onEvent, signal);
    return {
      ...outcome,
      emitted: emitted.map(({ id: own, body }) => ({ id: own, body })),
    };
  };
}
