import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import type { LocalServer } from '../../server';
import type { StruckFault } from '../protocol';

/** Which call it is: the client's port, and the how-manieth call on its connection. */
export interface Place {
  readonly port: number;
  readonly nth: number;
}

const keyOf = ({ port, nth }: Place) => `${port}/${nth}`;
const MAX_KEPT = 10_000;
const MAX_LISTED = 100;

/** What struck which call of the local server, so that the page can mark it. */
export class Struck {
  private readonly faults = new Map<string, StruckFault>();
  private readonly counts = new Map<number, number>();
  private readonly current = new AsyncLocalStorage<Place>();

  constructor() {
    // Node announces each request in the context in which it is then served.
    subscribe('http.server.request.start', (message) => {
      const { socket } = (message as { request: IncomingMessage }).request;
      const port = socket.remotePort ?? 0;
      const nth = (this.counts.get(port) ?? 0) + 1;
      if (nth === 1) socket.once('close', () => this.counts.delete(port));
      this.counts.set(port, nth);
      this.current.enterWith({ port, nth });
    });
  }

  /** Notes what strikes from now on. */
  watch({ faults, clock }: LocalServer): void {
    const take = faults.take.bind(faults);
    faults.take = (operation) => {
      const taken = take(operation);
      const place = this.current.getStore();
      if (place && taken.length > 0) {
        if (this.faults.size >= MAX_KEPT) this.faults.clear();
        const at = new Date(clock.now()).toISOString();
        this.faults.set(keyOf(place), { at, operation, kinds: taken.map(({ kind }) => kind) });
      }
      return taken;
    };
  }

  /** The faults that struck a call of a step, from which moment on they are listed as such. */
  of(place: Place | undefined, step: string, call: number): readonly string[] | undefined {
    const key = place && keyOf(place);
    const struck = key === undefined ? undefined : this.faults.get(key);
    if (!struck || key === undefined) return undefined;
    this.faults.set(key, { ...struck, step, call });
    return struck.kinds;
  }

  /** The newest first. */
  get list(): readonly StruckFault[] {
    return [...this.faults.values()].slice(-MAX_LISTED).reverse();
  }

  clear(): void {
    this.faults.clear();
  }
}
