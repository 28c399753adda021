import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { DatasetRow, IdentityRow, Page, PoolRow } from '../../protocol';
import { call } from '../api';
import { bytes, number } from '../format';
import { Button } from '../ui/controls';
import { attempt, useCall } from '../use-call';
import { ClockDialog, SeedDialog, WriteDialog } from './dialogs';
import { History } from './history';
import { changes, follow, place } from './place';
import { Records } from './records';

interface Pools {
  readonly pools: readonly PoolRow[];
  readonly now: string;
  readonly offsetMs: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A difference of this much is none. */
const SLACK_MS = 1_000;

/** What the local server holds, and what happens to it. */
export function DataView() {
  const dialog = useSignal<'seed' | 'write' | 'clock' | undefined>(undefined);
  const problem = useSignal<string | undefined>(undefined);
  // Whatever changes, the counts are read anew.
  const pools = useCall<Pools>('data/pools', { change: changes.value.count });
  useEffect(() => void follow(), []);
  const known = pools.value.value;
  const pool = place.value.pool ?? known?.pools[0]?.id;
  const clock = (input: object) =>
    attempt(problem, async () => {
      await call('data/clock', input);
      await pools.reload();
    });
  const reset = () =>
    attempt(problem, async () => {
      await call('data/reset');
      place.value = {};
      await pools.reload();
    });
  return (
    <div class="data-view">
      <h1 class="hidden">Data</h1>
      <header class="toolbar">
        <label class="inline">
          <span class="overline">Pool</span>
          <select value={pool} onChange={(event) => (place.value = { pool: event.currentTarget.value })}>
            {known?.pools.map(({ id, name, identities }) => (
              <option key={id} value={id}>
                {name} · {id} · {number(identities)} {identities === 1 ? 'identity' : 'identities'}
              </option>
            ))}
          </select>
        </label>
        <span class="spacer" />
        {known && <Clock offsetMs={known.offsetMs} />}
        <Button onClick={() => void clock({ advanceMs: HOUR_MS })}>+1 h</Button>
        <Button onClick={() => void clock({ advanceMs: DAY_MS })}>+1 day</Button>
        <Button onClick={() => (dialog.value = 'clock')}>Set…</Button>
        <Button kind="quiet" onClick={() => void clock({})}>
          Now
        </Button>
        <span class="divider" />
        <Button icon="plus" onClick={() => (dialog.value = 'seed')}>
          Seed…
        </Button>
        <Button onClick={() => (dialog.value = 'write')}>Write as another client…</Button>
        <Button onClick={() => void reset()}>Reset everything</Button>
      </header>
      {problem.value !== undefined && (
        <p class="problem toolbar" role="alert">
          {problem.value}
        </p>
      )}
      {known && Math.abs(known.offsetMs) > DAY_MS + SLACK_MS && (
        <p class="warning toolbar">
          The clock is more than a day off: the steps’ signatures are refused, as by AWS. «Now» sets it right.
        </p>
      )}
      <div class="data-columns">
        <Identities pool={pool} />
        <Datasets pool={pool} />
        <History />
      </div>
      {dialog.value === 'clock' && known && (
        <ClockDialog
          now={known.now}
          onClose={() => {
            dialog.value = undefined;
            void pools.reload();
          }}
        />
      )}
      {dialog.value === 'seed' && pool !== undefined && (
        <SeedDialog pool={pool} onClose={() => (dialog.value = undefined)} />
      )}
      {dialog.value === 'write' && pool !== undefined && (
        <WriteDialog pool={pool} onClose={() => (dialog.value = undefined)} />
      )}
    </div>
  );
}

/** The clock of the local server, as it runs. */
function Clock({ offsetMs }: { readonly offsetMs: number }) {
  const now = useSignal(Date.now());
  useEffect(() => {
    const timer = setInterval(() => (now.value = Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  const isShifted = Math.abs(offsetMs) > SLACK_MS;
  const [day, clock = ''] = new Date(now.value + offsetMs).toISOString().split('T');
  return (
    <span class="clock" title="The clock of the local server, in UTC">
      <span class="overline">Clock</span> {isShifted && day} {clock.slice(0, 8)}
      {isShifted && <span class="note"> {shiftOf(offsetMs)}</span>}
    </span>
  );
}

function shiftOf(ms: number): string {
  const hours = Math.round(Math.abs(ms) / HOUR_MS);
  const shift = hours < 72 ? `${hours} h` : `${number(Math.round(hours / 24))} days`;
  return `(${ms >= 0 ? '+' : '−'}${shift})`;
}

function Identities({ pool }: { readonly pool: string | undefined }) {
  const before = useSignal<readonly string[]>([]);
  const wanted = useSignal('');
  const from = wanted.value || before.value.at(-1) || '';
  const page = useCall<Page<IdentityRow>>(
    'data/identities',
    pool === undefined ? undefined : { pool, from, change: changes.value.count },
  );
  const shown = page.value.value;
  useEffect(() => {
    before.value = [];
    wanted.value = '';
  }, [pool]);
  const next = shown?.next;
  return (
    <section class="pane" aria-label="Identities">
      <header class="pane-header">
        <h2>Identities</h2>
        <span class="note">{shown && number(shown.total)}</span>
      </header>
      <div class="pane-search">
        <input
          type="search"
          aria-label="Go to an identity id"
          placeholder="Go to an id"
          value={wanted.value}
          onInput={(event) => (wanted.value = event.currentTarget.value)}
        />
      </div>
      <ul class="scroll rows-list">
        {shown?.rows.map(({ id, datasets, mergedInto }) => (
          <li key={id}>
            <button
              type="button"
              aria-current={id === place.value.identity ? 'true' : undefined}
              onClick={() => (place.value = { ...(pool !== undefined && { pool }), identity: id })}
              title={mergedInto && `merged into ${mergedInto}`}
            >
              <code>{id.slice(id.indexOf(':') + 1)}</code>
              <span class="note">{mergedInto ? 'merged' : datasets}</span>
            </button>
          </li>
        ))}
        {shown?.rows.length === 0 && (
          <li class="empty">
            {shown.total === 0 ? 'No identity yet. Run Upsert Records, or seed some.' : 'No id from there on.'}
          </li>
        )}
      </ul>
      <footer class="pane-footer">
        <Button
          kind="quiet"
          disabled={before.value.length === 0}
          onClick={() => (before.value = before.value.slice(0, -1))}
        >
          Previous
        </Button>
        <span class="note">{shown && shown.rows.length < shown.total ? `60 a page` : ''}</span>
        <Button
          kind="quiet"
          disabled={next === undefined}
          onClick={() => {
            wanted.value = '';
            before.value = [...before.value, next ?? ''];
          }}
        >
          Next
        </Button>
      </footer>
    </section>
  );
}

function Datasets({ pool }: { readonly pool: string | undefined }) {
  const { identity, dataset } = place.value;
  const asked =
    pool !== undefined && identity !== undefined ? { pool, identity, change: changes.value.count } : undefined;
  const found = useCall<{ rows: readonly DatasetRow[] }>('data/datasets', asked);
  const rows = asked ? (found.value.value?.rows ?? []) : [];
  const current = rows.find(({ name }) => name === dataset) ?? rows[0];
  return (
    <section class="pane main-pane" aria-label="Datasets and records">
      {identity === undefined ? (
        <p class="empty">Choose an identity to see what it holds.</p>
      ) : (
        <>
          <header class="pane-header">
            <h2>
              <code>{identity}</code>
            </h2>
          </header>
          {rows.length === 0 && <p class="empty">This identity has no dataset.</p>}
          <div class="dataset-list">
            {rows.map(({ name, exists, syncCount, records, bytes: size }) => (
              <button
                type="button"
                key={name}
                class="dataset"
                aria-pressed={name === current?.name}
                onClick={() => (place.value = { ...place.value, dataset: name })}
              >
                <strong>{name}</strong>
                <span class="note">
                  {exists ? `${number(records)} ${records === 1 ? 'record' : 'records'} · ${bytes(size)}` : 'deleted'} ·
                  SyncCount {syncCount}
                </span>
              </button>
            ))}
          </div>
          {current && pool !== undefined && (
            <Records which={{ pool, identity, dataset: current.name }} dataset={current} />
          )}
        </>
      )}
    </section>
  );
}
