/** The time, and a way to let it pass. */
export interface Clock {
  /** Epoch ms. */
  now(): number;
  wait(ms: number): Promise<void>;
}

/** Calls a second, which no throttling lowers any further: something has to find out when it is over. */
const LEAST = 1;
/** One refusal says little about a limit where fewer were let in. */
const LEAST_AT_FIRST = 10;
/** What is left of the rate after a call is throttled, and after one where none has been let in since the last decrease. */
const DECREASE = 0.85;
const DECREASE_WHEN_NONE_IS_LET_IN = 0.5;
/** Of the rate at which a call was last throttled, added each second; at least 1 call a second. */
const INCREASE = 0.05;
const LEAST_INCREASE = 1;
/** Where no limit is known, or the last one was passed by so much, each call that is let in adds 2 calls a second. */
const FAST_INCREASE = 2;
const FAR_ABOVE = 2;
/** A timer that fires late may catch up by this much. */
const LATE_MS = 25;
const SECOND_MS = 1_000;

/**
 * How many calls a second AWS lets in, found out by trying: additive increase, multiplicative decrease, as TCP does it (RFC 5681).
 * There is no limit until a call is throttled; then calls wait for their turn, first come, first served.
 */
export class Rate {
  /** Calls a second. */
  private perSecond = Infinity;
  /** The rate at which a call was last throttled while others were let in; infinite while there is none. */
  private ceiling = Infinity;
  private lastTurn = -Infinity;
  private decreasedAt = -Infinity;
  private letInSinceDecrease = true;
  /** Somebody has had to wait since the last increase: a rate that holds nobody back need not grow. */
  private heldBack = false;
  private readonly waiting: (() => void)[] = [];
  /** When the next turns are given, epoch ms. */
  private wakesAt = Infinity;
  /** Calls that were let in, in this second and in the one before. */
  private second = 0;
  private letIn = 0;
  private letInBefore = 0;

  constructor(private readonly clock: Clock) {}

  /** A promise of this call's turn; nothing where it need not wait. */
  turn(): Promise<void> | undefined {
    const now = this.clock.now();
    if (this.waiting.length === 0 && this.nextTurn() <= now) {
      this.take(now);
      return undefined;
    }
    this.heldBack = true;
    const turn = new Promise<void>((resolve) => this.waiting.push(resolve));
    if (this.waiting.length === 1) this.schedule();
    return turn;
  }

  /** A call that was sent has been answered, whatever the answer, but not with throttling. */
  admitted(): void {
    this.count();
    this.letInSinceDecrease = true;
    if (!this.heldBack) return;
    this.heldBack = this.waiting.length > 0;
    const { perSecond, ceiling } = this;
    const isUnknown = ceiling === Infinity || perSecond > ceiling * FAR_ABOVE;
    if (isUnknown) this.perSecond += FAST_INCREASE;
    else if (perSecond < ceiling * DECREASE) this.perSecond = Math.min(2 * perSecond, ceiling * DECREASE);
    else this.perSecond += Math.max(LEAST_INCREASE, INCREASE * ceiling) / perSecond;
    this.schedule();
  }

  /** A call has been throttled. @param sentMs when it was sent: what was sent before a decrease says nothing about its effect */
  throttled(sentMs: number): void {
    if (sentMs < this.decreasedAt) return;
    this.decreasedAt = this.clock.now();
    const isFirst = this.perSecond === Infinity;
    if (isFirst) this.perSecond = Math.max(LEAST_AT_FIRST, this.measured());
    const isKnown = isFirst ? this.measured() >= LEAST_AT_FIRST : this.letInSinceDecrease;
    if (isKnown) this.ceiling = this.perSecond;
    const remaining = this.letInSinceDecrease ? DECREASE : DECREASE_WHEN_NONE_IS_LET_IN;
    this.letInSinceDecrease = false;
    this.perSecond = Math.max(LEAST, remaining * this.perSecond);
  }

  private nextTurn(): number {
    return this.lastTurn + SECOND_MS / this.perSecond;
  }

  private take(now: number): void {
    this.lastTurn = Math.max(this.nextTurn(), now - LATE_MS);
  }

  /** Lets those go whose turn has come, and comes back for the next one. */
  private schedule(): void {
    const now = this.clock.now();
    while (this.waiting.length > 0 && this.nextTurn() <= now) {
      this.take(now);
      this.waiting.shift()?.();
    }
    if (this.waiting.length > 0) this.wakeAt(Math.ceil(this.nextTurn()), now);
  }

  /** A wait cannot be taken back: one that is longer than it need be comes to nothing. */
  private wakeAt(timeMs: number, now: number): void {
    if (timeMs >= this.wakesAt) return;
    this.wakesAt = timeMs;
    void this.clock.wait(timeMs - now).then(() => {
      if (timeMs !== this.wakesAt) return;
      this.wakesAt = Infinity;
      this.schedule();
    });
  }

  private count(): void {
    const second = Math.floor(this.clock.now() / SECOND_MS);
    if (second !== this.second) {
      this.letInBefore = second === this.second + 1 ? this.letIn : 0;
      this.letIn = 0;
      this.second = second;
    }
    this.letIn++;
  }

  /** Calls a second that were let in lately. */
  private measured(): number {
    return Math.max(this.letIn, this.letInBefore);
  }
}

const rates = new WeakMap<Clock, Map<string, Rate>>();
/** A container has one or two accounts, and a handful of endpoints. */
const MOST_RATES = 100;

/**
 * The rate that all calls of the process to one endpoint and account share.
 * @param accessKeyId blank for temporary credentials, which are all of one account, and for unsigned calls
 */
export function sharedRate(clock: Clock, origin: string, accessKeyId: string): Rate {
  const name = `${origin} ${accessKeyId}`;
  let ofClock = rates.get(clock);
  if (!ofClock) rates.set(clock, (ofClock = new Map<string, Rate>()));
  let rate = ofClock.get(name);
  if (!rate) {
    if (ofClock.size >= MOST_RATES) ofClock.clear();
    ofClock.set(name, (rate = new Rate(clock)));
  }
  return rate;
}
