import { useSignal } from '@preact/signals';
import type { StepInfo } from '../../protocol';
import { call } from '../api';
import { draft, edit, FIRST_STEP, noteFailure, run, runStep, start, step, stopRun, tryLostAnswer } from '../state';
import { messageOf, messageProblem, type Draft } from '../draft';
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
            <MessagePanel step={current} draft={filled} onRun={() => void runGuarded()} />
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
      <div class="row">
        <p class="overline">
          {kind} <code>{id}</code>
        </p>
        <span class="spacer" />
        {id === FIRST_STEP && (
          <Button icon="bolt" onClick={() => void tryLostAnswer()} disabled={run.value?.status === 'running'}>
            Try: line dies after write
          </Button>
        )}
      </div>
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

/** The message that a draft makes; the mapping is evaluated for it. */
async function bodyOf(current: StepInfo, filled: Draft): Promise<unknown> {
  const { body, mapping } = messageOf(current, filled);
  return mapping ? (await call<{ result: unknown }>('map', mapping)).result : body;
}

/** Copies what is filled in as a command, and says what the command lacks. */
async function copyCommand(current: StepInfo): Promise<void> {
  const [filled, known] = [draft.value, start.value];
  if (!filled || !known) return;
  const problem = messageProblem(current, filled);
  if (problem !== undefined) return announce(`The message is not JSON: ${problem}`);
  try {
    const body = await bodyOf(current, filled);
    const lacks = [
      known.credential.mode === 'own' && 'Your keys stand in AWS_ACCESS_KEY_ID and its like.',
      filled.snapshot !== undefined && 'It begins without the snapshot.',
    ];
    await copy(commandOf({ step: current.id, body, fields: filled.fields }, known), lacks.filter(Boolean).join(' '));
  } catch (error) {
    if (!noteFailure(error)) announce(error instanceof Error ? error.message : String(error));
  }
}

function RunBar({ step: current }: { readonly step: StepInfo }) {
  const isRunning = run.value?.status === 'running';
  const canRepeat = run.value !== undefined && !isRunning;
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
        Deliver again
      </Button>
      <Button icon="copy" kind="quiet" onClick={() => void copyCommand(current)}>
        Copy as command
      </Button>
    </footer>
  );
}
