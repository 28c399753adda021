import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { FaultList, StruckFault, WaitingFault } from '../../protocol';
import { call } from '../api';
import { time } from '../format';
import { start } from '../state';
import { Button } from '../ui/controls';
import { Icon } from '../ui/icon';
import { attempt, useCall } from '../use-call';

/** What each kind does, for people. */
const MEANINGS: Readonly<Record<string, string>> = {
  '429': 'answers TooManyRequestsException',
  '500': 'answers InternalErrorException before acting',
  '503': 'answers ServiceUnavailable before acting',
  conflict: 'answers ResourceConflictException',
  error: 'answers another error',
  html: 'answers with a page of a proxy',
  hang: 'never answers, and does nothing',
  'reset-before': 'ends the line before the call takes effect',
  'reset-after': 'ends the line after the call took effect',
  'hang-after': 'takes effect, and never answers',
  '500-after': 'takes effect, and answers an error',
  truncated: 'takes effect, and the answer breaks off',
  'not-json': 'takes effect, and the answer is no JSON',
  empty: 'takes effect, and the answer is empty',
  latency: 'answers later',
};

const REFRESH_MS = 1_000;

/** What goes wrong with calls to the local server: the next few, or a share of them. */
export function FaultsView() {
  const list = useCall<FaultList>('faults', {});
  const problem = useSignal<string | undefined>(undefined);
  useEffect(() => {
    const timer = setInterval(() => void list.reload(), REFRESH_MS);
    return () => clearInterval(timer);
  }, [list.reload]);
  const change = (name: string, input: object = {}) =>
    attempt(problem, async () => (list.value.value = await call<FaultList>(name, input)));
  const { next = [], rate = [], struck = [] } = list.value.value ?? {};
  return (
    <div class="scroll">
      <div class="column wide">
        <header class="step-heading">
          <h1>Faults</h1>
          <p class="lead">
            What goes wrong with calls to the local server. A fault strikes one call; those of «after» kinds strike once
            it has taken effect.
          </p>
        </header>
        <div class="fault-forms">
          <NextForm onAdd={(input) => void change('faults/next', input)} />
          <RateForm onAdd={(input) => void change('faults/rate', input)} />
        </div>
        {problem.value !== undefined && (
          <p class="problem" role="alert">
            {problem.value}
          </p>
        )}
        <section class="block">
          <header class="block-header">
            <h2>Waiting</h2>
            <span class="spacer" />
            <Button disabled={next.length + rate.length === 0} onClick={() => void change('faults/clear')}>
              Clear all
            </Button>
          </header>
          {next.length + rate.length === 0 && <p class="empty">No fault waits: every call is answered.</p>}
          <ul class="waiting-faults">
            {[
              ...next.map((fault, index) => ({ among: 'next', fault, index })),
              ...rate.map((fault, index) => ({ among: 'rate', fault, index })),
            ].map(({ among, fault, index }) => (
              <li key={`${among}${index}`}>
                <Waiting fault={fault} />
                <Button
                  icon="close"
                  kind="quiet"
                  label={`Take ${fault.kind} away`}
                  onClick={() => void change('faults/remove', { among, index })}
                />
              </li>
            ))}
          </ul>
        </section>
        <section class="block">
          <header class="block-header">
            <h2>Struck</h2>
          </header>
          {struck.length === 0 ? <p class="empty">Nothing has been struck yet.</p> : <StruckTable struck={struck} />}
        </section>
      </div>
    </div>
  );
}

function Waiting({ fault: { kind, operation, count, rate, seed, ms } }: { readonly fault: WaitingFault }) {
  const how = rate === undefined ? `next ${count ?? 1}` : `${Math.round(rate * 100)} % of calls, seed ${seed ?? 1}`;
  return (
    <span class="waiting-fault">
      <Icon name="bolt" />
      <strong>{kind}</strong>
      <span>{operation ?? 'any operation'}</span>
      <span class="note">
        {how}
        {ms !== undefined && `, ${ms} ms`} · {MEANINGS[kind]}
      </span>
    </span>
  );
}

function StruckTable({ struck }: { readonly struck: readonly StruckFault[] }) {
  return (
    <table class="records">
      <thead>
        <tr>
          <th scope="col">When</th>
          <th scope="col">Fault</th>
          <th scope="col">Operation</th>
          <th scope="col">Call</th>
        </tr>
      </thead>
      <tbody>
        {struck.map(({ at, kinds, operation, step, call: n }, index) => (
          <tr key={index}>
            <td class="when">{time(at)}</td>
            <td>
              <code>{kinds.join(', ')}</code>
            </td>
            <td>{operation}</td>
            <td>{step ? `call ${n} of ${step}` : 'another client'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface FormProps {
  readonly onAdd: (input: object) => void;
}

interface Chosen {
  readonly kind: string;
  readonly operation: string;
  readonly ms: number;
}

function Choice({
  id,
  chosen,
  onChange,
}: {
  readonly id: string;
  readonly chosen: Chosen;
  readonly onChange: (change: Partial<Chosen>) => void;
}) {
  const known = start.value;
  return (
    <>
      <div class="field">
        <label for={`${id}-kind`}>Fault</label>
        <select
          id={`${id}-kind`}
          value={chosen.kind}
          onChange={(event) => onChange({ kind: event.currentTarget.value })}
        >
          {known?.faultKinds.map((kind) => (
            <option key={kind} value={kind}>
              {kind}
            </option>
          ))}
        </select>
        <p class="note">{MEANINGS[chosen.kind]}</p>
      </div>
      <div class="field">
        <label for={`${id}-operation`}>On</label>
        <select
          id={`${id}-operation`}
          value={chosen.operation}
          onChange={(event) => onChange({ operation: event.currentTarget.value })}
        >
          <option value="">any operation</option>
          {known?.operations.map((operation) => (
            <option key={operation} value={operation}>
              {operation}
            </option>
          ))}
        </select>
      </div>
      {chosen.kind === 'latency' && (
        <div class="field">
          <label for={`${id}-ms`}>Milliseconds</label>
          <input
            id={`${id}-ms`}
            type="number"
            min={0}
            value={chosen.ms}
            onInput={(event) => onChange({ ms: Number(event.currentTarget.value) })}
          />
        </div>
      )}
    </>
  );
}

const inputOf = ({ kind, operation, ms }: Chosen) => ({ kind, operation, ...(kind === 'latency' && { ms }) });

function NextForm({ onAdd }: FormProps) {
  const chosen = useSignal<Chosen>({ kind: 'reset-after', operation: 'UpdateRecords', ms: 500 });
  const count = useSignal(1);
  return (
    <section class="fault-form" aria-label="The next calls">
      <h2>The next calls</h2>
      <Choice id="next" chosen={chosen.value} onChange={(change) => (chosen.value = { ...chosen.value, ...change })} />
      <div class="field">
        <label for="next-count">Times</label>
        <input
          id="next-count"
          type="number"
          min={1}
          value={count.value}
          onInput={(event) => (count.value = Number(event.currentTarget.value))}
        />
      </div>
      <Button kind="primary" onClick={() => onAdd({ ...inputOf(chosen.value), count: count.value })}>
        Add
      </Button>
    </section>
  );
}

function RateForm({ onAdd }: FormProps) {
  const chosen = useSignal<Chosen>({ kind: '429', operation: '', ms: 500 });
  const percent = useSignal(20);
  const seed = useSignal(1);
  return (
    <section class="fault-form" aria-label="A share of all calls">
      <h2>A share of all calls</h2>
      <Choice id="rate" chosen={chosen.value} onChange={(change) => (chosen.value = { ...chosen.value, ...change })} />
      <div class="sizes">
        <div class="field">
          <label for="rate-percent">Percent</label>
          <input
            id="rate-percent"
            type="number"
            min={0}
            max={100}
            value={percent.value}
            onInput={(event) => (percent.value = Number(event.currentTarget.value))}
          />
        </div>
        <div class="field">
          <label for="rate-seed">Seed</label>
          <input
            id="rate-seed"
            type="number"
            min={0}
            value={seed.value}
            onInput={(event) => (seed.value = Number(event.currentTarget.value))}
          />
        </div>
      </div>
      <Button
        kind="primary"
        onClick={() => onAdd({ ...inputOf(chosen.value), rate: percent.value / 100, seed: seed.value })}
      >
        Add
      </Button>
    </section>
  );
}
