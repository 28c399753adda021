import type { Answered, Emitted, Failure, RunEvent, RunRequest, Sent } from '../protocol';

/** What the page knows of a run, folded from the lines of its stream. */

export interface Call {
  readonly sent: Sent;
  readonly answered?: Answered;
  /** 1, or more for a repeat of a call that failed. */
  readonly attempt: number;
  /** Ms between the end of the failed attempt and this one. */
  readonly waitMs?: number;
}

export interface LogLine {
  readonly level: string;
  readonly line: string;
  readonly ms: number;
}

export interface Run {
  /** What was asked for, so that the very same can be delivered again. */
  readonly request: RunRequest;
  readonly status: 'running' | 'ended' | 'stopped';
  /** Calls and emitted messages, the newest 500 of them, and how many there were. */
  readonly calls: readonly Call[];
  readonly callCount: number;
  readonly emitted: readonly Emitted[];
  readonly emittedCount: number;
  readonly logs: readonly LogLine[];
  readonly logCount: number;
  /** What the mapping made of the sample. */
  readonly mapped?: unknown;
  readonly rebound?: unknown;
  readonly snapshot?: unknown;
  readonly startMs?: number;
  readonly ms?: number;
  readonly error?: Failure;
}

export const SHOWN = 500;

export const newRun = (request: RunRequest): Run => ({
  request,
  status: 'running',
  calls: [],
  callCount: 0,
  emitted: [],
  emittedCount: 0,
  logs: [],
  logCount: 0,
});

const newest = <Item>(items: readonly Item[]) => (items.length > SHOWN ? items.slice(-SHOWN) : items);

/** Whether a call got no answer or one that is no success. */
export const isFailed = ({ answered }: Call): boolean =>
  answered !== undefined && (answered.failure !== undefined || (answered.status ?? 0) >= 400);

function withSent(run: Run, sent: Sent): Run {
  const before = run.calls.findLast(
    (call) => call.sent.method === sent.method && call.sent.target === sent.target && call.sent.origin === sent.origin,
  );
  const isRepeat = before?.answered !== undefined && isFailed(before);
  const repeat = isRepeat && {
    attempt: before.attempt + 1,
    waitMs: Math.max(0, sent.ms - (before.answered?.ms ?? sent.ms)),
  };
  return {
    ...run,
    calls: newest([...run.calls, { sent, ...(repeat || { attempt: 1 }) }]),
    callCount: run.callCount + 1,
  };
}

function withEmitted(run: Run, emitted: Emitted): Run {
  switch (emitted.event) {
    case 'snapshot':
      return { ...run, snapshot: emitted.payload };
    case 'rebound':
      return { ...run, rebound: emitted.payload };
    default:
      return { ...run, emitted: newest([...run.emitted, emitted]), emittedCount: run.emittedCount + 1 };
  }
}

function next(run: Run, event: RunEvent): Run {
  switch (event.type) {
    case 'loaded':
      return { ...run, startMs: event.startMs };
    case 'mapped':
      return { ...run, mapped: event.body };
    case 'sent':
      return withSent(run, event);
    case 'answered':
      return {
        ...run,
        calls: run.calls.map((call) => (call.sent.n === event.n ? { ...call, answered: event } : call)),
      };
    case 'emit':
      return withEmitted(run, event);
    case 'log':
      return { ...run, logs: newest([...run.logs, event]), logCount: run.logCount + 1 };
    case 'end':
      return { ...run, status: 'ended', ms: event.ms, ...(event.error && { error: event.error }) };
    default:
      return run;
  }
}

/** A run after some more events; pure. */
export const withEvents = (run: Run, events: readonly RunEvent[]): Run => events.reduce(next, run);

/** Whether a message says that the step failed: *Emit the error as a message*. */
export function isErrorMessage({ payload }: Emitted): boolean {
  const body = (payload as { body?: { error?: { name?: unknown } } } | undefined)?.body;
  return typeof body?.error?.name === 'string';
}

export interface Verdict {
  readonly tone: 'ok' | 'bad' | 'warn' | 'busy';
  readonly text: string;
}

const count = (n: number, one: string, many = `${one}s`) => `${n.toLocaleString('en')} ${n === 1 ? one : many}`;

/** How a run went, in a line; pure. */
export function verdictOf(run: Run): Verdict {
  const rest = [run.ms === undefined ? [] : `${Math.round(run.ms)} ms`, count(run.callCount, 'call')]
    .flat()
    .join(' · ');
  if (run.status === 'running') return { tone: 'busy', text: `Running · ${count(run.callCount, 'call')}` };
  if (run.status === 'stopped') return { tone: 'warn', text: `Stopped · ${count(run.callCount, 'call')}` };
  if (run.error) {
    const what = { thrown: 'Failed', mapping: 'The mapping failed', crashed: 'The process ended' }[run.error.kind];
    return { tone: 'bad', text: `${what} · ${rest}` };
  }
  if (run.rebound !== undefined) return { tone: 'warn', text: `Rebound: to be delivered again later · ${rest}` };
  if (run.emitted.some(isErrorMessage)) return { tone: 'warn', text: `The error was emitted as a message · ${rest}` };
  return { tone: 'ok', text: `${count(run.emittedCount, 'message')} · ${rest}` };
}

export interface LostAnswer {
  readonly writes: number;
  /** The look with the token of the write was refused: the write had arrived. */
  readonly tokenUsedUp: boolean;
  readonly syncCount?: number;
}

/**
 * What a run shows that lost the answer to its write: undefined where nothing of the kind happened, and false where it went on
 * without looking; pure.
 */
export function lostAnswerOf(run: Run): LostAnswer | undefined {
  if (run.status !== 'ended' || run.error) return undefined;
  const lost = run.calls.findIndex(({ sent, answered }) => sent.operation === 'UpdateRecords' && answered?.failure);
  if (lost < 0) return undefined;
  const writes = run.calls.filter(({ sent }) => sent.operation === 'UpdateRecords').length;
  const tokenUsedUp = run.calls
    .slice(lost)
    .some(({ sent, answered }) => sent.operation === 'ListRecords' && answered?.status === 400);
  const body = (run.emitted.at(-1)?.payload as { body?: { DatasetSyncCount?: number } } | undefined)?.body;
  const syncCount = body?.DatasetSyncCount;
  return { writes, tokenUsedUp, ...(syncCount !== undefined && { syncCount }) };
}
