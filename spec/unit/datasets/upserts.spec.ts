import { isConflict, isUnclear, mayStillArrive, outcomeUnknown } from '../../../lib/datasets/outcome';
import { upsertRecords } from '../../../lib/datasets/upsert';
import { ConnectorError, type ErrorDetails } from '../../../lib/error';
import { answering } from '../../support/answers';
import { IdentityId, IdentityPoolId } from '../cognito-sync/inputs';

const where = { IdentityPoolId, IdentityId, DatasetName: 'profile' };
const failed = (name: string, details: Partial<ErrorDetails> = {}) =>
  new ConnectorError(name, { operation: 'UpdateRecords', message: 'no', ...details });
const conflict = failed('ResourceConflictException', { status: 409, message: 'Current SyncCount for: k is: 1 not: 0' });
const upsert = (client: ReturnType<typeof answering>, values: Record<string, string | null>, more: object = {}) =>
  upsertRecords(client, { ...where, Records: new Map(Object.entries(values)), ...more });

describe('a conflict is known', () => {
  it.each([
    ['by its name', failed('ResourceConflictException', { status: 400 }), true],
    ['by its status', failed('Other', { status: 409 }), true],
    ['by its text', failed('InvalidParameterException', { message: 'Current SyncCount for: k is: 1 not: 0' }), true],
    ['not by its text elsewhere', failed('X', { message: 'a Current SyncCount for: k' }), false],
    ['not by anything else', failed('X', { status: 400 }), false],
    ['not in another error', Object.assign(new Error('Current SyncCount for: k'), { status: 409 }), false],
  ])('%s', (_, error, expected) => expect(isConflict(error)).toBe(expected));
});

describe('an unclear failure', () => {
  it('is one that another attempt cures only where that is safe', () => {
    expect(isUnclear(failed('X', { retry: 'if idempotent' }))).toBe(true);
    for (const retry of ['always', 'never'] as const) expect(isUnclear(failed('X', { retry }))).toBe(false);
    expect(isUnclear({ retry: 'if idempotent' })).toBe(false);
  });

  it('may still be under way, unless AWS itself has answered', () => {
    expect(mayStillArrive(failed('Timeout'))).toBe(true);
    expect(mayStillArrive(failed('InvalidResponse', { requestId: 'r' }))).toBe(true);
    expect(mayStillArrive(failed('InternalErrorException', { requestId: 'r' }))).toBe(false);
    expect(mayStillArrive(failed('InternalErrorException'))).toBe(true);
  });

  it('becomes an error that says so, with what is known of it', () => {
    const error = outcomeUnknown(
      failed('X', { status: 502, requestId: 'r', retry: 'if idempotent' }),
      'the write',
      'look',
    );
    expect(error).toMatchObject({ name: 'OutcomeUnknown', status: 502, requestId: 'r', retry: 'never' });
    expect(error.message).toBe(
      'UpdateRecords: OutcomeUnknown: the write may or may not have taken effect: look; the failure was X: no (HTTP 502, request id r)',
    );
  });
});

it('an error of another action says whose it was, and all else that it said', () => {
  const error = failed('X', { status: 429, requestId: 'r', retry: 'always', retryAfterMs: 7 });
  expect(error.as('UpdateRecords')).toBe(error);
  expect(error.as('UpsertRecords')).toMatchObject({
    message: 'UpsertRecords: X: no [UpdateRecords] (HTTP 429, request id r)',
    operation: 'UpsertRecords',
    status: 429,
    requestId: 'r',
    retry: 'always',
    retryAfterMs: 7,
  });
});

describe('conflicts', () => {
  const held = { DatasetExists: true, DatasetSyncCount: 2, Records: [{ Key: 'k', SyncCount: 2, Value: 'theirs' }] };

  it('are met with another round five times, each after a longer wait, then reported', async () => {
    const rounds = Array.from({ length: 6 }, () => [conflict, held]).flat();
    const client = answering(held, ...rounds, {});
    await expect(upsert(client, { k: 'ours' })).rejects.toBe(conflict);
    expect(client.operations().filter((name) => name === 'UpdateRecords')).toHaveLength(6);
    expect(client.waits).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('the fifth may still be followed by a success', async () => {
    const rounds = Array.from({ length: 5 }, () => [conflict, held]).flat();
    const client = answering(held, ...rounds, { Records: [{ Key: 'k', SyncCount: 3, Value: 'ours' }] });
    expect((await upsert(client, { k: 'ours' })).output).toMatchObject({ Written: true, DatasetSyncCount: 3 });
  });

  it('are reported at once with OnConflict fail; another refusal always is', async () => {
    for (const [error, more] of [
      [conflict, { OnConflict: 'fail' }],
      [failed('LimitExceededException', { status: 400 }), {}],
    ] as const) {
      const client = answering(held, error, held, {});
      await expect(upsert(client, { k: 'ours' }, more)).rejects.toBe(error);
      expect(client.operations().filter((name) => name === 'UpdateRecords')).toHaveLength(1);
    }
  });
});

describe('quotas', () => {
  const dataset = (...values: [string, string][]) => ({
    DatasetExists: true,
    DatasetSyncCount: 1,
    Records: values.map(([Key, Value]) => ({ Key, Value, SyncCount: 1 })),
  });
  const many = (count: number) => Array.from({ length: count }, (_, n): [string, string] => [`k${n}`, 'v']);

  it('1,024 records and 1 MiB are allowed, one more of either is not', async () => {
    expect((await upsert(answering(dataset(...many(1_023)), {}), { one: 'v' })).output.Written).toBe(true);
    await expect(upsert(answering(dataset(...many(1_024)), {}), { one: 'v' })).rejects.toThrow('leave 1025 records');
    const rest = 1_048_576 - 6;
    expect((await upsert(answering(dataset(['abc', 'xyz']), {}), { b: 'x'.repeat(rest - 1) })).output.Written).toBe(
      true,
    );
    await expect(upsert(answering(dataset(['abc', 'xyz']), {}), { b: 'x'.repeat(rest) })).rejects.toThrow(
      'leave 1048577 bytes',
    );
  });

  it('what is removed makes room in the same write', async () => {
    const client = answering(dataset(...many(1_024)), {});
    expect((await upsert(client, { k0: null, one: 'v' })).output.Written).toBe(true);
  });
});
