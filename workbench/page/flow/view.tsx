import { useLayoutEffect } from 'preact/hooks';
import type { FlowStep, StepInfo } from '../../protocol';
import { start } from '../state';
import { StepFields } from '../steps/step-fields';
import { Button } from '../ui/controls';
import { Editor } from '../ui/editor';
import { open, save } from '../ui/file';
import { Icon } from '../ui/icon';
import { JsonView } from '../ui/json-view';
import { confirmLive } from '../live';
import { flowVerdict } from './runs';
import { Results } from './results';
import * as flow from './state';

const infoOf = (id: string): StepInfo | undefined => start.value?.steps.find((step) => step.id === id);

/** A strip of steps that carries messages through, as a flow does. */
export function FlowView() {
  // Before the next key, which may run the flow.
  useLayoutEffect(() => {
    if (flow.steps.value.length === 0 && start.value) flow.steps.value = flow.firstFlow(start.value.pool);
  }, []);
  const step = flow.step.value;
  return (
    <div class="flow-view">
      <h1 class="hidden">Flow</h1>
      <Toolbar />
      <ol class="strip" aria-label="Steps of the flow">
        {flow.steps.value.map((each, index) => (
          <Card key={index} step={each} index={index} />
        ))}
        {flow.steps.value.length < flow.MAX_STEPS && (
          <li>
            <Button icon="plus" onClick={flow.add}>
              Add a step
            </Button>
          </li>
        )}
      </ol>
      {step && <Details key={flow.current.value} step={step} index={flow.current.value} />}
    </div>
  );
}

/** Runs the flow, after a question for each step that would write to AWS. */
export async function runGuarded(): Promise<void> {
  for (const { step, pinned } of flow.steps.value) if (!pinned && !(await confirmLive(step))) return;
  await flow.runFlow();
}

function Toolbar() {
  const load = async () => {
    try {
      const text = await open('.json');
      if (text === undefined) return;
      flow.steps.value = flow.flowFrom(text);
      flow.stepRuns.value = [];
      flow.current.value = 0;
      flow.problem.value = undefined;
    } catch (error) {
      flow.problem.value = error instanceof Error ? error.message : String(error);
    }
  };
  const isRunning = flow.status.value === 'running';
  return (
    <header class="toolbar">
      {isRunning ? (
        <Button kind="danger" icon="stop" keys="Esc" onClick={flow.stopFlow}>
          Stop
        </Button>
      ) : (
        <Button kind="primary" icon="play" keys="Ctrl ⏎" onClick={() => void runGuarded()}>
          Run the flow
        </Button>
      )}
      <span class="note" role="status">
        {flow.status.value === 'done'
          ? flowVerdict(flow.stepRuns.value)
          : { idle: 'Nothing has run yet.', running: 'Running…', stopped: 'Stopped.' }[flow.status.value]}
      </span>
      {flow.problem.value !== undefined && (
        <span class="problem" role="alert">
          {flow.problem.value}
        </span>
      )}
      <span class="spacer" />
      <Button icon="upload" onClick={() => void load()}>
        Load…
      </Button>
      <Button icon="download" onClick={() => save('flow.json', JSON.stringify({ flow: flow.steps.value }, null, 2))}>
        Save
      </Button>
    </header>
  );
}

function summaryOf(index: number, step: FlowStep): string {
  if (step.pinned) return `pinned · ${step.pinned.length} ${step.pinned.length === 1 ? 'message' : 'messages'}`;
  const run = flow.stepRuns.value[index];
  if (!run) return 'not run';
  const failed = run.outcomes.filter(({ error, rebound }) => error ?? rebound).length;
  const out = flow.emittedOf(index).length;
  return `${run.outcomes.length} in · ${out} out${failed > 0 ? ` · ${failed} failed` : ''}`;
}

function Card({ step, index }: { readonly step: FlowStep; readonly index: number }) {
  const run = flow.stepRuns.value[index];
  const failed = run?.outcomes.some(({ error, rebound }) => error ?? rebound);
  const tone = !run || step.pinned ? '' : failed ? 'bad' : run.outcomes.length < run.messages ? 'busy' : 'ok';
  return (
    <li>
      {index > 0 && <Icon name="arrow" />}
      <button
        type="button"
        class="card"
        aria-current={index === flow.current.value ? 'step' : undefined}
        onClick={() => (flow.current.value = index)}
      >
        <span class="card-number">{index + 1}</span>
        <span class="card-text">
          <strong>{infoOf(step.step)?.title ?? step.step}</strong>
          <span class="note">{summaryOf(index, step)}</span>
        </span>
        {step.pinned ? <Icon name="pin" /> : tone && <span class={`dot ${tone}`} />}
      </button>
    </li>
  );
}

function Details({ step, index }: { readonly step: FlowStep; readonly index: number }) {
  const info = infoOf(step.step);
  const isTrigger = info?.kind === 'trigger';
  const groups = (['trigger', 'action'] as const).filter((kind) => kind === 'action' || index === 0);
  return (
    <div class="flow-columns">
      <section class="pane" aria-label="Step">
        <div class="scroll">
          <div class="column">
            <div class="field">
              <label for="flow-step">Step {index + 1}</label>
              <select
                id="flow-step"
                value={step.step}
                onChange={(event) => flow.change(index, { step: event.currentTarget.value, fields: {} })}
              >
                {groups.map((kind) => (
                  <optgroup key={kind} label={kind === 'trigger' ? 'Triggers' : 'Actions'}>
                    {start.value?.steps
                      .filter((each) => each.kind === kind)
                      .map(({ id, title }) => (
                        <option key={id} value={id}>
                          {title}
                        </option>
                      ))}
                  </optgroup>
                ))}
              </select>
            </div>
            <div class="row">
              <Button
                icon="pin"
                pressed={step.pinned !== undefined}
                disabled={!step.pinned && flow.emittedOf(index).length === 0}
                onClick={() => flow.togglePin(index)}
              >
                {step.pinned ? 'Pinned' : 'Pin the output'}
              </Button>
              <Button kind="quiet" disabled={flow.steps.value.length === 1} onClick={() => flow.remove(index)}>
                Remove the step
              </Button>
            </div>
            {info && (
              <StepFields
                step={info}
                values={step.fields}
                onChange={(fields) => flow.change(index, { fields })}
                form={`flow-${index}`}
              />
            )}
          </div>
        </div>
      </section>
      <section class="pane" aria-label="Mapping and sample">
        <div class="scroll">
          <div class="column">
            {isTrigger ? (
              <p class="note">A trigger gets an empty message from the scheduler: there is nothing to map.</p>
            ) : (
              <Mapping step={step} index={index} />
            )}
          </div>
        </div>
      </section>
      <section class="pane result" aria-label="Result of the step">
        <div class="scroll" tabIndex={0} role="region" aria-label="Messages">
          <div class="column">
            <Results index={index} />
          </div>
        </div>
      </section>
    </div>
  );
}

function Mapping({ step, index }: { readonly step: FlowStep; readonly index: number }) {
  const [sample] = index === 0 ? [{ id: '', body: {} }] : flow.emittedOf(index - 1);
  return (
    <div class="mapping">
      <div>
        <h2 class="overline">Mapping, in JSONata</h2>
        <Editor
          label={`Mapping of step ${index + 1}`}
          language="jsonata"
          text={step.expression}
          onChange={(expression) => flow.change(index, { expression })}
          onRun={() => void runGuarded()}
        />
        <p class="note">
          $getPassthrough().step_1.body is what step 1 emitted. The platform’s own functions, such as $moment, are
          missing here.
        </p>
      </div>
      <div>
        <h2 class="overline">Sample: what step {index || 'before'} emitted</h2>
        {sample ? (
          <JsonView value={sample.body} label="Sample" />
        ) : (
          <p class="empty">Run the flow to see what comes in.</p>
        )}
      </div>
    </div>
  );
}
