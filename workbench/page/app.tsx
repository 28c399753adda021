import { useSignal } from '@preact/signals';
import type { FunctionComponent } from 'preact';
import { useLayoutEffect } from 'preact/hooks';
import { CredentialButton } from './credential';
import { DataView } from './data/view';
import { ExportView } from './export/view';
import { FaultsView } from './faults/view';
import * as exporting from './export/state';
import * as flow from './flow/state';
import { FlowView, runGuarded as runFlow } from './flow/view';
import { HelpDialog } from './help';
import { LiveDialog } from './live';
import { Palette } from './palette';
import { formProblem, MODES, textOf } from './draft';
import { credential, draft, edit, failure, run, singleKeys, start, stopRun, view, type View } from './state';
import { ResultPanel } from './steps/result';
import { StepList } from './steps/step-list';
import { runGuarded, StepPanel } from './steps/step-panel';
import { theme } from './theme';
import { Button } from './ui/controls';

function StepsView() {
  return (
    <div class="steps-view">
      <StepList />
      <StepPanel />
      <ResultPanel />
    </div>
  );
}

const VIEW_PARTS: Readonly<Partial<Record<View, FunctionComponent>>> = {
  Steps: StepsView,
  Data: DataView,
  Faults: FaultsView,
  Flow: FlowView,
  Export: ExportView,
};
const views = Object.keys(VIEW_PARTS) as View[];

const isTyping = ({ target }: KeyboardEvent) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** What Ctrl+Enter runs. */
const RUNS: Readonly<Partial<Record<View, () => void>>> = {
  Steps: () => void runGuarded(),
  Flow: () => void runFlow(),
};

/** What stops whatever runs in the view that is shown; undefined where nothing does. */
function stopOf(shown: View): (() => void) | undefined {
  if (shown === 'Steps' && run.value?.status === 'running') return stopRun;
  if (shown === 'Flow' && flow.status.value === 'running') return flow.stopFlow;
  if (shown === 'Export' && exporting.status.value === 'running') return exporting.stopExport;
  return undefined;
}

/** What a key outside of a dialog does; undefined where it means nothing to the page. */
function actionOf(event: KeyboardEvent, open: (dialog: 'help' | 'palette') => void): (() => void) | undefined {
  const isCommand = event.ctrlKey || event.metaKey;
  if (isCommand && event.key === 'k') return () => open('palette');
  if (isCommand && event.key === 'Enter') return RUNS[view.value];
  if (isCommand && event.key === '.' && view.value === 'Steps') return nextMode;
  if (event.altKey && /^[1-5]$/.test(event.key)) {
    const wanted = views[Number(event.key) - 1];
    return wanted && (() => (view.value = wanted));
  }
  if (event.key === 'Escape') return stopOf(view.value);
  if (!singleKeys.value || isCommand || event.altKey || isTyping(event)) return undefined;
  if (event.key === '?') return () => open('help');
  if (event.key === '/' && view.value === 'Steps') return () => document.getElementById('filter')?.focus();
  return undefined;
}

function nextMode(): void {
  const filled = draft.value;
  if (!filled || formProblem(textOf(filled)) !== undefined) return;
  const mode = MODES[(MODES.indexOf(filled.mode) + 1) % MODES.length];
  if (mode) edit({ mode, body: JSON.parse(textOf(filled)) as typeof filled.body });
}

export function App() {
  const dialog = useSignal<'help' | 'palette' | undefined>(undefined);
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || document.querySelector('dialog[open]')) return;
      const action = actionOf(event, (wanted) => (dialog.value = wanted));
      if (!action) return;
      event.preventDefault();
      action();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  if (failure.value) return <Failure message={failure.value.message} kind={failure.value.kind} />;
  if (!start.value) return null;
  const Shown = VIEW_PARTS[view.value] ?? StepsView;
  return (
    <div class={`app ${credential.value?.live ? 'live' : ''}`}>
      <header class="top">
        <img src="/logo.png" alt="" width="22" height="22" />
        <p class="brand">
          Cognito Sync <span>workbench</span>
        </p>
        <nav aria-label="Views" class="views">
          {views.map((name, index) => (
            <button
              type="button"
              key={name}
              aria-current={name === view.value ? 'page' : undefined}
              onClick={() => (view.value = name)}
              title={`Alt ${index + 1}`}
            >
              {name}
            </button>
          ))}
        </nav>
        <span class="spacer" />
        <Button kind="quiet" keys="Ctrl K" onClick={() => (dialog.value = 'palette')}>
          Go to
        </Button>
        <CredentialButton />
        <Button
          kind="quiet"
          icon={theme.value === 'dark' ? 'sun' : 'moon'}
          label={theme.value === 'dark' ? 'Light colours' : 'Dark colours'}
          onClick={() => (theme.value = theme.value === 'dark' ? 'light' : 'dark')}
        />
        <Button kind="quiet" label="Keys and help" onClick={() => (dialog.value = 'help')}>
          ?
        </Button>
      </header>
      <main>
        <Shown />
      </main>
      <p id="announcement" role="status" aria-live="polite" />
      {dialog.value === 'help' && <HelpDialog onClose={() => (dialog.value = undefined)} />}
      {dialog.value === 'palette' && <Palette views={views} onClose={() => (dialog.value = undefined)} />}
      <LiveDialog />
    </div>
  );
}

function Failure({ message, kind }: { readonly message: string; readonly kind: string }) {
  return (
    <main class="whole-page">
      <h1>{kind === 'lost' ? 'This tab has no way in' : 'The workbench does not answer'}</h1>
      <p role="alert">{message}</p>
      <p class="note">
        Each start of the workbench prints a link with a token of its own. A tab of an earlier start cannot go on.
      </p>
    </main>
  );
}
