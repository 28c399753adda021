/** The server's time: that of its source, shifted. A shifted clock goes on at the pace of its source. */
export class Clock {
  private shift = 0;

  constructor(private readonly source: () => number = Date.now) {}

  /** Epoch milliseconds. */
  now(): number {
    return this.source() + this.shift;
  }

  /** Makes it `time` (epoch milliseconds) now. */
  set(time: number): void {
    this.shift = time - this.source();
  }

  advance(milliseconds: number): void {
    this.shift += milliseconds;
  }

  /** Back to the time of the source. */
  reset(): void {
    this.shift = 0;
  }
}
