import { Rate, sharedRate, type Clock } from '../../../lib/aws/rate';
import { chances } from '../../../bench/fixtures';
import { VirtualClock } from '../../support/virtual-clock';

interface Service {
  /** Calls a second that are let in, of which a second's may come at once after a pause. */
  readonly limit: number;
  readonly containers: number;
  /** Calls that a container has in work. */
  readonly concurrency: number;
  readonly latencyMs: number;
  /** Every call is throttled between these seconds. */
  readonly storm?: readonly [number, number];
  /** From this second on that many calls are let in. */
  readonly raised?: readonly [number, number];
}

/** How many calls were let in and throttled, second by second. */
interface Course {
  readonly letIn: number[];
  readonly throttled: number[];
}

/** Containers that call as fast as their rate lets them. */
async function play(service: Service, seconds: number): Promise<Course> {
  const { containers, concurrency, latencyMs, storm = [Infinity, Infinity], raised = [Infinity, 0] } = service;
  const clock = new VirtualClock();
  const chance = chances(15);
  const course: Course = { letIn: Array(seconds + 1).fill(0), throttled: Array(seconds + 1).fill(0) };
  let tokens = service.limit;
  let filledAt = 0;
  const isLetIn = () => {
    const limit = clock.seconds < raised[0] ? service.limit : raised[1];
    tokens = Math.min(limit, tokens + (clock.seconds - filledAt) * limit);
    filledAt = clock.seconds;
    const inStorm = clock.seconds >= storm[0] && clock.seconds < storm[1];
    if (inStorm || tokens < 1) return false;
    tokens--;
    return true;
  };
  const caller = async (rate: Rate) => {
    for (let attempt = 1; ; attempt++) {
      await rate.turn();
      const sentMs = clock.now();
      await clock.wait(latencyMs * (0.5 + chance()));
      const letIn = isLetIn();
      const counts = letIn ? course.letIn : course.throttled;
      const second = Math.floor(clock.seconds);
      counts[second] = (counts[second] ?? 0) + 1;
      if (letIn) {
        rate.admitted();
        attempt = 0;
      } else {
        rate.throttled(sentMs);
        await clock.wait(chance() * Math.min(800, 100 * 2 ** (attempt - 1)));
      }
    }
  };
  for (let container = 0; container < containers; container++) {
    const rate = new Rate(clock);
    for (let n = 0; n < concurrency; n++) void caller(rate);
  }
  await clock.run(seconds);
  return course;
}

const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);

describe('a limit', () => {
  it.each(
    [50, 200, 1_000].flatMap((limit) =>
      [1, 3].flatMap((containers) => [3, 30].map((latencyMs) => ({ limit, containers, latencyMs, concurrency: 10 }))),
    ),
  )(
    'of $limit calls a second is used by 90 % and more, with at most 5 % throttled, by $containers at $latencyMs ms',
    async (service) => {
      const { letIn, throttled } = await play(service, 35);
      const [used, refused] = [sum(letIn.slice(5, 35)), sum(throttled.slice(5, 35))];
      const possible = (service.containers * service.concurrency * 1_000) / service.latencyMs;
      expect(used).toBeGreaterThanOrEqual(0.9 * 30 * Math.min(service.limit, possible));
      expect(refused).toBeLessThanOrEqual(0.05 * (used + refused));
    },
  );

  it('is found by a single caller too', async () => {
    const { letIn } = await play({ limit: 50, containers: 1, concurrency: 1, latencyMs: 3 }, 35);
    expect(sum(letIn.slice(5, 35))).toBeGreaterThanOrEqual(0.9 * 30 * 50);
  });
});

describe('30 seconds in which every call is throttled', () => {
  it.each([
    { limit: 50, concurrency: 10 },
    { limit: 1_000, concurrency: 10 },
    { limit: 200, concurrency: 1 },
  ])('bring the calls to a few a second, and $limit a second back within 5', async ({ limit, concurrency }) => {
    const service = { limit, concurrency, containers: 1, latencyMs: 3 };
    const { letIn, throttled } = await play({ ...service, storm: [10, 40] }, 50);
    expect(Math.max(...throttled.slice(13, 40))).toBeLessThanOrEqual(3);
    expect(letIn[44]).toBeGreaterThanOrEqual(0.9 * limit);
  });
});

it('a container that begins while every call is throttled finds the limit within 5 seconds of the end', async () => {
  const service = { limit: 200, concurrency: 10, containers: 1, latencyMs: 3 };
  const { letIn } = await play({ ...service, storm: [0, 20] }, 30);
  expect(letIn[24]).toBeGreaterThanOrEqual(0.9 * 200);
});

it('a limit that is raised tenfold is used by 90 % half a minute later', async () => {
  const service = { limit: 50, concurrency: 20, containers: 1, latencyMs: 3, raised: [20, 500] as const };
  const { letIn } = await play(service, 60);
  expect(sum(letIn.slice(50, 60))).toBeGreaterThanOrEqual(0.9 * 10 * 500);
});

describe('what is let in raises the rate', () => {
  /** Turns that ten callers get in the next seconds, each answered a millisecond later. */
  async function turnsOf(rate: Rate, clock: VirtualClock, seconds = 10): Promise<number> {
    let turns = 0;
    const end = clock.seconds + seconds;
    const caller = async () => {
      for (;;) {
        await rate.turn();
        turns++;
        await clock.wait(1);
        rate.admitted();
      }
    };
    for (let n = 0; n < 10; n++) void caller();
    await clock.run(end);
    return turns;
  }

  /** A rate that was throttled when 100 calls a second were let in. */
  async function throttledAtHundred() {
    const clock = new VirtualClock();
    const rate = new Rate(clock);
    for (let n = 0; n < 100; n++) {
      void rate.turn();
      rate.admitted();
    }
    rate.throttled(clock.now());
    await clock.run(0);
    return { rate, clock };
  }

  it('by a twentieth of the known limit each second', async () => {
    const { rate, clock } = await throttledAtHundred();
    // From 85 a second, 5 more each second: 850 + 5 × (0 + 1 + … + 9) and a half of the last.
    const turns = await turnsOf(rate, clock);
    expect(turns).toBeGreaterThan(1_050);
    expect(turns).toBeLessThan(1_150);
  });

  it('by two calls a second each where no limit is known yet', async () => {
    const clock = new VirtualClock();
    const rate = new Rate(clock);
    rate.throttled(clock.now());
    const turns = await turnsOf(rate, clock, 1);
    expect(turns).toBeGreaterThan(20);
    expect(turns).toBeLessThan(40);
  });

  it('only while somebody has to wait for a turn', async () => {
    const { rate, clock } = await throttledAtHundred();
    const waiting = Array.from({ length: 20 }, () => rate.turn());
    expect(waiting).toContainEqual(expect.any(Promise));
    await clock.run(1);
    for (let n = 0; n < 1_000; n++) rate.admitted();
    expect(await turnsOf(rate, clock)).toBeLessThan(1_150);
  });
});

/** A clock that stands still. */
const still: Clock = { now: () => 0, wait: () => new Promise(() => undefined) };

describe('a turn', () => {
  it('is at once as long as nothing has been throttled', () => {
    const rate = new Rate(still);
    expect(Array.from({ length: 1_000 }, () => rate.turn())).toEqual(Array(1_000).fill(undefined));
  });

  it('comes in the order in which calls asked', async () => {
    const clock = new VirtualClock();
    const rate = new Rate(clock);
    rate.throttled(clock.now());
    const order: number[] = [];
    for (let n = 0; n < 5; n++) void Promise.resolve(rate.turn()).then(() => order.push(n));
    await clock.run(2);
    expect(order).toEqual([0, 1, 2, 3, 4]);
  });

  it('comes no earlier for refusals of what was sent before the last decrease', async () => {
    const clock = new VirtualClock();
    const [once, often] = [new Rate(clock), new Rate(clock)];
    await clock.run(1);
    const sentMs = clock.now();
    await clock.run(2);
    once.throttled(sentMs);
    for (let n = 0; n < 10; n++) often.throttled(sentMs);
    const turns: string[] = [];
    for (const [name, rate] of [
      ['once', once],
      ['often', often],
    ] as const) {
      for (let n = 0; n < 20; n++) void Promise.resolve(rate.turn()).then(() => turns.push(name));
    }
    await clock.run(3);
    expect(turns.filter((name) => name === 'once')).toHaveLength(turns.filter((name) => name === 'often').length);
    expect(turns.length).toBeGreaterThan(10);
  });
});

describe('a rate', () => {
  it('is shared by the calls to one endpoint and account', () => {
    expect(sharedRate(still, 'https://a.example.com', 'AKIDEXAMPLE')).toBe(
      sharedRate(still, 'https://a.example.com', 'AKIDEXAMPLE'),
    );
  });

  it.each([
    ['another endpoint', 'https://b.example.com', 'AKIDEXAMPLE'],
    ['another account', 'https://a.example.com', 'AKIDEXAMPLE2'],
  ])('is not shared with %s', (_, origin, accessKeyId) => {
    const rate = sharedRate(still, 'https://a.example.com', 'AKIDEXAMPLE');
    expect(sharedRate(still, origin, accessKeyId)).not.toBe(rate);
  });
});
