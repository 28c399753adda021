import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock';
import { loginKey, usersOf, type Identity, type Pool } from '../state/model';
import type { Store } from '../state/store';

/** Finds and makes identities and their logins. */
export class Registry {
  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
    private readonly region: string,
  ) {}

  newId(): string {
    return `${this.region}:${randomUUID()}`;
  }

  /** An identity of any pool, by its id alone. */
  find(id: string): { pool: Pool; identity: Identity } | undefined {
    for (const pool of this.store.state.pools.values()) {
      const identity = pool.identities.get(id);
      if (identity) return { pool, identity };
    }
    return undefined;
  }

  byLogin(pool: Pool, provider: string, user: string): Identity | undefined {
    const id = pool.logins.get(loginKey(provider, user));
    return id === undefined ? undefined : pool.identities.get(id);
  }

  /** The identity that has absorbed this one, or itself. */
  present(pool: Pool, identity: Identity): Identity {
    let found = identity;
    while (found.mergedInto !== null) {
      const winner = pool.identities.get(found.mergedInto);
      if (!winner) return found;
      found = winner;
    }
    return found;
  }

  create(pool: Pool, id = this.newId()): Identity {
    const now = this.clock.now();
    const name = pool.settings.IdentityPoolId;
    this.store.commit({
      type: 'identity',
      pool: name,
      identity: id,
      logins: {},
      createdAt: now,
      modifiedAt: now,
      mergedInto: null,
      absorbed: [],
    });
    return pool.identities.get(id) as Identity;
  }

  link(pool: Pool, identity: Identity, provider: string, user: string): void {
    this.setUsers(pool, identity, provider, [...usersOf(identity.logins, provider), user]);
  }

  /** Takes one user of a provider from an identity, or all of them. An identity without any left is disabled for good. */
  unlink(pool: Pool, identity: Identity, provider: string, user?: string): void {
    const left = usersOf(identity.logins, provider).filter((each) => user !== undefined && each !== user);
    this.setUsers(pool, identity, provider, left);
  }

  private setUsers(pool: Pool, identity: Identity, provider: string, users: string[]): void {
    const logins = { ...identity.logins, [provider]: users };
    const { id, createdAt, mergedInto, absorbed } = identity;
    this.store.commit({
      type: 'identity',
      pool: pool.settings.IdentityPoolId,
      identity: id,
      logins,
      createdAt,
      modifiedAt: this.clock.now(),
      mergedInto,
      absorbed,
    });
  }

  /** Lets one identity absorb another with all its data; the absorbed one is disabled. */
  merge(pool: Pool, source: Identity, destination: Identity): void {
    this.store.commit({
      type: 'identities-merged',
      pool: pool.settings.IdentityPoolId,
      source: source.id,
      destination: destination.id,
      at: this.clock.now(),
    });
  }
}
