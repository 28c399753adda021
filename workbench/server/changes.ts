import type { Change } from '../protocol';

const KEPT = 500;

/** What changed in the local server: the newest 500, and whoever listens gets the rest as it comes. */
export class Changes {
  private kept: Change[] = [];
  private count = 0;
  private readonly listeners = new Set<(change: Change) => void>();

  add(change: Omit<Change, 'n'>): void {
    const counted = { n: ++this.count, ...change };
    this.kept.push(counted);
    if (this.kept.length > 2 * KEPT) this.kept = this.kept.slice(-KEPT);
    for (const listener of this.listeners) listener(counted);
  }

  /** Gives what is kept and then what comes, until the signal. */
  async follow(listener: (change: Change) => void, signal: AbortSignal): Promise<void> {
    for (const change of this.kept.slice(-KEPT)) listener(change);
    this.listeners.add(listener);
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
    this.listeners.delete(listener);
  }
}
