import type { Clock } from '../../lib/aws/rate';

interface Alarm {
  readonly timeMs: number;
  readonly ring: () => void;
}

/** Ticks of the microtask queue in which what an alarm has woken comes to its next wait. */
const TICKS = 8;

/** A clock whose time passes only while {@link run} runs, at once. */
export class VirtualClock implements Clock {
  private timeMs: number;
  /** In the order in which they ring. */
  private readonly alarms: Alarm[] = [];

  constructor(private readonly startMs = Date.UTC(2026, 0, 31, 9, 30)) {
    this.timeMs = startMs;
  }

  now = (): number => this.timeMs;

  wait = (ms: number): Promise<void> =>
    new Promise((ring) => {
      const timeMs = this.timeMs + Math.max(0, ms);
      const later = this.alarms.findIndex((alarm) => alarm.timeMs > timeMs);
      this.alarms.splice(later < 0 ? this.alarms.length : later, 0, { timeMs, ring });
    });

  /** Seconds since the start. */
  get seconds(): number {
    return (this.timeMs - this.startMs) / 1000;
  }

  /** Lets time pass until `seconds` after the start. */
  async run(seconds: number): Promise<void> {
    const endMs = this.startMs + seconds * 1000;
    for (let tick = 0; tick < TICKS; tick++) await Promise.resolve();
    for (let alarm = this.alarms[0]; alarm && alarm.timeMs <= endMs; alarm = this.alarms[0]) {
      this.alarms.shift();
      this.timeMs = alarm.timeMs;
      alarm.ring();
      for (let tick = 0; tick < TICKS; tick++) await Promise.resolve();
    }
    this.timeMs = endMs;
  }
}
