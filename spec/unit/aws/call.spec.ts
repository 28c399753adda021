import { backoffMs, call, defaultPolicy, realIo } from '../../../lib/aws/call';
import { TransportFailure } from '../../../lib/aws/adapter';
import { ConnectorError } from '../../../lib/error';
import { invalidResponse } from '../../../lib/aws/error-response';
import { keys, late, lost, NOW, ok, refusal, rejection, scripted, unsent, type Outcome } from './scripted';
import { fc, times } from '../../support/random';

const html = { status: 502, headers: {}, body: '<html>' };
const tooLarge = new TransportFailure('InvalidResponse', 'the answer is larger than 16777216 bytes', true);
const unreachable = new TransportFailure('Timeout', 'no connection to x within 5000 ms', false);

describe('attempts', () => {
  it.each([
    ['a success', ok, 1, 1],
    ['429', refusal('TooManyRequestsException', 429), 4, 4],
    ['ThrottlingException', refusal('ThrottlingException', 400), 4, 4],
    ['LambdaThrottledException', refusal('LambdaThrottledException', 429), 4, 4],
    ['503', refusal('ServiceUnavailable', 503), 4, 4],
    ['503 in HTML', { ...html, status: 503 }, 4, 1],
    [
      '503 by name, without a request id',
      { ...refusal('ServiceUnavailable', 503), headers: { 'x-amzn-errortype': 'ServiceUnavailable' } },
      4,
      1,
    ],
    ['408 of a gateway', { ...html, status: 408 }, 4, 1],
    ['RequestTimeout of AWS', refusal('RequestTimeout', 408), 1, 1],
    ['500', refusal('InternalErrorException', 500), 4, 1],
    ['502 in HTML', html, 4, 1],
    ['504', refusal('Other', 504), 4, 1],
    ['a refused connection', unsent, 4, 4],
    ['a connection that takes too long', unreachable, 4, 4],
    ['a reset after sending', lost, 4, 1],
    ['a timeout after sending', late, 4, 1],
    ['an answer that is too large', tooLarge, 4, 1],
    ['a success in HTML', { ...html, status: 200 }, 4, 1],
    ['a quota', refusal('LimitExceededException'), 1, 1],
    ['a conflict', refusal('ResourceConflictException', 409), 1, 1],
    ['a concurrent change', refusal('ConcurrentModificationException'), 1, 1],
    ['wrong input', refusal('InvalidParameterException'), 1, 1],
    ['no permission', refusal('AccessDeniedException', 403), 1, 1],
    ['a refusal', refusal('NotAuthorizedException', 403), 1, 1],
    ['a wrong key', refusal('UnrecognizedClientException', 403), 1, 1],
    ['a wrong secret', refusal('InvalidSignatureException', 403), 1, 1],
    ['an expired token that cannot be renewed', refusal('ExpiredTokenException', 403), 1, 1],
    ['something absent', refusal('ResourceNotFoundException', 404), 1, 1],
    ['an unknown exception', refusal('LambdaSocketTimeoutException'), 1, 1],
    ['a redirect', { status: 307, headers: { location: 'https://other.example.com' }, body: '' }, 1, 1],
  ] as [string, Outcome, number, number][])('%s: %#', async (_, outcome, ifIdempotent, otherwise) => {
    for (const [idempotent, expected] of [
      [true, ifIdempotent],
      [false, otherwise],
    ] as const) {
      const world = scripted([outcome]);
      const decode = (response: typeof ok) => {
        if (response.body.startsWith('<')) throw invalidResponse('ListRecords', response);
        return response.body;
      };
      const error = await world.perform({ idempotent, decode }).catch((reason: unknown) => reason);
      expect(world.sent).toHaveLength(expected);
      expect(world.waits.length).toBeGreaterThanOrEqual(expected - 1);
      if (outcome !== ok) expect(error).toBeInstanceOf(ConnectorError);
    }
  });

  it.each([0, 1, 2, 5])('are at most %d more than one', async (retries) => {
    const world = scripted([refusal('TooManyRequestsException', 429)]);
    await rejection(world.perform({}, { retries, timeoutMs: 15_000 }));
    expect(world.sent).toHaveLength(retries + 1);
  });

  it('end with the first success, whose trace says how many there were and how long they took', async () => {
    const world = scripted([unsent, refusal('TooManyRequestsException', 429), lost, ok], { sendMs: 10 });
    const { output, trace } = await world.perform();
    expect(output).toEqual({ Count: 1 });
    expect(trace).toEqual({ requestId: 'r-ok', attempts: 4, durationMs: 40 + 50 + 100 + 200, length: ok.body.length });
  });

  it('end with the last failure', async () => {
    const world = scripted([lost, refusal('InternalErrorException', 500), refusal('ResourceNotFoundException', 404)]);
    expect(await rejection(world.perform())).toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'ListRecords: ResourceNotFoundException: no (HTTP 404, request id r-no)',
    });
  });

  it('are each signed anew, for the time at which they start', async () => {
    const world = scripted([refusal('TooManyRequestsException', 429)], { sendMs: 1000, random: 0.999 });
    await rejection(world.perform());
    expect(world.dates()).toEqual(['20260131T093000Z', '20260131T093001Z', '20260131T093002Z', '20260131T093003Z']);
    expect(new Set(world.sent.map(({ headers }) => headers['authorization'])).size).toBe(4);
  });

  it('send the same request', async () => {
    const world = scripted([refusal('TooManyRequestsException', 429)]);
    const request = {
      method: 'POST',
      target: '/a?b=c',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    } as const;
    await rejection(world.perform({ request }));
    for (const { method, target, body, headers } of world.sent) {
      expect({ method, target, body, type: headers['content-type'] }).toEqual({
        method: 'POST',
        target: '/a?b=c',
        body: '{}',
        type: 'application/json',
      });
    }
  });

  it('stop at an error that is nobody’s refusal, such as a mistake in the program', async () => {
    const world = scripted([new TypeError('mistake')]);
    expect(await rejection(world.perform())).toEqual(new TypeError('mistake'));
    expect(world.sent).toHaveLength(1);
  });

  it('go out without a signature where AWS takes the operation unsigned', async () => {
    const world = scripted([refusal('TooManyRequestsException', 429), ok]);
    await world.perform({ credentials: undefined });
    expect(world.sent.map(({ headers }) => headers)).toEqual([{ host: world.host }, { host: world.host }]);
  });
});

describe('waits', () => {
  it.each([
    [1, 100],
    [2, 200],
    [3, 400],
    [4, 800],
    [8, 12_800],
    [9, 15_000],
    [60, 15_000],
  ])('after attempt %d are anything from 0 to %d ms', (attempt, bound) => {
    expect(backoffMs(attempt, 0)).toBe(0);
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (random) => {
        expect(backoffMs(attempt, random)).toBeCloseTo(random * bound);
      }),
    );
  });

  it('grow from one attempt to the next', async () => {
    const world = scripted([refusal('InternalErrorException', 500)], { random: 0.75 });
    await rejection(world.perform({}, { retries: 5, timeoutMs: 15_000 }));
    expect(world.waits).toEqual([75, 150, 300, 600, 1200]);
  });

  it.each([
    ['2', 2000],
    ['0', 50],
    ['Sat, 31 Jan 2026 09:30:04 GMT', 4000],
    ['Sat, 31 Jan 2026 09:29:00 GMT', 50],
    ['soon', 50],
    ['-3', 50],
  ])('are no shorter than Retry-After: %s asks', async (value, ms) => {
    const world = scripted([refusal('InternalErrorException', 500, { 'retry-after': value }), ok]);
    await world.perform();
    expect(world.waits).toEqual([ms]);
  });

  it.each(['60', '3600', 'Sat, 31 Jan 2026 09:31:00 GMT'])(
    'are not begun when Retry-After: %s lies beyond the time allowed',
    async (value) => {
      const world = scripted([refusal('TooManyRequestsException', 429, { 'retry-after': value }), ok]);
      const error = await rejection(world.perform());
      expect(error).toMatchObject({ name: 'TooManyRequestsException', retry: 'always' });
      expect([world.sent.length, world.waits.length]).toEqual([1, 0]);
    },
  );
});

describe('throttling', () => {
  const throttled = refusal('TooManyRequestsException', 429);

  it('is waited out for as long as the policy says, however few the retries are', async () => {
    const world = scripted([...Array<Outcome>(30).fill(throttled), ok]);
    await world.perform({}, { retries: 1, timeoutMs: 15_000, throttledMs: 60_000 });
    expect(world.sent).toHaveLength(31);
    expect(world.elapsed()).toBeGreaterThan(15_000);
  });

  it('ends a call after that, and after its retries', async () => {
    const world = scripted([throttled]);
    await expect(
      rejection(world.perform({}, { retries: 1, timeoutMs: 15_000, throttledMs: 60_000 })),
    ).resolves.toMatchObject({
      name: 'TooManyRequestsException',
    });
    expect(world.elapsed()).toBeGreaterThanOrEqual(60_000);
    expect(world.elapsed()).toBeLessThanOrEqual(90_000);
  });

  it('of one call makes the next one wait for its turn', async () => {
    const world = scripted([...Array<Outcome>(4).fill(throttled), ok]);
    await rejection(world.perform());
    const before = world.elapsed();
    await world.perform();
    expect(world.elapsed() - before).toBeGreaterThan(100);
  });

  it('of others takes nothing from the time of a call that waits for its first turn', async () => {
    const world = scripted([...Array<Outcome>(4).fill(throttled), ok]);
    await rejection(world.perform());
    await world.perform({}, { retries: 0, timeoutMs: 100 });
    expect(world.timeouts.at(-1)).toBe(100);
  });
});

describe('time', () => {
  it('is bounded as a whole, whatever happens', async () => {
    const outcomes = fc.constantFrom<Outcome>(
      unsent,
      lost,
      late,
      html,
      refusal('TooManyRequestsException', 429),
      refusal('TooManyRequestsException', 429, { 'retry-after': '7' }),
      refusal('InternalErrorException', 500),
      refusal('RequestExpired', 400, { date: 'Sat, 31 Jan 2026 12:00:00 GMT' }),
      refusal('ExpiredTokenException', 403),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(outcomes, { minLength: 1, maxLength: 10 }),
        fc.nat(5),
        fc.integer({ min: 500, max: 20_000 }),
        fc.nat(30_000),
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (script, retries, timeoutMs, sendMs, random) => {
          const world = scripted(script, { sendMs, random });
          const credentials = { current: () => keys, renew: async () => keys };
          await rejection(world.perform({ credentials }, { retries, timeoutMs }));
          // The two repetitions that a clock and a token may ask for have a millisecond at least.
          expect(world.elapsed()).toBeLessThanOrEqual(timeoutMs * (retries + 1) + 2);
          expect(world.sent.length).toBeLessThanOrEqual(retries + 3);
          for (const each of world.timeouts) expect(each).toBeLessThanOrEqual(timeoutMs);
        },
      ),
      { numRuns: times(300) },
    );
  });

  it('that is left bounds the last attempt', async () => {
    const world = scripted([late, refusal('TooManyRequestsException', 429, { 'retry-after': '9' }), ok], {
      sendMs: 1e6,
    });
    await world.perform({}, { retries: 1, timeoutMs: 10_000 }).catch(() => undefined);
    expect(world.timeouts[0]).toBe(10_000);
    expect(world.timeouts[1]).toBeLessThan(10_000);
  });
});

describe('a clock that is off', () => {
  const theirs = 'Sat, 31 Jan 2026 10:30:00 GMT';

  it.each(['InvalidSignatureException', 'SignatureDoesNotMatch', 'RequestExpired', 'RequestTimeTooSkewed'])(
    'is corrected once after %s, at once and beside the retries',
    async (name) => {
      const world = scripted([refusal(name, 403, { date: theirs }), ok]);
      const { trace } = await world.perform({ idempotent: false }, { retries: 0, timeoutMs: 1000 });
      expect(world.dates()).toEqual(['20260131T093000Z', '20260131T103000Z']);
      expect([trace.attempts, world.waits]).toEqual([2, []]);
    },
  );

  it('is corrected only once in a call', async () => {
    const world = scripted([
      refusal('RequestExpired', 400, { date: theirs }),
      refusal('RequestExpired', 400, { date: 'Sat, 31 Jan 2026 12:30:00 GMT' }),
    ]);
    expect(await rejection(world.perform())).toMatchObject({ name: 'RequestExpired' });
    expect(world.sent).toHaveLength(2);
  });

  it('is remembered for the endpoint, and corrected again when it moves', async () => {
    const world = scripted([
      refusal('RequestExpired', 400, { date: theirs }),
      ok,
      ok,
      refusal('InvalidSignatureException', 403, { date: 'Sat, 31 Jan 2026 09:30:00 GMT' }),
      ok,
    ]);
    for (let count = 0; count < 3; count++) await world.perform();
    expect(world.dates()).toEqual([
      '20260131T093000Z',
      '20260131T103000Z',
      '20260131T103000Z',
      '20260131T103000Z',
      '20260131T093000Z',
    ]);
    const elsewhere = scripted([ok]);
    await elsewhere.perform();
    expect(elsewhere.dates()).toEqual(['20260131T093000Z']);
  });

  it.each([
    [
      'AWS’s clock agrees, so that the key must be wrong',
      'InvalidSignatureException',
      { date: 'Sat, 31 Jan 2026 09:33:59 GMT' },
    ],
    ['it is a little behind', 'RequestExpired', { date: 'Sat, 31 Jan 2026 09:26:01 GMT' }],
    ['no Date is known', 'RequestExpired', {}],
    ['Date is none', 'RequestExpired', { date: 'yesterday' }],
    ['something else was wrong', 'AccessDeniedException', { date: theirs }],
  ])('is left alone when %s', async (_, name, headers) => {
    const world = scripted([refusal(name, 403, headers)]);
    expect(await rejection(world.perform())).toMatchObject({ name });
    expect(world.sent).toHaveLength(1);
  });

  it('does not touch a signature that somebody else made', async () => {
    const world = scripted([refusal('RequestExpired', 400, { date: theirs })]);
    await rejection(world.perform({ credentials: { headers: { authorization: 'AWS4-HMAC-SHA256 Signature=abcd' } } }));
    expect(world.sent).toHaveLength(1);
  });

  it('does not mislead a Retry-After that is a date', async () => {
    const world = scripted([
      refusal('RequestExpired', 400, { date: theirs }),
      refusal('TooManyRequestsException', 429, { 'retry-after': 'Sat, 31 Jan 2026 10:30:02 GMT' }),
      ok,
    ]);
    await world.perform();
    expect(world.waits).toEqual([2000]);
  });
});

describe('credentials that have expired', () => {
  const fresh = { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 'fresh', sessionToken: 'token' };

  it.each(['ExpiredTokenException', 'ExpiredToken'])('are renewed once after %s, beside the retries', async (name) => {
    const world = scripted([refusal(name, 403), ok]);
    const renew = jest.fn(async () => fresh);
    await world.perform(
      { idempotent: false, credentials: { current: () => keys, renew } },
      { retries: 0, timeoutMs: 1000 },
    );
    expect(renew).toHaveBeenCalledTimes(1);
    expect(renew).toHaveBeenCalledWith(keys);
    expect(world.sent.map(({ headers }) => headers['x-amz-security-token'])).toEqual([undefined, 'token']);
    expect(world.sent[1]!.headers['authorization']).toContain('Credential=ASIAEXAMPLE/');
  });

  it('are renewed only once in a call', async () => {
    const world = scripted([refusal('ExpiredTokenException', 403)]);
    const renew = jest.fn(async () => fresh);
    const error = await rejection(world.perform({ credentials: { current: async () => keys, renew } }));
    expect(error).toMatchObject({ name: 'ExpiredTokenException', retry: 'never' });
    expect([renew.mock.calls.length, world.sent.length]).toEqual([1, 2]);
  });

  it('that cannot be renewed end the call with the reason', async () => {
    const world = scripted([refusal('ExpiredTokenException', 403), ok]);
    const renew = () => Promise.reject(new Error('no more'));
    expect((await rejection(world.perform({ credentials: { current: () => keys, renew } }))).message).toBe('no more');
  });
});

describe('a given signature', () => {
  const given = {
    Authorization: 'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/x, Signature=abcdef',
    'X-Amz-Date': '20260131T093000Z',
  };

  it('is sent as given', async () => {
    const world = scripted([ok]);
    await world.perform({ credentials: { headers: given } });
    expect(world.sent[0]!.headers).toEqual({
      host: world.host,
      authorization: given.Authorization,
      'x-amz-date': '20260131T093000Z',
    });
  });

  it('comes before what the request says itself, under any spelling', async () => {
    const world = scripted([ok]);
    const request = {
      method: 'POST',
      target: '/',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    } as const;
    await world.perform({
      request,
      credentials: { headers: { 'Content-Type': 'application/x-amz-json-1.1', HOST: 'other' } },
    });
    expect(world.sent[0]!.headers).toEqual({ host: 'other', 'content-type': 'application/x-amz-json-1.1' });
  });

  it.each([refusal('TooManyRequestsException', 429), refusal('ExpiredTokenException', 403), unsent, lost])(
    'is sent once, whatever happens: %#',
    async (outcome) => {
      const world = scripted([outcome]);
      await rejection(world.perform({ credentials: { headers: given } }));
      expect(world.sent).toHaveLength(1);
    },
  );
});

describe('the log', () => {
  it.each([
    [[ok], 'ListRecords: 200, 10 ms, 1 attempt, request id r-ok'],
    [[{ ...ok, headers: {} }], 'ListRecords: 200, 10 ms, 1 attempt, request id none'],
    [[unsent, ok], 'ListRecords: 200, 70 ms, 2 attempts, request id r-ok'],
    [
      [refusal('ResourceNotFoundException', 404)],
      'ListRecords: ResourceNotFoundException 404, 10 ms, 1 attempt, request id r-no',
    ],
    [[lost], 'ListRecords: NetworkError, 390 ms, 4 attempts, request id none'],
  ])('has one line for a call: %#', async (outcomes, line) => {
    const world = scripted(outcomes, { sendMs: 10 });
    await world.perform().catch(() => undefined);
    expect(world.lines).toEqual([line]);
  });

  it('may be absent', async () => {
    const io = { ...realIo, send: async () => ok };
    const endpoint = { origin: 'https://quiet.example.com', host: 'quiet.example.com' };
    const request = { method: 'GET', target: '/', headers: {} } as const;
    const quiet = {
      operation: 'X',
      service: 's',
      region: 'r',
      endpoint,
      request,
      idempotent: true,
      credentials: undefined,
    };
    await expect(call({ ...quiet, decode: () => 1 }, { policy: defaultPolicy, io })).resolves.toMatchObject({
      output: 1,
    });
    const failing = { ...io, send: async () => refusal('X') };
    await expect(call({ ...quiet, decode: () => 1 }, { policy: defaultPolicy, io: failing })).rejects.toThrow(
      'X: X: no',
    );
  });
});

it('the real clock is the machine’s, and waiting takes its time', async () => {
  const before = realIo.now();
  expect(Math.abs(before - Date.now())).toBeLessThan(1000);
  await realIo.wait(5);
  expect(realIo.now() - before).toBeGreaterThanOrEqual(4);
  expect(realIo.random()).toBeLessThan(1);
  expect(new Date(NOW).toISOString()).toBe('2026-01-31T09:30:00.000Z');
});
