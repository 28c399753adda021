import { useSignal } from '@preact/signals';
import type { FlowMessage, Outcome } from '../../protocol';
import { Button } from '../ui/controls';
import { JsonView } from '../ui/json-view';
import * as flow from './state';

/** What came of each message of a step in the last run. */
export function Results({ index }: { readonly index: number }) {
  const run = flow.stepRuns.value[index];
  if (!run) return <p class="empty">Nothing has run yet.</p>;
  if (run.pinned) return <Messages title="Pinned output" messages={run.pinned} />;
  return (
    <>
      {run.left > 0 && (
        <p class="note">
          The first {run.messages} messages were carried on, {run.left} were not.
        </p>
      )}
      {run.messages === 0 && <p class="empty">No message came in.</p>}
      {run.outcomes.map((outcome, at) => (
        <OutcomeView key={at} outcome={outcome} number={at + 1} />
      ))}
    </>
  );
}

function OutcomeView({
  outcome: { id, emitted, deliveries, calls, ms, error, rebound, mapped },
  number,
}: {
  readonly outcome: Outcome;
  readonly number: number;
}) {
  const showMapped = useSignal(false);
  const failure = error?.message ?? rebound;
  return (
    <article class="outcome-view">
      <header class="row">
        <h3>Message {number}</h3>
        <span class="note">
          {calls} {calls === 1 ? 'call' : 'calls'} · {Math.round(ms)} ms
          {deliveries > 1 && ` · delivered ${deliveries} times`}
        </span>
        <span class="spacer" />
        {mapped !== undefined && (
          <Button
            kind="quiet"
            icon="eye"
            pressed={showMapped.value}
            onClick={() => (showMapped.value = !showMapped.value)}
          >
            Mapped
          </Button>
        )}
      </header>
      <p class="note">
        <code>{id}</code>
      </p>
      {showMapped.value && <JsonView value={mapped} label={`What the mapping made of message ${number}`} />}
      {failure !== undefined && (
        <div class={`failure ${rebound === undefined ? '' : 'rebound'}`}>
          <h3>{rebound === undefined ? 'Execution error' : 'Still rebound'}</h3>
          <p class="failure-text">{failure}</p>
        </div>
      )}
      <Messages title={`Emitted by message ${number}`} messages={emitted} />
    </article>
  );
}

function Messages({ title, messages }: { readonly title: string; readonly messages: readonly FlowMessage[] }) {
  return (
    <>
      {messages.map(({ body }, at) => (
        <JsonView key={at} value={body} label={`${title}, ${at + 1}`} />
      ))}
    </>
  );
}
