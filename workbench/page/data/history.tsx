import type { Change } from '../../protocol';
import { number, time } from '../format';
import { changes, place } from './place';

/** The newest changes first, live. */
export function History() {
  const { newest, count } = changes.value;
  const shown = [...newest].reverse();
  return (
    <section class="pane history" aria-label="History">
      <header class="pane-header">
        <h2>History</h2>
        <span class="live-mark">
          <span class="chip-dot" /> live
        </span>
        <span class="spacer" />
        <span class="note">
          {count > newest.length ? `the newest ${newest.length} of ${number(count)}` : number(count)}
        </span>
      </header>
      <ol class="scroll">
        {shown.map((change) => (
          <Entry key={change.n} change={change} />
        ))}
        {shown.length === 0 && <li class="empty">Nothing has changed yet.</li>}
      </ol>
    </section>
  );
}

function Entry({ change: { at, kind, pool, identity, dataset, syncCount, by, text } }: { readonly change: Change }) {
  const go = () => {
    place.value = {
      ...(pool !== undefined && { pool }),
      ...(identity !== undefined && { identity }),
      ...(dataset !== undefined && { dataset }),
    };
  };
  const content = (
    <>
      <span class="change-line">
        <span class={`change-kind ${kind}`}>{kind}</span>
        <span class="change-text">{text}</span>
        {syncCount !== undefined && <span class="change-count">{syncCount}</span>}
      </span>
      <span class="note">
        {time(at)}
        {dataset !== undefined && ` · ${dataset}`}
        {by !== undefined && ` · by ${by}`}
      </span>
    </>
  );
  return (
    <li>
      {identity === undefined ? (
        <div class="change">{content}</div>
      ) : (
        <button type="button" class="change" onClick={go}>
          {content}
        </button>
      )}
    </li>
  );
}
