import { useSignal } from '@preact/signals';
import type { Sent } from '../../protocol';
import { isFailed, SHOWN, type Call, type Run } from '../run-state';
import { Segments } from '../ui/controls';
import { Icon } from '../ui/icon';
import { TextView } from '../ui/json-view';
import { useNewest } from '../ui/newest';

const FILTERS = ['All', 'Failed only'] as const;

/** Every attempt of a run, on one time axis. */
export function Calls({ run }: { readonly run: Run }) {
  const filter = useSignal<(typeof FILTERS)[number]>('All');
  const opened = useSignal<number | undefined>(undefined);
  const chosen = filter.value === 'All' ? run.calls : run.calls.filter(isFailed);
  const { shown, button } = useNewest(chosen);
  if (run.calls.length === 0) {
    return <p class="empty">{run.status === 'running' ? 'No call yet.' : 'Nothing went over the wire.'}</p>;
  }
  const [first] = run.calls;
  const from = first?.sent.ms ?? 0;
  const to = Math.max(...run.calls.map(({ sent, answered }) => answered?.ms ?? sent.ms), from + 1);
  return (
    <div class="calls">
      <div class="row">
        <Segments
          label="Which calls"
          names={FILTERS}
          current={filter.value}
          onChange={(name) => (filter.value = name)}
        />
        <span class="spacer" />
        <span class="note">
          {run.callCount > SHOWN
            ? `The newest ${SHOWN} of ${run.callCount.toLocaleString('en')} calls`
            : `${Math.round(to - from)} ms from the first call to the last answer`}
        </span>
      </div>
      {button}
      <ol>
        {shown.map((call) => (
          <CallRow
            key={call.sent.n}
            call={call}
            axis={{ from, to }}
            isOpen={opened.value === call.sent.n}
            onToggle={() => (opened.value = opened.value === call.sent.n ? undefined : call.sent.n)}
          />
        ))}
      </ol>
      {shown.length === 0 && <p class="empty">No call failed.</p>}
    </div>
  );
}

interface RowProps {
  readonly call: Call;
  readonly axis: { readonly from: number; readonly to: number };
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

const FAILURES: Readonly<Record<string, string>> = { ECONNRESET: 'RESET', ECONNREFUSED: 'REFUSED' };

const outcomeOf = ({ answered }: Call): string =>
  answered ? (answered.failure ? (FAILURES[answered.failure] ?? answered.failure) : String(answered.status)) : '…';

function CallRow({ call, axis, isOpen, onToggle }: RowProps) {
  const { sent, answered, attempt, waitMs } = call;
  const tone = answered ? (isFailed(call) ? 'bad' : 'ok') : 'busy';
  return (
    <li class={`call ${tone}`}>
      <button type="button" class="call-summary" aria-expanded={isOpen} onClick={onToggle}>
        <span class={`outcome ${tone}`}>{outcomeOf(call)}</span>
        <span class="method">{sent.method}</span>
        <span class="operation">
          {sent.operation}
          {attempt > 1 && (
            <span class="attempt">
              attempt {attempt}, after {Math.round(waitMs ?? 0)} ms
            </span>
          )}
          {answered?.struck?.map((kind) => (
            <span class="struck" key={kind} title="This fault of the local server struck here">
              <Icon name="bolt" />
              {kind}
            </span>
          ))}
        </span>
        <Bar call={call} axis={axis} />
        <span class="duration">{answered ? `${(answered.ms - sent.ms).toFixed(1)} ms` : ''}</span>
      </button>
      {isOpen && <Details call={call} />}
    </li>
  );
}

/** When a call ran: pale until the first byte of the answer came. */
function Bar({ call: { sent, answered }, axis: { from, to } }: Pick<RowProps, 'call' | 'axis'>) {
  const part = (ms: number) => ((ms - from) / (to - from)) * 100;
  const end = answered?.ms ?? to;
  const first = answered?.firstByteMs ?? end;
  const width = (one: number, other: number) => Math.max(other - one, 0);
  return (
    <svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
      <rect class="track" x="0" y="4.5" width="100" height="1" />
      <rect class="waiting" x={part(sent.ms)} y="1" height="8" width={Math.max(width(part(sent.ms), part(first)), 1)} />
      <rect class="reading" x={part(first)} y="1" height="8" width={width(part(first), part(end))} />
    </svg>
  );
}

const size = (bytes: number) => (bytes === 0 ? 'no body' : `${bytes.toLocaleString('en')} bytes`);
/** A file goes out in chunks, which are not collected. */
const sizeSent = ({ head, body }: Sent) =>
  /^transfer-encoding: *chunked/im.test(head) ? 'a file, in chunks' : size(body.bytes);

function Details({ call: { sent, answered } }: { readonly call: Call }) {
  return (
    <div class="call-details">
      <h3>
        Sent <span class="note">{sizeSent(sent)}</span>
      </h3>
      <TextView text={joined(sent.head, sent.body.text)} label="Sent" />
      {sent.signing && (
        <>
          <h3>
            Canonical request{' '}
            <span class="verified" title="Computed from what was sent, it leads to the very signature that was sent">
              <Icon name="check" /> verified
            </span>
          </h3>
          <TextView text={sent.signing.canonicalRequest} label="Canonical request" />
          <h3>String to sign</h3>
          <TextView text={sent.signing.stringToSign} label="String to sign" />
        </>
      )}
      <h3>Answered {answered && !answered.failure && <span class="note">{size(answered.body.bytes)}</span>}</h3>
      {answered === undefined && <p class="note">No answer yet.</p>}
      {answered?.failure && <p class="problem">No answer: {answered.failure}</p>}
      {answered?.head && <TextView text={joined(answered.head, answered.body.text)} label="Answered" />}
    </div>
  );
}

const joined = (head: string, body: string) =>
  body ? `${head.replaceAll('\r', '')}\n\n${body}` : head.replaceAll('\r', '');
