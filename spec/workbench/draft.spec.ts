import { messageOf, messageProblem, type Draft } from '../../workbench/page/draft';
import { commandOf } from '../../workbench/page/steps/command';
import { bytes, time } from '../../workbench/page/format';
import { ratesOf, roundedUp, thinned } from '../../workbench/page/export/rates';
import type { Start, StepInfo } from '../../workbench/protocol';

const step = { id: 'ListRecords', kind: 'action' } as StepInfo;
const draft: Draft = { fields: {}, body: { Key: "it's" }, mode: 'Integrator', expression: '$.a', sample: '{"a":1}' };
const message = { step: 'ListRecords', body: { Key: "it's" }, fields: {} };
const start = {
  region: 'us-east-1',
  endpoint: 'http://127.0.0.1:1234',
  credential: { mode: 'local', filled: [], live: false },
} as unknown as Start;

describe('a draft', () => {
  it('becomes a message, or a mapping and its sample', () => {
    expect(messageOf(step, draft)).toEqual({ body: { Key: "it's" } });
    expect(messageOf(step, { ...draft, mode: 'Developer', text: '[1]' })).toEqual({ body: [1] });
    expect(messageOf(step, { ...draft, mode: 'Mapping' })).toEqual({
      mapping: { expression: '$.a', sample: { a: 1 } },
    });
    expect(messageOf({ ...step, kind: 'trigger' }, draft)).toEqual({ body: {} });
  });

  it('cannot be sent while its message, or the sample of its mapping, is no JSON', () => {
    expect(messageProblem(step, { ...draft, mode: 'Developer', text: '{' })).toMatch(/^Line 1: /);
    expect(messageProblem(step, { ...draft, mode: 'Mapping', sample: '{' })).toMatch(/^Line 1: /);
    expect(messageProblem({ ...step, kind: 'trigger' }, { ...draft, text: '{' })).toBeUndefined();
    expect(messageProblem(step, draft)).toBeUndefined();
  });

  it('becomes a command that a shell takes as it is', () => {
    const fields = { IdentityPoolId: 'us-east-1:1', errorPolicy: '', emitSummary: true };
    const command = commandOf({ ...message, fields }, start);
    expect(command).toBe(
      `printf %s '{"Key":"it'\\''s"}' | AWS_ACCESS_KEY_ID=AKIDLOCAL AWS_SECRET_ACCESS_KEY=local-secret AWS_REGION=us-east-1 COGNITO_SYNC_ENDPOINT=http://127.0.0.1:1234 npm run -s step -- ListRecords - 'IdentityPoolId=us-east-1:1' 'emitSummary=true'`,
    );
  });

  it('leaves the credential out of the command where it is one’s own', () => {
    const own = { ...start, credential: { mode: 'own', filled: ['secretAccessKey'], live: true } } as Start;
    expect(commandOf(message, own)).toBe(`printf %s '{"Key":"it'\\''s"}' | npm run -s step -- ListRecords -`);
  });
});

describe('numbers of the page', () => {
  it.each([
    [0, '0 bytes'],
    [999, '999 bytes'],
    [1_000, '1.0 KB'],
    [2_140_000, '2.1 MB'],
    [3e12, '3000.0 GB'],
  ])('writes %d as %s', (n, text) => {
    expect(bytes(n)).toBe(text);
  });

  it('writes the day of another day', () => {
    expect(time('2026-01-31T09:30:00.123Z', '2026-01-31T10:00:00Z')).toBe('09:30:00.123');
    expect(time('2026-01-30T09:30:00.123Z', '2026-01-31T10:00:00Z')).toBe('2026-01-30 09:30:00');
  });

  it.each([
    [0, 1],
    [3, 5],
    [740, 1_000],
    [5_263, 10_000],
  ])('ends the axis of %d at %d', (value, end) => {
    expect(roundedUp(value)).toBe(end);
  });

  it('knows the rate between two points of an export', () => {
    const point = (ms: number, records: number) => ({ ms, records, identities: 0, datasets: 0, bytes: 10 * records });
    expect(ratesOf([point(0, 0), point(500, 100), point(500, 100), point(1_500, 300)])).toEqual([
      { ms: 500, recordsPerSecond: 200, bytesPerSecond: 2_000 },
      { ms: 1_500, recordsPerSecond: 200, bytesPerSecond: 2_000 },
    ]);
  });

  it('thins many points out, and never loses the last', () => {
    const many = Array.from({ length: 402 }, (_, n) => n);
    expect(thinned(many)).toHaveLength(201);
    expect(thinned(many).at(-1)).toBe(401);
    expect(thinned([1, 2])).toEqual([1, 2]);
  });
});
