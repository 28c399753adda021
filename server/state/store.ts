import { randomBytes } from 'node:crypto';
import { apply } from './apply';
import { Database } from './database';
import type { Event } from './events';
import type { State } from './model';
import { sweepLeftovers } from './sweep';
import { WorkingSet } from './working-set';

/** Gets to know what has happened, once it is on disk. */
export type Listener = (event: Event) => void;

/** The state and the one way to change it. */
export class Store {
  private readonly set: WorkingSet;
  private readonly listeners = new Set<Listener>();
  private unannounced: Event[] = [];
  /** Events so far. */
  commits = 0;

  constructor(private readonly database: Database = Database.temporary()) {
    this.set = new WorkingSet(database);
    database.onLoss = () => {
      this.unannounced = [];
      this.set.load();
    };
    if (!this.state.secret) this.commit({ type: 'secret', secret: newSecret() });
    sweepLeftovers(this.set);
  }

  get state(): State {
    return this.set.state;
  }

  commit(event: Event): void {
    this.commits += 1;
    apply(this.set, event);
    if (this.listeners.size) this.announce(event);
  }

  /** Removes everything; tokens and temporary credentials from before are good for nothing. */
  reset(): void {
    this.commit({ type: 'reset', secret: newSecret() });
  }

  /** @returns what ends it. */
  listen(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Resolves when everything committed so far is on disk, undefined when it is already; rejects when it was lost. */
  flushed(): Promise<void> | undefined {
    this.set.trim();
    return this.database.flushed();
  }

  /** Transactions since the start, and the size of the database. */
  figures(): { transactions: number; bytes: number } {
    return { transactions: this.database.written, bytes: this.database.bytes };
  }

  /** @throws Error saying why, when the database cannot be read or takes no writes. */
  check(): void {
    this.database.check();
  }

  async close(): Promise<void> {
    await this.database.close();
  }

  private announce(event: Event): void {
    this.unannounced.push(event);
    if (this.unannounced.length > 1) return;
    const flushed = this.database.flushed() ?? Promise.resolve();
    flushed.then(
      () => {
        const announced = this.unannounced;
        this.unannounced = [];
        for (const each of announced) for (const listener of this.listeners) listener(each);
      },
      () => undefined,
    );
  }
}

const newSecret = () => randomBytes(32).toString('hex');
