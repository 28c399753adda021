import { useSignal } from '@preact/signals';
import type { StepInfo } from '../../protocol';
import { draft, edit, run, runStep, start, step, stopRun, tryLostAnswer } from '../state';
import { messageProblem } from '../draft';
import { announce, Button, copy } from '../ui/controls';
import { confirmLive } from '../live';
import { commandOf } from './command';
import { StepFields } from './step-fields';
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
          <StepFields step={current} values={filled.fields} onChange={(fields) => edit({ fields })} form="step" />
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
