import { useEffect } from 'preact/hooks';
import { useSignal } from '@preact/signals';
import type { Emitted, StepInfo } from '../../protocol';
import { isErrorMessage, lostAnswerOf, SHOWN, verdictOf, type Run } from '../run-state';
import { resultTab, run, step } from '../state';
import { stubOf } from '../members';
import { Button, copy, Tabs } from '../ui/controls';
import { Icon } from '../ui/icon';
import { JsonView, TextView } from '../ui/json-view';
import { useNewest } from '../ui/newest';
import { AttachmentList, type Attachments } from './attachments';
import { Calls } from './calls';
import { runGuarded } from './step-panel';
import { SnapshotTab } from './snapshot';

/** What came of the last run. */
export function ResultPanel() {
  const [current, last] = [step.value, run.value];
  if (!current) return null;
  const names = [
    'Output',
    ...(last?.error || last?.rebound !== undefined ? ['Error'] : []),
    'Calls',
    'Log',
    ...(current.kind === 'trigger' ? ['Snapshot'] : []),
  ];
  const shown = names.includes(resultTab.value) ? resultTab.value : 'Output';
  return (
    <section class="result-panel" aria-label="Result">
      <Status run={last} />
      <Tabs
        id="result"
        label="Result"
        names={names}
        current={shown}
        onChange={(name) => (resultTab.value = name)}
        counts={
          last ? { Output: short(last.emittedCount), Calls: short(last.callCount), Log: short(last.logCount) } : {}
        }
      />
      <div
        class="scroll"
        role="tabpanel"
        id="result-panel"
        aria-labelledby={`result-tab-${shown}`}
        tabIndex={0}
        key={current.id}
      >
        <div class="column">
          {last && <LostAnswer run={last} />}
          <Tab name={shown} run={last} step={current} />
        </div>
      </div>
    </section>
  );
}

const short = (count: number) => count.toLocaleString('en', { notation: 'compact' });

function Status({ run: last }: { readonly run: Run | undefined }) {
  const verdict = last && verdictOf(last);
  return (
    <div class={`status ${verdict?.tone ?? ''}`} role="status">
      {verdict?.tone === 'ok' && <Icon name="check" />}
      {verdict?.tone === 'bad' && <Icon name="close" />}
      {verdict ? verdict.text : 'Nothing has run yet'}
      {last?.status === 'running' && <Elapsed />}
    </div>
  );
}

/** How long a run has taken; a step that hangs is seen by it. */
function Elapsed() {
  const seconds = useSignal(0);
  useEffect(() => {
    const timer = setInterval(() => (seconds.value += 1), 1_000);
    return () => clearInterval(timer);
  }, []);
  return seconds.value > 0 ? <span aria-hidden="true">· {seconds.value} s</span> : null;
}

/** What happened to a write whose answer was lost, in a sentence. */
function LostAnswer({ run: last }: { readonly run: Run }) {
  const lost = lostAnswerOf(last);
  if (!lost || lost.syncCount === undefined) return null;
  const once = lost.syncCount === 1;
  return (
    <aside class={`story ${once ? 'ok' : 'warn'}`}>
      <p class="story-title">{once ? 'Written once.' : `The dataset now counts ${lost.syncCount}.`}</p>
      <p>
        {lost.writes === 1
          ? `The line died after the write, before the answer. The connector looked instead of repeating${lost.tokenUsedUp ? ': the 400 says that the token of the write is used up, so the write had arrived' : ''}.`
          : `The line died after the write, before the answer. The connector repeated under the same token, which the service takes once.`}{' '}
        The dataset’s SyncCount is <strong>{lost.syncCount}</strong>.
      </p>
      <p class="story-steps" aria-hidden="true">
        <span>POST</span>
        <Icon name="arrow" />
        <span class="bad">reset</span>
        <Icon name="arrow" />
        {lost.tokenUsedUp && (
          <>
            <span>GET 400</span>
            <Icon name="arrow" />
          </>
        )}
        <span>GET</span>
        {lost.writes > 1 && (
          <>
            <Icon name="arrow" />
            <span>POST, same token</span>
          </>
        )}
        <Icon name="arrow" />
        <span class="ok">SyncCount {lost.syncCount}</span>
      </p>
    </aside>
  );
}

interface TabProps {
  readonly name: string;
  readonly run: Run | undefined;
  readonly step: StepInfo;
}

function Tab({ name, run: last, step: current }: TabProps) {
  if (name === 'Snapshot') return <SnapshotTab run={last} onRun={() => void runGuarded()} />;
  if (!last) return <Nothing step={current} />;
  switch (name) {
    case 'Calls':
      return <Calls run={last} />;
    case 'Log':
      return <Log run={last} />;
    case 'Error':
      return <ErrorTab run={last} />;
    default:
      return <Output run={last} />;
  }
}

function Nothing({ step: { out, title } }: { readonly step: StepInfo }) {
  const stub = useSignal(false);
  return (
    <>
      <p class="empty">
        Nothing has run yet. <kbd>Ctrl</kbd> <kbd>⏎</kbd> runs the step.
      </p>
      {out && (
        <Button onClick={() => (stub.value = !stub.value)} pressed={stub.value}>
          Generate stub sample
        </Button>
      )}
      {stub.value && out && (
        <>
          <p class="note">What {title} emits, made from its schema without a call.</p>
          <JsonView value={stubOf(out)} label="Stub sample" />
        </>
      )}
    </>
  );
}

function Output({ run: last }: { readonly run: Run }) {
  const { shown, button } = useNewest(last.emitted);
  if (last.emittedCount === 0) {
    return <p class="empty">{last.status === 'running' ? 'No message yet.' : 'No message was emitted.'}</p>;
  }
  return (
    <>
      {last.emittedCount > SHOWN && (
        <p class="note">
          The newest {SHOWN} of {last.emittedCount.toLocaleString('en')} messages.
        </p>
      )}
      {last.mapped !== undefined && (
        <details>
          <summary>What the mapping made</summary>
          <JsonView value={last.mapped} label="What the mapping made" />
        </details>
      )}
      {button}
      {shown.map((emitted, index) => {
        const number = last.emittedCount - shown.length + index + 1;
        return <Message key={number} emitted={emitted} number={number} />;
      })}
    </>
  );
}

interface EmittedMessage {
  readonly id?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly attachments?: Attachments;
}

function Message({ emitted, number }: { readonly emitted: Emitted; readonly number: number }) {
  const { id, headers = {}, body, attachments = {} } = (emitted.payload ?? {}) as EmittedMessage;
  return (
    <article class="message" aria-label={`Message ${number}`}>
      <header class="row">
        <h3>
          {isErrorMessage(emitted) ? 'Error as a message' : `Message ${number}`}{' '}
          <span class="note">{emitted.ms} ms</span>
        </h3>
        <span class="spacer" />
        <Button
          icon="copy"
          kind="quiet"
          label={`Copy the body of message ${number}`}
          onClick={() => void copy(JSON.stringify(body, null, 2))}
        />
      </header>
      <JsonView value={body} label={`Body of message ${number}`} />
      <AttachmentList attachments={attachments} />
      <dl class="facts">
        {id !== undefined && (
          <>
            <dt>id</dt>
            <dd>{id}</dd>
          </>
        )}
        {Object.entries(headers).map(([name, value]) => (
          <div key={name} class="contents">
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </article>
  );
}

function Log({ run: last }: { readonly run: Run }) {
  if (last.logs.length === 0) return <p class="empty">Nothing was logged.</p>;
  return (
    <>
      {last.logCount > SHOWN && (
        <p class="note">
          The newest {SHOWN} of {last.logCount.toLocaleString('en')} lines.
        </p>
      )}
      <ol class="log">
        {last.logs.map(({ level, line, ms }, index) => (
          <li key={last.logCount - last.logs.length + index} class={level}>
            <span class="duration">{ms.toFixed(1)}</span> {line}
          </li>
        ))}
      </ol>
    </>
  );
}

function ErrorTab({ run: { error, rebound } }: { readonly run: Run }) {
  if (error) {
    return (
      <article class="failure">
        <h3>
          {
            { thrown: 'Execution error', mapping: 'Mapping error', crashed: 'The process of the step ended' }[
              error.kind
            ]
          }
        </h3>
        <p class="failure-text">{error.message}</p>
        {error.stack && (
          <details>
            <summary>{error.kind === 'crashed' ? 'Standard error' : 'Stack'}</summary>
            <TextView text={error.stack} label="Stack" />
          </details>
        )}
      </article>
    );
  }
  const { message } = (rebound ?? {}) as { message?: string };
  return (
    <article class="failure rebound">
      <h3>Rebound</h3>
      <p class="failure-text">{message ?? JSON.stringify(rebound)}</p>
      <p class="note">
        The platform delivers the same message again, after 15 s, then after twice as long each time. «Deliver again»
        does so at once.
      </p>
    </article>
  );
}
