import { useSignal } from '@preact/signals';
import type { Run } from '../run-state';
import { problemOf } from '../json-problem';
import { draft, edit } from '../state';
import { Button } from '../ui/controls';
import { Editor } from '../ui/editor';
import { JsonView } from '../ui/json-view';

/** What the platform lets a snapshot hold. */
const LIMIT_BYTES = 5_000;

/** The state that a trigger begins its next run with. */
export function SnapshotTab({ run, onRun }: { readonly run: Run | undefined; readonly onRun: () => void }) {
  const text = useSignal<string | undefined>(undefined);
  const snapshot = draft.value?.snapshot;
  const bytes = snapshot === undefined ? 0 : new TextEncoder().encode(JSON.stringify(snapshot)).length;
  const problem = text.value === undefined ? undefined : problemOf(text.value);
  const save = () => {
    if (text.value !== undefined) edit({ snapshot: JSON.parse(text.value) as unknown });
    text.value = undefined;
  };
  return (
    <div class="snapshot">
      <div class="row">
        <meter min={0} max={LIMIT_BYTES} high={LIMIT_BYTES * 0.8} value={bytes} aria-label="Size of the snapshot" />
        <span class="note">
          {bytes.toLocaleString('en')} of the platform’s {LIMIT_BYTES.toLocaleString('en')} bytes
        </span>
      </div>
      <div class="row">
        {text.value === undefined ? (
          <>
            <Button icon="play" onClick={onRun} disabled={run?.status === 'running'}>
              Run again
            </Button>
            <Button onClick={() => (text.value = JSON.stringify(snapshot ?? {}, null, 2))}>Edit</Button>
            <Button onClick={() => edit({ snapshot: undefined })} disabled={snapshot === undefined}>
              Reset
            </Button>
          </>
        ) : (
          <>
            <Button kind="primary" disabled={problem !== undefined} onClick={save}>
              Save
            </Button>
            <Button onClick={() => (text.value = undefined)}>Cancel</Button>
          </>
        )}
      </div>
      {bytes > LIMIT_BYTES && <p class="problem">Too long: the platform does not keep such a snapshot.</p>}
      {text.value !== undefined ? (
        <>
          <Editor
            label="Snapshot, as JSON"
            language="json"
            text={text.value}
            onChange={(typed) => (text.value = typed)}
            onRun={() => {
              if (problem !== undefined) return;
              save();
              onRun();
            }}
          />
          {problem !== undefined && <p class="problem">{problem}</p>}
        </>
      ) : snapshot === undefined ? (
        <p class="empty">There is no snapshot: the next run begins with everything.</p>
      ) : (
        <>
          <Changes run={run} />
          <JsonView value={snapshot} label="Snapshot" />
        </>
      )}
    </div>
  );
}

/** What the last run changed in the snapshot, member by member. */
function Changes({ run }: { readonly run: Run | undefined }) {
  if (run?.snapshot === undefined)
    return run?.status === 'ended' ? <p class="note">The last run left it as it was.</p> : null;
  const before = (run.request.snapshot ?? {}) as Readonly<Record<string, unknown>>;
  const after = run.snapshot as Readonly<Record<string, unknown>>;
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changed = names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  if (changed.length === 0) return <p class="note">The last run saved the same again.</p>;
  return (
    <table class="changes">
      <caption class="hidden">What the last run changed</caption>
      <thead>
        <tr>
          <th scope="col">Changed</th>
          <th scope="col">Before</th>
          <th scope="col">Now</th>
        </tr>
      </thead>
      <tbody>
        {changed.map((name) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>
              <code>{JSON.stringify(before[name]) ?? 'absent'}</code>
            </td>
            <td>
              <code>{JSON.stringify(after[name]) ?? 'absent'}</code>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
