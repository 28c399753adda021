/** What may go wrong with a call. «Before» kinds leave the state as it was; «after» kinds take effect first. */
export const FAULT_KINDS = [
  '429',
  '500',
  '503',
  'conflict',
  'error',
  'html',
  'hang',
  'reset-before',
  'reset-after',
  'hang-after',
  '500-after',
  'truncated',
  'not-json',
  'empty',
  'latency',
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

export interface Fault {
  kind: FaultKind;
  /** The operation it strikes, every one when absent. */
  operation?: string;
  /** Seconds in the Retry-After header of `429` and `503`. */
  retryAfter?: number;
  /** Milliseconds that `latency` adds; 100 when absent. */
  ms?: number;
  /** The name, status and message that `error` answers. */
  name?: string;
  status?: number;
  message?: string;
}

export type NextFault = Fault & { /** How many calls it strikes; 1 when absent. */ count?: number };
export type RatedFault = Fault & {
  /** The share of calls it strikes, 0 to 1. */
  rate: number;
  /** Starts the sequence of chances, so that a run can be repeated; 1 when absent. */
  seed?: number;
};

/** Faults waiting for their calls. At most one strikes a call, besides latency. */
export class Faults {
  private queue: { fault: NextFault; left: number }[] = [];
  private rated: { fault: RatedFault; chance: () => number }[] = [];

  /** Strikes the next `count` matching calls, after the faults already waiting for them. */
  next(fault: NextFault): void {
    check(fault);
    this.queue.push({ fault, left: fault.count ?? 1 });
  }

  /** Strikes a share of the matching calls until `clear`. */
  rate(fault: RatedFault): void {
    check(fault);
    if (!(fault.rate >= 0 && fault.rate <= 1)) throw new TypeError(`rate: expected 0 to 1, got ${fault.rate}`);
    this.rated.push({ fault, chance: random(fault.seed ?? 1) });
  }

  clear(): void {
    this.queue = [];
    this.rated = [];
  }

  /** Everything that waits, for people to look at. */
  list(): { next: NextFault[]; rate: RatedFault[] } {
    return {
      next: this.queue.map(({ fault, left }) => ({ ...fault, count: left })),
      rate: this.rated.map(({ fault }) => fault),
    };
  }

  /** The faults that strike this call: every latency, and at most one other. */
  take(operation: string): Fault[] {
    const struck: Fault[] = [];
    let decided = false;
    const strikes = (fault: Fault) =>
      (fault.operation === undefined || fault.operation === operation) && (fault.kind === 'latency' || !decided);
    const strike = (fault: Fault) => {
      struck.push(fault);
      decided ||= fault.kind !== 'latency';
    };
    for (const waiting of this.queue) {
      if (!strikes(waiting.fault)) continue;
      waiting.left -= 1;
      strike(waiting.fault);
    }
    this.queue = this.queue.filter(({ left }) => left > 0);
    for (const { fault, chance } of this.rated) if (strikes(fault) && chance() < fault.rate) strike(fault);
    return struck;
  }
}

function check({ kind }: Fault): void {
  if (!FAULT_KINDS.includes(kind))
    throw new TypeError(`kind: expected one of ${FAULT_KINDS.join(', ')}, got ${String(kind)}`);
}

/** Mulberry32: evenly spread numbers of [0, 1), the same for the same seed. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
