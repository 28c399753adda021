import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import type { Faults } from '../../server';

/** Which call it is: the client's port, and the how-manieth call on its connection. */
interface Place {
  readonly port: number;
  readonly nth: number;
}

const keyOf = ({ port, nth }: Place) => `${port}/${nth}`;
const MAX_KEPT = 10_000;

/** What struck which call of the local server, so that the page can mark it. */
export class Struck {
  private readonly faults = new Map<string, readonly string[]>();
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
  watch(faults: Faults): void {
    const take = faults.take.bind(faults);
    faults.take = (operation) => {
      const taken = take(operation);
      const place = this.current.getStore();
      if (place && taken.length > 0) {
        if (this.faults.size >= MAX_KEPT) this.faults.clear();
        this.faults.set(
          keyOf(place),
          taken.map(({ kind }) => kind),
        );
      }
      return taken;
    };
  }

  of(place: Place | undefined): readonly string[] | undefined {
    return place && this.faults.get(keyOf(place));
  }
}
