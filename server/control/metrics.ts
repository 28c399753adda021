import type { Call, Calls } from '../http/calls';
import type { Store } from '../state/store';

/** Prometheus's text format, version 0.0.4. https://prometheus.io/docs/instrumenting/exposition_formats/ */
export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** Upper bounds in seconds: from what a read takes here to what clients wait for at most. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

interface Series {
  readonly operation: string;
  /** Answers by status; `none` where none left. */
  readonly byStatus: Map<string, number>;
  /** Calls by the first bucket that holds them; the last one holds those beyond all bounds. */
  readonly inBucket: number[];
  seconds: number;
}

type Labels = Readonly<Record<string, string>>;

/** Figures about the calls of the services and the database since the start. */
export class Metrics {
  private readonly series = new Map<string, Series>();

  constructor(
    calls: Calls,
    private readonly store: Store,
  ) {
    calls.listen((call) => this.add(call));
  }

  /** All figures, in Prometheus's text format. */
  text(): string {
    const all = [...this.series.values()];
    const { transactions, bytes } = this.store.figures();
    return [
      ...family('calls_total', 'counter', 'Calls by operation and status.', all.flatMap(callSamples)),
      ...family('throttled_total', 'counter', 'Calls answered with status 429.', [['', {}, sum(all.map(throttled))]]),
      ...family(
        'call_duration_seconds',
        'histogram',
        'From the head of a call to the end of its answer.',
        all.flatMap(durationSamples),
      ),
      ...family('changes_total', 'counter', 'Changes of the state.', [['', {}, this.store.commits]]),
      ...family(
        'transactions_total',
        'counter',
        'Transactions of the database; changes that come together share one.',
        [['', {}, transactions]],
      ),
      ...family('database_bytes', 'gauge', 'Size of the database.', [['', {}, bytes]]),
    ].join('');
  }

  private add({ operation, status, ms }: Call): void {
    const name = operation ?? 'none';
    let series = this.series.get(name);
    if (!series) {
      series = { operation: name, byStatus: new Map(), inBucket: BUCKETS.map(() => 0).concat(0), seconds: 0 };
      this.series.set(name, series);
    }
    const { byStatus, inBucket } = series;
    const answered = String(status ?? 'none');
    byStatus.set(answered, (byStatus.get(answered) ?? 0) + 1);
    const seconds = ms / 1000;
    const bucket = BUCKETS.findIndex((bound) => seconds <= bound);
    inBucket[bucket < 0 ? BUCKETS.length : bucket]! += 1;
    series.seconds += seconds;
  }
}

type Sample = readonly [suffix: string, labels: Labels, value: number];

const callSamples = ({ operation, byStatus }: Series): Sample[] =>
  [...byStatus].map(([status, count]) => ['', { operation, status }, count]);

const throttled = ({ byStatus }: Series) => byStatus.get('429') ?? 0;

function durationSamples({ operation, inBucket, seconds }: Series): Sample[] {
  let below = 0;
  const buckets = inBucket.map((count, i): Sample => {
    below += count;
    return ['_bucket', { operation, le: i < BUCKETS.length ? String(BUCKETS[i]) : '+Inf' }, below];
  });
  return [...buckets, ['_sum', { operation }, seconds], ['_count', { operation }, below]];
}

/** The lines of one metric. Labels are names of operations and numbers, so nothing in them needs an escape. */
function family(name: string, type: string, help: string, samples: readonly Sample[]): string[] {
  const full = `cognito_sync_${name}`;
  const lines = samples.map(([suffix, labels, value]) => {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${text}"`);
    return `${full}${suffix}${pairs.length ? `{${pairs.join(',')}}` : ''} ${value}\n`;
  });
  return [`# HELP ${full} ${help}\n`, `# TYPE ${full} ${type}\n`, ...lines];
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
