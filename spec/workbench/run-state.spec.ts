import type { RunEvent } from '../../workbench/protocol';
import { lostAnswerOf, newRun, verdictOf, withEvents } from '../../workbench/page/run-state';

const sent = (n: number, ms: number, operation = 'ListRecords', method = 'GET'): RunEvent => ({
  type: 'sent',
  n,
  ms,
  operation,
  method,
  origin: 'http://127.0.0.1:1',
  target: `/${operation}`,
  head: '',
  body: { text: '', bytes: 0 },
});
const answered = (n: number, ms: number, outcome: { status?: number; failure?: string }): RunEvent => ({
  type: 'answered',
  n,
  ms,
  head: '',
  body: { text: '', bytes: 0 },
  ...outcome,
});
const emit = (event: 'data' | 'rebound' | 'snapshot', payload: unknown): RunEvent => ({
  type: 'emit',
  event,
  payload,
  ms: 1,
});
const end = (error?: { kind: 'thrown' | 'crashed'; message: string }): RunEvent => ({
  type: 'end',
  ms: 9,
  ...(error && { error }),
});
const run = (...events: RunEvent[]) => withEvents(newRun({ step: 'UpsertRecords', id: 'id', fields: {} }), events);

describe('a run as the page shows it', () => {
  it('counts a repeat of a failed call as another attempt, with the wait before it', () => {
    const { calls } = run(
      sent(1, 10),
      answered(1, 30, { status: 429 }),
      sent(2, 130),
      answered(2, 140, { status: 200 }),
      sent(3, 150),
    );
    expect(calls.map(({ attempt, waitMs }) => [attempt, waitMs])).toEqual([
      [1, undefined],
      [2, 100],
      [1, undefined],
    ]);
  });

  it('shows the newest 500 of many, and how many there were', () => {
    const many = run(...Array.from({ length: 612 }, (_, n) => emit('data', { body: n })));
    expect([many.emitted.length, many.emittedCount]).toEqual([500, 612]);
    expect(many.emitted[0]?.payload).toEqual({ body: 112 });
  });

  it.each([
    ['1 message · 9 ms · 1 call', 'ok', [sent(1, 1), emit('data', { body: {} }), end()]],
    ['Failed · 9 ms · 0 calls', 'bad', [end({ kind: 'thrown', message: 'no' })]],
    ['The process ended · 9 ms · 0 calls', 'bad', [end({ kind: 'crashed', message: 'no' })]],
    ['Rebound: to be delivered again later · 9 ms · 0 calls', 'warn', [emit('rebound', {}), end()]],
    [
      'The error was emitted as a message · 9 ms · 0 calls',
      'warn',
      [emit('data', { body: { error: { name: 'X' } } }), end()],
    ],
    ['Running · 1 call', 'busy', [sent(1, 1)]],
  ])('says «%s»', (text, tone, events) => {
    expect(verdictOf(run(...events))).toEqual({ tone, text });
  });

  const write = [sent(1, 1, 'UpdateRecords', 'POST'), answered(1, 2, { failure: 'ECONNRESET' })];
  it.each([
    [
      'the answer to a write was lost',
      [...write, sent(2, 3), emit('data', { body: { DatasetSyncCount: 1 } }), end()],
      { writes: 1, tokenUsedUp: false, syncCount: 1 },
    ],
    [
      'the token of the write was used up',
      [...write, sent(2, 3), answered(2, 4, { status: 400 }), emit('data', { body: { DatasetSyncCount: 1 } }), end()],
      { writes: 1, tokenUsedUp: true, syncCount: 1 },
    ],
    [
      'the write was repeated under its token',
      [...write, sent(2, 3, 'UpdateRecords', 'POST'), emit('data', { body: { DatasetSyncCount: 1 } }), end()],
      { writes: 2, tokenUsedUp: false, syncCount: 1 },
    ],
    ['nothing was lost', [sent(1, 1, 'UpdateRecords', 'POST'), answered(1, 2, { status: 200 }), end()], undefined],
    ['the run failed', [...write, end({ kind: 'thrown', message: 'no' })], undefined],
    ['a read was lost', [sent(1, 1), answered(1, 2, { failure: 'ECONNRESET' }), end()], undefined],
  ])('knows when %s', (_, events, lost) => {
    expect(lostAnswerOf(run(...events))).toEqual(lost);
  });
});
