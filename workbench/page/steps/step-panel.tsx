import { useSignal } from '@preact/signals';
import type { Field, Fields, StepInfo } from '../../protocol';
import { call } from '../api';
import { draft, edit, messageProblem, run, runStep, start, step, stopRun, tryLostAnswer } from '../state';
import { announce, Button, copy } from '../ui/controls';
import { confirmLive } from '../live';
import { commandOf } from './command';
import { FieldControl } from './field';
import { MessagePanel } from './message';

/** What one fills in for a step, and the buttons that run it. */
export function StepPanel() {
  const [current, filled] = [step.value, draft.value];
  if (!current || !filled) return null;
  return (
    <section class="step-panel" aria-label={current.title}>
      <div class="scroll" key={current.id}>
        <div class="column">
          <Heading step={current} />
          <StepFields step={current} values={filled.fields} />
          {current.kind === 'action' ? (
            <MessagePanel step={current} draft={filled} />
          ) : (
            <p class="note">
              A trigger gets an empty message from the scheduler. What it saw last stands in its snapshot.
            </p>
          )}
        </div>
      </div>
      <RunBar step={current} />
    </section>
  );
}

function Heading({ step: { id, kind, title, description, help } }: { readonly step: StepInfo }) {
  const open = useSignal(false);
  return (
    <header class="step-heading">
      <p class="overline">
        {kind} <code>{id}</code>
      </p>
      <h1>{title}</h1>
      <p class="lead">
        {description}{' '}
        {help && (
          <button type="button" class="link" aria-expanded={open.value} onClick={() => (open.value = !open.value)}>
            {open.value ? 'Less' : 'More'}
          </button>
        )}
      </p>
      {open.value && <p class="note">{help}</p>}
      <Button icon="bolt" onClick={() => void tryLostAnswer()} disabled={run.value?.status === 'running'}>
        Try: line dies after write
      </Button>
    </header>
  );
}

const byOrder = ([, one]: readonly [string, Field], [, other]: readonly [string, Field]) =>
  (other.order ?? 0) - (one.order ?? 0);

function StepFields({
  step: { id, fields },
  values,
}: {
  readonly step: StepInfo;
  readonly values: Readonly<Record<string, unknown>>;
}) {
  const filled = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
  const choices = (field: string) =>
    call<Fields & Record<string, string>>('choices', { step: id, field, fields: filled });
  return (
    <section class="block" aria-labelledby="fields-title">
      <header class="block-header">
        <h2 id="fields-title">Configure input</h2>
      </header>
      <div class="members">
        {Object.entries(fields)
          .sort(byOrder)
          .map(([name, field]) => (
            <FieldControl
              key={name}
              form="step"
              name={name}
              field={field}
              value={values[name]}
              choices={choices}
              onChange={(value) => edit({ fields: { ...values, [name]: value } })}
            />
          ))}
      </div>
    </section>
  );
}

/** Runs what is filled in, after a question where it would write to AWS. */
export async function runGuarded(again = false): Promise<void> {
  const current = step.value;
  const problem = current && draft.value && messageProblem(current, draft.value);
  if (problem !== undefined) return announce(`The message is not JSON: ${problem}`);
  if (current && (await confirmLive(current.id))) await runStep({ again });
}

function RunBar({ step: current }: { readonly step: StepInfo }) {
  const isRunning = run.value?.status === 'running';
  const canRepeat = run.value !== undefined && !isRunning;
  const command = () => {
    const [filled, known] = [draft.value, start.value];
    return filled && known ? commandOf(current, filled, known) : '';
  };
  return (
    <footer class="run-bar">
      {isRunning ? (
        <Button kind="danger" icon="stop" keys="Esc" onClick={stopRun}>
          Stop
        </Button>
      ) : (
        <Button kind="primary" icon="play" keys="Ctrl ⏎" onClick={() => void runGuarded()}>
          Run
        </Button>
      )}
      <Button icon="repeat" onClick={() => void runGuarded(true)} disabled={!canRepeat}>
        {current.kind === 'trigger' ? 'Run again' : 'Deliver again'}
      </Button>
      <Button icon="copy" kind="quiet" onClick={() => void copy(command())}>
        Copy as command
      </Button>
    </footer>
  );
}
