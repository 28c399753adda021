import { useSignal } from '@preact/signals';
import type { PoolRow } from '../../protocol';
import { bytes, number } from '../format';
import { credential } from '../state';
import { Button } from '../ui/controls';
import { save } from '../ui/file';
import { useCall } from '../use-call';
import { Plot } from './plot';
import { ratesOf } from './rates';
import * as exporting from './state';

/** An export of a pool: how far it has come, and how fast. */
export function ExportView() {
  const pools = useCall<{ pools: readonly PoolRow[] }>('data/pools', { status: exporting.status.value });
  const typed = useSignal('');
  const isLocal = credential.value?.mode === 'local';
  const chosen = isLocal ? (exporting.pool.value ?? pools.value.value?.pools[0]?.id) : typed.value;
  const total = isLocal ? pools.value.value?.pools.find(({ id }) => id === chosen)?.identities : undefined;
  const status = exporting.status.value;
  const latest = exporting.latest.value;
  const rates = ratesOf(exporting.points.value);
  const average = latest && latest.ms > 0 ? latest.records / (latest.ms / 1_000) : 0;
  return (
    <div class="scroll">
      <div class="column wide">
        <header class="step-heading">
          <h1>Export</h1>
          <p class="lead">
            Reads a whole pool, four identities at a time, as npm run export does. The records stay here: what is seen
            is how it goes.
          </p>
        </header>
        <div class="row export-form">
          {isLocal ? (
            <select
              aria-label="Identity pool"
              value={chosen}
              onChange={(event) => (exporting.pool.value = event.currentTarget.value)}
            >
              {pools.value.value?.pools.map(({ id, name, identities }) => (
                <option key={id} value={id}>
                  {name} · {id} · {number(identities)} identities
                </option>
              ))}
            </select>
          ) : (
            <input
              aria-label="Identity pool"
              placeholder="Identity pool id"
              value={typed.value}
              onInput={(event) => (typed.value = event.currentTarget.value)}
            />
          )}
          {status === 'running' ? (
            <Button kind="danger" icon="stop" keys="Esc" onClick={exporting.stopExport}>
              Stop
            </Button>
          ) : (
            <>
              <Button
                kind="primary"
                icon="play"
                disabled={!chosen}
                onClick={() => chosen && void exporting.runExport(chosen, false)}
              >
                Export
              </Button>
              {(status === 'stopped' || status === 'failed') && (
                <Button disabled={!chosen} onClick={() => chosen && void exporting.runExport(chosen, true)}>
                  Resume
                </Button>
              )}
            </>
          )}
        </div>
        <section class="export-progress" aria-label="Progress">
          <progress
            aria-label="Identities exported"
            max={total ?? 1}
            value={latest ? (total === undefined ? undefined : latest.identities) : 0}
          />
          <p role="status">
            <strong>{latest ? number(latest.identities) : 0}</strong>
            {total !== undefined && ` of ${number(total)}`} identities · {number(latest?.records ?? 0)} records ·{' '}
            {number(Math.round(average))} records/s · {bytes(latest?.bytes ?? 0)}
            <span class={`export-status ${status}`}>
              {{ idle: '', running: 'running', done: 'complete', stopped: 'stopped', failed: 'failed' }[status]}
            </span>
          </p>
          {exporting.problem.value !== undefined && (
            <p class="problem" role="alert">
              {exporting.problem.value}
            </p>
          )}
        </section>
        <div class="plots">
          <Plot
            id="plot-rate"
            title="Records per second"
            points={rates.map(({ ms, recordsPerSecond }) => ({ x: ms, y: recordsPerSecond }))}
            format={(y) => number(Math.round(y))}
          />
          <Plot
            id="plot-size"
            title="Bytes of keys and values so far"
            points={exporting.points.value.map((point) => ({ x: point.ms, y: point.bytes }))}
            format={bytes}
          />
        </div>
        <Data />
      </div>
    </div>
  );
}

const COLUMNS = ['ms', 'identities', 'datasets', 'records', 'bytes'] as const;

/** The numbers behind the pictures, to be seen and taken along. */
function Data() {
  const points = exporting.points.value;
  const csv = () =>
    [COLUMNS.join(','), ...points.map((point) => COLUMNS.map((name) => point[name]).join(','))].join('\n');
  const svg = () => {
    const plot = document.getElementById('plot-rate');
    if (!plot) return '';
    const drawn = plot.cloneNode(true) as Element;
    drawn.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
    for (const line of drawn.querySelectorAll('polyline, line')) {
      line.setAttribute('fill', 'none');
      line.setAttribute('stroke', line.tagName === 'line' ? '#ddd' : '#4f46e5');
    }
    for (const area of drawn.querySelectorAll('polygon')) area.setAttribute('fill', '#eef0ff');
    for (const label of drawn.querySelectorAll('text')) label.setAttribute('font', '10px sans-serif');
    return new XMLSerializer().serializeToString(drawn);
  };
  return (
    <section class="block" aria-labelledby="export-data">
      <header class="block-header">
        <h2 id="export-data">Data</h2>
        <span class="spacer" />
        <Button
          icon="download"
          disabled={points.length === 0}
          onClick={() => save('export-progress.csv', csv(), 'text/csv')}
        >
          Data
        </Button>
        <Button
          icon="download"
          disabled={points.length === 0}
          onClick={() => save('export-rate.svg', svg(), 'image/svg+xml')}
        >
          SVG
        </Button>
      </header>
      {points.length === 0 ? (
        <p class="empty">No export has run yet. Seed the pool in Data for something to export.</p>
      ) : (
        <div class="table-scroll short" tabIndex={0} role="region" aria-label="Progress, as numbers">
          <table class="records">
            <thead>
              <tr>
                {COLUMNS.map((name) => (
                  <th key={name} scope="col" class="numeric">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {points.slice(-100).map((point) => (
                <tr key={point.ms}>
                  {COLUMNS.map((name) => (
                    <td key={name} class="numeric">
                      {number(Math.round(point[name]))}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
