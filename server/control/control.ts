import { createReadStream } from 'node:fs';
import type { Clock } from '../clock';
import type { Credentials, TemporaryCredentials } from '../credentials';
import type { Faults } from '../faults';
import type { Calls } from '../http/calls';
import type { Registry } from '../identity/registry';
import type { AccessKey, Role } from '../options';
import type { Identity, Pool } from '../state/model';
import type { RateLimits } from '../rate-limits';
import type { Settings } from '../settings';
import type { Store } from '../state/store';
import type { Context } from '../sync/context';
import type { SyncTrigger } from '../sync/trigger';
import { addPool, ensurePool, poolOf, type NewPool } from './pools';
import { seedAtOnce, seedSlowly, type Seed, type SeedSummary } from './seeding';
import { exportLines, importLines, type ImportSummary } from './transfer';

export interface WhichDataset {
  IdentityPoolId: string;
  IdentityId: string;
  DatasetName: string;
}

interface Parts {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly store: Store;
  readonly credentials: Credentials;
  readonly registry: Registry;
  readonly faults: Faults;
  readonly rateLimits: RateLimits;
  readonly trigger: SyncTrigger;
  readonly sync: Context;
  readonly calls: Calls;
}

/** What tests set and look at: what AWS has no call for, or asks permission for. Takes effect at once. */
export class Control {
  constructor(private readonly parts: Parts) {}

  /** Makes what the options name, where it is not there: keys, roles and pools. */
  provision(): void {
    const { settings, store } = this.parts;
    const { keys, roles } = store.state;
    for (const key of settings.keys) if (differ(keys.get(key.accessKeyId), key)) this.addKey(key);
    for (const role of settings.roles) if (differ(roles.get(role.roleArn), role)) this.addRole(role);
    for (const id of settings.pools) ensurePool(id, this.parts);
  }

  /**
   * Everything as after a start with these options and no data: no identities, and the faults, limits, keys, roles and pools that the
   * options name. Tokens and temporary credentials from before are good for nothing.
   */
  reset(): void {
    const { settings, store, faults, rateLimits, clock, calls, trigger } = this.parts;
    clock.reset();
    store.reset();
    this.provision();
    faults.clear();
    for (const fault of settings.faults) faults.rate(fault);
    rateLimits.clear();
    for (const limit of settings.rateLimits) rateLimits.set(limit);
    trigger.reset();
    this.failBulkPublish(null);
    calls.counts.clear();
  }

  /** Every record of a pool, the first one unless told otherwise, as lines of `npm run export`, piece by piece. */
  export(pool = this.firstPool): AsyncGenerator<string, void, void> {
    return exportLines(this.pool(pool), this.parts);
  }

  /**
   * Writes such lines into a pool, the first one unless told otherwise. Datasets that are not there get their records as the lines have
   * them; into others goes what differs. Resolves once all is on disk.
   * @throws TypeError naming the line that cannot be read; what stood before it is written.
   */
  import(lines: AsyncIterable<Buffer>, pool = this.firstPool): Promise<ImportSummary> {
    return importLines(this.pool(pool), lines, this.parts);
  }

  /**
   * Reads a file of lines into the first pool, unless that has identities already.
   * @throws Error naming the file and the line that cannot be read.
   */
  async importFile(file: string): Promise<void> {
    const { usage } = this.pool(this.firstPool);
    if (usage.identities) return this.parts.settings.say(`${file} is not read: the pool has identities already`);
    try {
      await this.import(createReadStream(file) as AsyncIterable<Buffer>);
    } catch (error) {
      throw new Error(`${file}: ${(error as Error).message}`, { cause: error });
    }
  }

  private get firstPool(): string {
    return this.parts.settings.pools[0] ?? '';
  }

  get pools(): string[] {
    return [...this.parts.store.state.pools.keys()];
  }

  /** Makes a pool, one that takes guests and the usual public providers unless told otherwise, and returns its id. */
  addPool(wanted: NewPool = {}): string {
    return addPool(wanted, this.parts);
  }

  deletePool(id: string): void {
    this.pool(id);
    this.parts.store.commit({ type: 'pool-deleted', pool: id });
  }

  /** Ids of the access keys, with what IAM refuses them; never their secrets. */
  get keys(): { accessKeyId: string; deny: readonly string[] }[] {
    return [...this.parts.store.state.keys.values()].map(({ accessKeyId, deny = [] }) => ({ accessKeyId, deny }));
  }

  /** Adds an access key or replaces the one of that id. */
  addKey(key: AccessKey): void {
    this.parts.store.commit({ type: 'key', key });
  }

  /** Sets which operations IAM refuses a key; `[]` allows all of them again. */
  deny(accessKeyId: string, operations: readonly string[]): void {
    const key = this.parts.store.state.keys.get(accessKeyId);
    if (!key) throw new TypeError(`accessKeyId: expected a known one, got ${accessKeyId}`);
    this.addKey({ ...key, deny: operations });
  }

  deleteKey(accessKeyId: string): void {
    this.parts.store.commit({ type: 'key-deleted', accessKeyId });
  }

  /** Lets AssumeRole vend keys for a role. */
  addRole(role: Role): void {
    this.parts.store.commit({ type: 'role', role });
  }

  /** Makes an identity, unless there is one of that id, and returns its id; `logins` are user identifiers by provider name. */
  addIdentity(pool: string, id?: string, logins: Readonly<Record<string, string>> = {}): string {
    const { registry } = this.parts;
    const within = this.pool(pool);
    const identity = within.identities.get(id ?? '') ?? registry.create(within, id);
    for (const [provider, user] of Object.entries(logins)) registry.link(within, identity, provider, user);
    return identity.id;
  }

  /** Credentials of an identity, as GetCredentialsForIdentity vends them, good for `lifetimeMs` milliseconds. */
  vend(pool: string, identity: string, lifetimeMs = this.parts.settings.credentialsLifetimeMs): TemporaryCredentials {
    this.pool(pool);
    return this.parts.credentials.vend({ kind: 'identity', pool, identity }, lifetimeMs);
  }

  /** Lets `destination` absorb `source` with its datasets and logins. */
  merge(pool: string, source: string, destination: string): void {
    const within = this.pool(pool);
    const from = this.identity(within, source);
    const to = this.identity(within, destination);
    if (from === to) throw new TypeError('source and destination: expected two identities, got one');
    this.parts.registry.merge(within, from, to);
  }

  /** Writes records as one more client would, whatever their counts are; null removes. Returns the new sync count. */
  write(
    where: WhichDataset,
    values: Readonly<Record<string, string | null>>,
    by = this.parts.settings.accountId,
  ): number {
    const { store, clock } = this.parts;
    const dataset = this.pool(where.IdentityPoolId).identities.get(where.IdentityId)?.datasets.get(where.DatasetName);
    const at = clock.now();
    const syncCount = (dataset?.syncCount ?? 0n) + 1n;
    const stamp = { syncCount, lastModifiedDate: at, lastModifiedBy: by, deviceLastModifiedDate: at };
    const records = Object.entries(values).map(([key, value]) => ({ key, value, ...stamp }));
    const { IdentityPoolId: pool, IdentityId: identity, DatasetName } = where;
    store.commit({ type: 'records', pool, identity, dataset: DatasetName, syncCount, at, by, records });
    return Number(syncCount);
  }

  /** The present values of a dataset by key, without the removed ones; undefined when it does not exist. */
  read({ IdentityPoolId, IdentityId, DatasetName }: WhichDataset): Record<string, string> | undefined {
    const dataset = this.pool(IdentityPoolId).identities.get(IdentityId)?.datasets.get(DatasetName);
    if (!dataset?.exists) return undefined;
    const present = [...dataset.records.values()].filter(({ value }) => value !== null);
    return Object.fromEntries(present.map(({ key, value }) => [key, value ?? '']));
  }

  /** As `seed`, with room for calls in between. Returns how many identities there are of it. */
  seedSlowly(seed: Seed): Promise<SeedSummary> {
    return seedSlowly({ ...seed, pool: seed.pool ?? this.firstPool }, this.parts);
  }

  /** Fills a pool at once and returns the ids of its identities. */
  seed(seed: Seed): string[] {
    return seedAtOnce({ ...seed, pool: seed.pool ?? this.firstPool }, this.parts);
  }

  get faults(): Faults {
    return this.parts.faults;
  }

  get rateLimits(): RateLimits {
    return this.parts.rateLimits;
  }

  get clock(): Clock {
    return this.parts.clock;
  }

  get trigger(): SyncTrigger {
    return this.parts.trigger;
  }

  /** Makes bulk publications that start from now on fail with this message; null lets them succeed. */
  failBulkPublish(message: string | null): void {
    this.parts.sync.bulkPublishFailure = message;
  }

  /** Calls so far by operation, whatever was answered. */
  get calls(): Map<string, number> {
    return this.parts.calls.counts;
  }

  private pool(id: string): Pool {
    return poolOf(this.parts.store, id);
  }

  private identity(pool: Pool, id: string): Identity {
    const identity = pool.identities.get(id);
    if (!identity) throw new TypeError(`identity: expected one of the pool, got ${id}`);
    return identity;
  }
}

const differ = (a: object | undefined, b: object) => JSON.stringify(a) !== JSON.stringify(b);
