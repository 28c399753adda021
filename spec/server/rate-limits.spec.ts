import { ListIdentitiesCommand } from '@aws-sdk/client-cognito-identity';
import { ListDatasetsCommand } from '@aws-sdk/client-cognito-sync';
import type { LocalServer } from '../../server';
import { RateLimits, type RateLimit } from '../../server/rate-limits';
import { DATASET, localServer, POOL } from '../support/local';
import { DatasetClient, identityClient, raw, refusal, syncClient } from '../support/server';

const NOW = Date.parse('2026-03-01T12:00:00.123Z');
const THROTTLED = { name: 'TooManyRequestsException', status: 429, message: 'Rate exceeded' };

/** Which of `calls` calls, one every `everyMs`, are let in. */
function admitted(limit: RateLimit, calls: number, everyMs: number): number {
  let now = NOW;
  const limits = new RateLimits(() => now);
  limits.set(limit);
  let count = 0;
  for (let i = 0; i < calls; i++, now += everyMs) count += Number(limits.admit('ListRecords'));
  return count;
}

describe('a rate limit', () => {
  it.each<[string, RateLimit, number, number, number]>([
    ['lets a burst of one second in by default', { perSecond: 10 }, 100, 0, 10],
    ['lets in as large a burst as it says', { perSecond: 10, burst: 25 }, 100, 0, 25],
    ['lets calls in at its rate in the long run', { perSecond: 10, burst: 5 }, 1000, 10, 104],
    ['of less than one call a second lets one in', { perSecond: 0.5 }, 10, 1000, 5],
    ['of another operation holds nothing back', { operation: 'UpdateRecords', perSecond: 1 }, 100, 0, 100],
  ])('%s', (_, limit, calls, everyMs, expected) => {
    expect(admitted(limit, calls, everyMs)).toBe(expected);
  });

  it('gives nothing for a clock that is set back', () => {
    let now = NOW;
    const limits = new RateLimits(() => now);
    limits.set({ perSecond: 1 });
    limits.admit('ListRecords');
    now -= 60_000;
    expect(limits.admit('ListRecords')).toBe(false);
    now += 1_000;
    expect(limits.admit('ListRecords')).toBe(true);
  });

  it.each<[RateLimit, string]>([
    [{ perSecond: 0 }, 'perSecond: expected a number above 0, got 0'],
    [{ perSecond: Number.NaN }, 'perSecond: expected a number above 0, got NaN'],
    [{ perSecond: 1, burst: 0.5 }, 'burst: expected a number of at least 1, got 0.5'],
  ])('%j is refused', (limit, message) => {
    expect(() => new RateLimits(() => NOW).set(limit)).toThrow(message);
  });
});

describe('a server with rate limits', () => {
  let server: LocalServer;
  beforeEach(async () => {
    server = await localServer({ now: () => NOW, rateLimits: [{ operation: 'ListDatasets', perSecond: 1, burst: 2 }] });
  });
  afterEach(() => server.stop());

  const list = () => syncClient(server).send(new ListDatasetsCommand(DATASET));

  it('answers 429 past them, until the clock has gone on', async () => {
    await list();
    await list();
    expect(await refusal(list())).toEqual(THROTTLED);
    expect(server.calls('ListDatasets')).toBe(3);
    server.clock.advance(1_000);
    await list();
    expect(await refusal(list())).toEqual(THROTTLED);
  });

  it('holds every operation of every service to a limit of all together', async () => {
    server.rateLimits.clear();
    server.rateLimits.set({ perSecond: 1, burst: 2 });
    await new DatasetClient(syncClient(server)).list();
    const identities = () =>
      identityClient(server).send(new ListIdentitiesCommand({ IdentityPoolId: POOL, MaxResults: 1 }));
    await identities();
    expect(await refusal(identities())).toEqual(THROTTLED);
    expect(await refusal(list())).toEqual(THROTTLED);
  });

  it('changes and drops them over the control, which they do not hold', async () => {
    const control = async (method: string, body?: object) => {
      const answer = await raw(server, method, '/_local/rate-limits', {}, body ? JSON.stringify(body) : '');
      return [answer.status, JSON.parse(answer.body)] as const;
    };
    expect(await control('POST', { perSecond: 1 })).toEqual([
      200,
      {
        limits: [
          { operation: 'ListDatasets', perSecond: 1, burst: 2 },
          { perSecond: 1, burst: 1 },
        ],
      },
    ]);
    await list();
    expect(await refusal(list())).toEqual(THROTTLED);
    expect(await control('POST', {})).toMatchObject([
      400,
      { message: 'perSecond: expected a number above 0, got NaN' },
    ]);
    expect(await control('DELETE')).toEqual([200, {}]);
    await list();
    await list();
    await list();
  });
});
