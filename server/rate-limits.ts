/** How many calls of a kind are let in. */
export interface RateLimit {
  /** The operation it holds for; all operations together when absent. */
  operation?: string;
  /** Calls a second in the long run, more than 0. */
  perSecond: number;
  /** Calls at once after a pause; `perSecond`, and at least 1, when absent. */
  burst?: number;
}

/** Calls are let in by token buckets, as AWS throttles: one for each operation that has a limit, and one for all of them. */
export class RateLimits {
  /** By operation; '' stands for all of them. */
  private readonly buckets = new Map<string, Bucket>();

  /** @param now The server's clock, in epoch milliseconds. */
  constructor(private readonly now: () => number) {}

  /**
   * Sets the limit of an operation, or of all together, with a full bucket.
   * @throws TypeError when a number has no sense.
   */
  set(limit: RateLimit): void {
    const { operation = '', perSecond, burst = Math.max(1, perSecond) } = limit;
    for (const [name, value, least] of [
      ['perSecond', perSecond, Number.MIN_VALUE],
      ['burst', burst, 1],
    ] as const) {
      if (typeof value !== 'number' || !(value >= least && value < Infinity)) {
        throw new TypeError(
          `${name}: expected a number ${least < 1 ? 'above 0' : 'of at least 1'}, got ${String(value)}`,
        );
      }
    }
    this.buckets.set(operation, { limit: { ...limit, burst }, left: burst, at: this.now() });
  }

  /** Lets every call in again. */
  clear(): void {
    this.buckets.clear();
  }

  list(): RateLimit[] {
    return [...this.buckets.values()].map(({ limit }) => limit);
  }

  /** Whether a call of the operation is let in, which then counts. One that is refused counts nowhere. */
  admit(operation: string): boolean {
    if (!this.buckets.size) return true;
    const now = this.now();
    const holding = [this.buckets.get(''), this.buckets.get(operation)].filter((bucket) => bucket !== undefined);
    for (const bucket of holding) refill(bucket, now);
    if (holding.some(({ left }) => left < 1)) return false;
    for (const bucket of holding) bucket.left -= 1;
    return true;
  }
}

interface Bucket {
  readonly limit: RateLimit & { burst: number };
  left: number;
  /** When it was filled last, in epoch milliseconds. */
  at: number;
}

function refill(bucket: Bucket, now: number): void {
  const { perSecond, burst } = bucket.limit;
  // A clock that was set back gives nothing, and takes nothing.
  bucket.left = Math.min(burst, bucket.left + (Math.max(0, now - bucket.at) / 1000) * perSecond);
  bucket.at = now;
}
