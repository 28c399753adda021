import { createHmac, randomBytes } from 'node:crypto';

/** Something that ends by itself, such as temporary credentials. */
export interface Expiring {
  /** Epoch ms. */
  readonly expiresMs: number;
}

/** Fetched anew this long before the end, so that no call outlives what it was signed with. */
const REFRESH_MS = 5 * 60_000;
const MAX_SESSIONS = 1_000;

const salt = randomBytes(32);

/** A key for whatever distinguishes one session from another; secrets among it cannot be read back from the key. */
export function sessionKey(...parts: unknown[]): string {
  return createHmac('sha256', salt).update(JSON.stringify(parts)).digest('base64');
}

interface Entry<Session> {
  readonly pending: Promise<Session>;
  session?: Session;
}

/**
 * Sessions by key, kept for the life of the process: at most 1000, of which the one unused for longest goes first. All who
 * ask for a session while it is being fetched share one fetch; a failed fetch is not kept.
 */
export class Sessions<Session extends Expiring> {
  private readonly entries = new Map<string, Entry<Session>>();

  constructor(private readonly now: () => number = Date.now) {}

  /** The session of a key, fetched where there is none or where it ends within 5 minutes. */
  get(key: string, fetch: () => Promise<Session>): Promise<Session> {
    const known = this.entries.get(key);
    this.entries.delete(key);
    const fresh = known && (!known.session || known.session.expiresMs - this.now() > REFRESH_MS);
    const entry = fresh ? known : this.begin(key, fetch);
    // A Map keeps the order of insertion: the one used last stands last.
    this.entries.set(key, entry);
    const [oldest] = this.entries.keys();
    if (this.entries.size > MAX_SESSIONS && oldest !== undefined) this.entries.delete(oldest);
    return entry.pending;
  }

  /** The session after `expired`, which AWS no longer takes: fetched anew unless somebody has done so already. */
  renew(key: string, expired: Session, fetch: () => Promise<Session>): Promise<Session> {
    if (this.entries.get(key)?.session === expired) this.entries.delete(key);
    return this.get(key, fetch);
  }

  private begin(key: string, fetch: () => Promise<Session>): Entry<Session> {
    const entry: Entry<Session> = { pending: fetch() };
    entry.pending.then(
      (session) => {
        entry.session = session;
      },
      () => {
        if (this.entries.get(key) === entry) this.entries.delete(key);
      },
    );
    return entry;
  }
}
