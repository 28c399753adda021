import { sessionKey, Sessions, type Expiring } from '../../../lib/aws/sessions';

const MINUTE_MS = 60_000;
let now = 0;
let fetched: string[];
let sessions: Sessions<Expiring>;
beforeEach(() => {
  now = 1_000_000;
  fetched = [];
  sessions = new Sessions(() => now);
});

const get = (key: string) =>
  sessions.get(key, async () => {
    fetched.push(key);
    return { expiresMs: now + 60 * MINUTE_MS };
  });

describe('a session', () => {
  it('is fetched once for all who ask at the same time and later', async () => {
    const together = await Promise.all([get('a'), get('a'), get('a')]);
    expect(new Set([...together, await get('a')]).size).toBe(1);
    expect(fetched).toEqual(['a']);
  });

  it.each([
    [54 * MINUTE_MS, 1],
    [55 * MINUTE_MS - 1, 1],
    [55 * MINUTE_MS, 2],
    [61 * MINUTE_MS, 2],
  ])('of an hour is fetched %i ms later: %i times in all', async (later, times) => {
    await get('a');
    now += later;
    await Promise.all([get('a'), get('a')]);
    expect(fetched).toHaveLength(times);
  });

  it('is not shared under another key', async () => {
    expect(await get('a')).not.toBe(await get('b'));
    expect(fetched).toEqual(['a', 'b']);
  });

  it('is fetched again after a failure, which all who waited get', async () => {
    const fail = () => sessions.get('a', () => Promise.reject(new Error('refused')));
    const results = await Promise.allSettled([fail(), fail()]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await get('a');
    expect(fetched).toEqual(['a']);
  });

  it('is renewed once for all who find it expired', async () => {
    const expired = await get('a');
    const renew = () =>
      sessions.renew('a', expired, async () => {
        fetched.push('renewed');
        return { expiresMs: now + 60 * MINUTE_MS };
      });
    const [first, second] = await Promise.all([renew(), renew()]);
    expect(first).toBe(second);
    expect(await renew()).toBe(first);
    expect(await get('a')).toBe(first);
    expect(fetched).toEqual(['a', 'renewed']);
  });
});

it('keeps a thousand sessions, and lets the one go that was unused for longest', async () => {
  const keys = Array.from({ length: 1_000 }, (_, index) => `key ${index}`);
  for (const key of keys) await get(key);
  await get('key 0');
  await get('one more');
  fetched = [];
  for (const key of ['key 0', 'key 2', 'key 999', 'one more']) await get(key);
  expect(fetched).toEqual([]);
  await get('key 1');
  expect(fetched).toEqual(['key 1']);
});

describe('the key of a session', () => {
  it.each([
    ['one character of a secret', ['id', 'secret'], ['id', 'secreT']],
    ['where one part ends', ['ab', 'c'], ['a', 'bc']],
    ['a part that is missing', ['a', undefined, 'b'], ['a', 'b']],
  ])('differs by %s', (_, one, other) => {
    expect(sessionKey(...one)).not.toBe(sessionKey(...other));
    expect(sessionKey(...one)).toBe(sessionKey(...one));
  });

  it('gives nothing away', () => {
    expect(sessionKey('id', 'secret')).toMatch(/^[\w+/]{43}=$/);
  });
});
