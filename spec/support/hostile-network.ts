import { TransportFailure } from '../../lib/aws/adapter';
import type { Io } from '../../lib/aws/attempt';
import type { HttpRequest, HttpResponse } from '../../lib/aws/http';
import { send as sendOverHttp } from '../../lib/aws/send';

/*
 * A network that loses, delays, cuts and repeats what passes, in virtual time: nothing waits, and the same seed gives the
 * same run. What reaches the server goes over real HTTP.
 */

/** Evenly spread numbers of [0, 1), the same for the same seed (Mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What may happen to a request and its answer. */
export const FATES = [
  'request cut',
  'request late',
  'answer cut',
  'answer cut, as if whole',
  'answer late',
  'gateway 500 after the effect',
  'gateway 503 after the effect',
  'gateway 504 after the effect',
  'gateway 503 before the effect',
  'AWS 500 after the effect',
  'AWS 500 before the effect',
  'AWS 503 before the effect',
  'AWS 429 before the effect',
  'sent twice, first answer',
  'sent twice, second answer',
  'repeated later',
] as const;
export type Fate = (typeof FATES)[number];

/** A request that the server got, and what it answered: the log by which a history is judged. */
export interface Exchange {
  /** Which operation of the connector the request belongs to. */
  readonly owner: number;
  readonly request: HttpRequest;
  readonly response: HttpResponse;
  /** It arrived after the connector had given up on it, or once more. */
  readonly late: boolean;
  /** The connector got this answer. */
  received: boolean;
}

interface Held {
  readonly owner: number;
  readonly request: HttpRequest;
  readonly origin: string;
}

const aws = (status: number, name: string): HttpResponse => ({
  status,
  headers: { 'x-amzn-errortype': name, 'x-amzn-requestid': 'a0000000-0000-4000-8000-000000000001' },
  body: JSON.stringify({ message: name }),
});
const gateway = (status: number): HttpResponse => ({
  status,
  headers: { 'content-type': 'text/html' },
  body: `<html><body><h1>${status}</h1></body></html>`,
});
const lost = () => new TransportFailure('NetworkError', 'ECONNRESET at 127.0.0.1', true);
const timedOut = (ms: number) => new TransportFailure('Timeout', `no answer within ${ms} ms`, true);

export interface HostileOptions {
  readonly random: () => number;
  /** The share of exchanges to which something happens, 0 to 1. */
  readonly rate: number;
  /** What may happen; everything by default. */
  readonly fates?: readonly Fate[];
  /** Chooses the fate of a request in place of chance. */
  readonly choose?: (request: HttpRequest) => Fate | undefined;
  /** Called before a request reaches the server, after it did, and so on: others act here. */
  readonly interrupt?: () => Promise<void>;
}

/** A shared clock that moves only when something is sent or waited for. */
export class VirtualClock {
  constructor(public ms: number) {}
  readonly now = (): number => this.ms;
}

export class HostileNetwork {
  readonly log: Exchange[] = [];
  private held: Held[] = [];
  /** Which operation sends now. */
  owner = 0;
  constructor(
    private readonly clock: VirtualClock,
    private readonly options: HostileOptions,
  ) {}

  /** The world of a client behind this network. */
  readonly io: Io = {
    now: () => this.clock.ms,
    wait: async (ms) => {
      this.clock.ms += ms;
      await this.between();
    },
    random: () => this.options.random(),
    send: async (request, { origin, timeoutMs }) => {
      this.clock.ms += 1 + Math.floor(this.options.random() * 40);
      await this.between();
      const { random, rate, fates = FATES, choose } = this.options;
      const chance = random() < rate ? fates[Math.floor(random() * fates.length)] : undefined;
      const fate = choose ? choose(request) : chance;
      const response = await this.meet(fate, { owner: this.owner, request, origin }, timeoutMs);
      const exchange = this.log.findLast((logged) => logged.response === response);
      if (exchange) exchange.received = true;
      return response;
    },
  };

  /** Lets everything arrive that is still under way. */
  async drain(): Promise<void> {
    while (this.held.length > 0) await this.deliver(this.held.shift() as Held, true);
  }

  /** What others do, and what arrives late, in between. */
  private async between(): Promise<void> {
    await this.options.interrupt?.();
    if (this.held.length > 0 && this.options.random() < 0.3) {
      const [held] = this.held.splice(Math.floor(this.options.random() * this.held.length), 1);
      if (held) await this.deliver(held, true);
    }
  }

  private async deliver({ owner, request, origin }: Held, late: boolean): Promise<HttpResponse> {
    const response = await sendOverHttp(request, { origin, timeoutMs: 15_000 });
    this.log.push({ owner, request, response, late, received: false });
    return response;
  }

  private async meet(fate: Fate | undefined, held: Held, timeoutMs: number): Promise<HttpResponse> {
    const { random } = this.options;
    const arrive = async () => {
      const response = await this.deliver(held, false);
      await this.between();
      return response;
    };
    switch (fate) {
      case undefined:
        return arrive();
      case 'request cut':
        throw lost();
      case 'request late':
        this.held.push(held);
        this.clock.ms += timeoutMs;
        throw timedOut(timeoutMs);
      case 'answer cut':
        await arrive();
        throw lost();
      case 'answer late':
        await arrive();
        this.clock.ms += timeoutMs;
        throw timedOut(timeoutMs);
      case 'answer cut, as if whole': {
        const response = await arrive();
        return { ...response, body: response.body.slice(0, Math.floor(random() * response.body.length)) };
      }
      case 'gateway 500 after the effect':
      case 'gateway 503 after the effect':
      case 'gateway 504 after the effect':
        await arrive();
        return gateway(Number(fate.slice(8, 11)));
      case 'gateway 503 before the effect':
        return gateway(503);
      case 'AWS 500 after the effect':
        await arrive();
        return aws(500, 'InternalErrorException');
      case 'AWS 500 before the effect':
        return aws(500, 'InternalErrorException');
      case 'AWS 503 before the effect':
        return aws(503, 'ServiceUnavailable');
      case 'AWS 429 before the effect':
        return aws(429, 'TooManyRequestsException');
      case 'sent twice, first answer': {
        const first = await arrive();
        await this.deliver(held, true);
        return first;
      }
      case 'sent twice, second answer':
        await arrive();
        return this.deliver(held, true);
      case 'repeated later': {
        const response = await arrive();
        if (response.status === 200) this.held.push(held);
        return response;
      }
    }
  }
}
