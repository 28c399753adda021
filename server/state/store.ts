import { randomBytes } from 'node:crypto';
import { apply } from './apply';
import type { Event } from './events';
import { newState, type State } from './model';

/** Where events are kept before they are acknowledged. */
export interface Journal {
  append(event: Event): void;
  /** Resolves when everything appended so far is on disk, undefined when it is already. */
  settled(): Promise<void> | undefined;
  close(): Promise<void>;
}

/** The state and the one way to change it. */
export class Store {
  constructor(
    readonly state: State = newState(),
    private readonly journal?: Journal,
  ) {
    if (!state.secret) this.commit({ type: 'secret', secret: randomBytes(32).toString('hex') });
  }

  commit(event: Event): void {
    apply(this.state, event);
    this.journal?.append(event);
  }

  /** See `Journal.settled`. */
  settled(): Promise<void> | undefined {
    return this.journal?.settled();
  }

  async close(): Promise<void> {
    await this.journal?.close();
  }
}
