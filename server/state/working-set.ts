import type { AccessKey, Role } from '../options';
import type { Database } from './database';
import {
  Dataset,
  loginKey,
  type Identity,
  type Pool,
  type PoolSettings,
  type PoolUsage,
  type State,
  type StoredRecord,
} from './model';
import * as rows from './rows';

/** Of what was read, about this many bytes stay in memory, and as many again of what was used just before. */
const GENERATION_BYTES = 12 * 1024 * 1024;
const NUMBERS_AT_ONCE = 10_000;
const NUMBERS_KEY = Buffer.from('numbers');

interface Entry {
  /** Null when it was deleted, and the database may not know yet. */
  readonly identity: Identity | null;
  /** The transaction that the latest change is part of, 0 for none. */
  readonly changedIn: number;
}

/**
 * The state in use: what the server always needs, and those identities that calls have asked for lately. Changed ones stay
 * until they are on disk, so that every call sees what came before it; others may go at any time between two calls.
 */
export class WorkingSet {
  readonly state: State = { secret: '', keys: new Map(), roles: new Map(), pools: new Map(), usedSessions: new Map() };
  /** Identities by pool number and id: those used since the last trim that dropped some, and those used before. */
  private young = new Map<string, Entry>();
  private old = new Map<string, Entry>();
  private youngBytes = 0;
  private readonly changed = new Map<string, number>();
  private readonly changedLogins = new Map<string, { identity: string | undefined; changedIn: number }>();
  private nextNumber = 1;
  private reservedNumber = 1;
  private nextPool = 1;

  constructor(readonly database: Database) {
    this.load();
  }

  /** Takes everything from the database anew. */
  load(): void {
    this.forget();
    const { usedSessions } = this.state;
    for (const { key, value } of this.database.range('settings', Buffer.alloc(0))) this.loadSetting(key, value);
    for (const { key, value } of this.database.range('pools', Buffer.alloc(0))) this.loadPool(key, value);
    const sessions = [...this.database.range('sessions', Buffer.alloc(0))].map(
      ({ key, value }) => [key.toString(), rows.unsealJson(key, value) as number] as const,
    );
    for (const [id, expiration] of sessions.sort(([, a], [, b]) => a - b)) usedSessions.set(id, expiration);
  }

  /** Removes everything. Rows that are on disk until then are of pools whose numbers are not given again. */
  clear(): void {
    this.forget();
    this.database.clear();
    this.database.put('settings', ...this.numbersRow());
  }

  private forget(): void {
    const { keys, roles, pools, usedSessions } = this.state;
    for (const map of [keys, roles, pools, usedSessions, this.young, this.old, this.changed, this.changedLogins]) {
      map.clear();
    }
    this.state.secret = '';
    this.youngBytes = 0;
  }

  identity(pool: Pool, id: string): Identity | undefined {
    const name = cacheKey(pool, id);
    const entry = this.young.get(name) ?? this.old.get(name);
    if (entry) {
      if (!this.young.has(name)) this.enter(name, entry);
      return entry.identity ?? undefined;
    }
    const key = rows.poolKey(pool.number, id);
    const row = this.database.get('identities', key);
    if (!row) return undefined;
    const identity = rows.identityOfRow(id, rows.unsealJson(key, row));
    for (const each of this.database.range('datasets', rows.numberKey(identity.number))) {
      const dataset = this.datasetOfRow(each.key, each.value);
      identity.datasets.set(dataset.name, dataset);
    }
    this.enter(name, { identity, changedIn: 0 });
    return identity;
  }

  /** Ids in order, those that the database does not know yet among them; some may be of identities just deleted. */
  *idsAfter(pool: Pool, id?: string): Generator<string> {
    const prefix = rows.poolKey(pool.number);
    const fresh = this.changedIds(pool, id);
    let at = 0;
    const after = id === undefined ? undefined : rows.poolKey(pool.number, id);
    for (const { key } of this.database.range('identities', prefix, after)) {
      const stored = key.toString('utf8', prefix.length);
      for (; at < fresh.length && (fresh[at] ?? '') <= stored; at++) if (fresh[at] !== stored) yield fresh[at] ?? '';
      yield stored;
    }
    yield* fresh.slice(at);
  }

  loginOf(pool: Pool, login: string): string | undefined {
    const key = rows.loginRowKey(pool.number, login);
    const change = this.changedLogins.get(key.toString('latin1'));
    if (change) return change.identity;
    const row = this.database.get('logins', key);
    return row && (rows.unsealJson(key, row) as string);
  }

  /** A number that no row is named by yet. */
  number(): number {
    if (this.nextNumber >= this.reservedNumber) {
      this.reservedNumber = this.nextNumber + NUMBERS_AT_ONCE;
      this.database.put('settings', ...this.numbersRow());
    }
    return this.nextNumber++;
  }

  numbersRow(): [key: Buffer, value: Buffer] {
    return [NUMBERS_KEY, rows.sealJson(NUMBERS_KEY, this.reservedNumber)];
  }

  addPool(settings: PoolSettings): Pool {
    const pool = this.newPool(this.nextPool++, settings);
    this.state.pools.set(settings.IdentityPoolId, pool);
    return pool;
  }

  dataset(name: string): Dataset {
    return new Dataset(name, this.number());
  }

  /** Puts an identity, new or changed, into the working set and on its way to the disk. */
  saveIdentity(pool: Pool, identity: Identity): void {
    this.mark(pool, identity.id, identity);
    this.putJson('identities', rows.poolKey(pool.number, identity.id), rows.identityRow(identity));
  }

  forgetIdentity(pool: Pool, id: string): void {
    this.mark(pool, id, null);
    this.database.remove('identities', rows.poolKey(pool.number, id));
  }

  saveDataset(pool: Pool, identity: Identity, dataset: Dataset): void {
    this.mark(pool, identity.id, identity);
    const key = rows.numberKey(identity.number, dataset.name);
    this.putJson('datasets', key, rows.datasetRow(dataset.number, dataset));
  }

  forgetDataset(identity: Identity, name: string): void {
    this.database.remove('datasets', rows.numberKey(identity.number, name));
  }

  saveRecord(dataset: Dataset, record: StoredRecord): void {
    const key = rows.recordKey(dataset.number, record.key);
    this.youngBytes += weightOf(record);
    this.database.put('records', key, rows.recordRow(key, record));
  }

  forgetRecords(dataset: Dataset): void {
    for (const key of dataset.records.keys()) this.database.remove('records', rows.recordKey(dataset.number, key));
  }

  saveLogin(pool: Pool, provider: string, user: string, identity: string | undefined): void {
    const key = rows.loginRowKey(pool.number, loginKey(provider, user));
    this.changedLogins.set(key.toString('latin1'), { identity, changedIn: this.database.gathering });
    if (identity === undefined) this.database.remove('logins', key);
    else this.putJson('logins', key, identity);
  }

  savePool(pool: Pool): void {
    for (const [key, value] of this.poolRows(pool)) this.database.put('pools', key, value);
  }

  saveUsage(pool: Pool): void {
    this.putJson('pools', rows.poolKey(pool.number, 'usage'), pool.usage);
  }

  poolRows(pool: Pool): [key: Buffer, value: Buffer][] {
    const facts = [
      ['', pool.settings],
      ['usage', pool.usage],
    ] as const;
    return facts.map(([name, value]) => {
      const key = rows.poolKey(pool.number, name);
      return [key, rows.sealJson(key, value)];
    });
  }

  putJson(table: rows.Table, key: Buffer, value: unknown): void {
    this.database.put(table, key, rows.sealJson(key, value));
  }

  /** Lets go of what no call has asked for lately. Between calls only: nobody may hold on to what goes. */
  trim(): void {
    if (this.youngBytes < GENERATION_BYTES) return;
    const { written } = this.database;
    for (const [name, entry] of this.old) {
      if (entry.changedIn > written && !this.young.has(name)) this.young.set(name, entry);
    }
    this.old = this.young;
    this.young = new Map();
    this.youngBytes = 0;
    for (const [name, changedIn] of this.changed) if (changedIn <= written) this.changed.delete(name);
    for (const [name, { changedIn }] of this.changedLogins) {
      if (changedIn <= written) this.changedLogins.delete(name);
    }
  }

  private enter(name: string, entry: Entry): void {
    this.young.set(name, entry);
    this.youngBytes += 500 + (entry.identity?.datasets.size ?? 0) * 300;
  }

  private mark(pool: Pool, id: string, identity: Identity | null): void {
    const name = cacheKey(pool, id);
    const changedIn = this.database.gathering;
    this.enter(name, { identity, changedIn });
    this.changed.set(name, changedIn);
  }

  private changedIds(pool: Pool, after = ''): string[] {
    const prefix = cacheKey(pool, '');
    const ids: string[] = [];
    for (const [name, changedIn] of this.changed) {
      if (changedIn <= this.database.written) this.changed.delete(name);
      else if (name.startsWith(prefix) && name.slice(prefix.length) > after) ids.push(name.slice(prefix.length));
    }
    return ids.sort();
  }

  private loadSetting(key: Buffer, value: Buffer): void {
    const row = rows.unsealJson(key, value);
    const [kind = ''] = key.toString().split('/', 1);
    if (kind === 'secret') this.state.secret = row as string;
    if (kind === 'key') this.state.keys.set((row as AccessKey).accessKeyId, row as AccessKey);
    if (kind === 'role') this.state.roles.set((row as Role).roleArn, row as Role);
    if (kind === 'numbers') this.nextNumber = this.reservedNumber = Math.max(this.nextNumber, row as number);
  }

  private loadPool(key: Buffer, value: Buffer): void {
    const number = key.readUInt32BE();
    this.nextPool = Math.max(this.nextPool, number + 1);
    const row = rows.unsealJson(key, value);
    const what = key.toString('utf8', 4);
    if (what === '') {
      const pool = this.newPool(number, row as PoolSettings);
      this.state.pools.set(pool.settings.IdentityPoolId, pool);
    }
    if (what === 'usage') {
      const pool = [...this.state.pools.values()].find((each) => each.number === number);
      if (pool) Object.assign(pool.usage, row as PoolUsage);
    }
  }

  private newPool(number: number, settings: PoolSettings): Pool {
    const pool: Pool = {
      number,
      settings,
      usage: { identities: 0, bytes: 0, latest: 0, sessions: 0 },
      identities: { get: (id) => this.identity(pool, id), idsAfter: (id) => this.idsAfter(pool, id) },
      logins: { get: (login) => this.loginOf(pool, login) },
    };
    return pool;
  }

  private datasetOfRow(key: Buffer, value: Buffer): Dataset {
    const [number, facts] = rows.datasetOfRow(rows.unsealJson(key, value));
    const dataset = new Dataset(key.toString('utf8', 6), number, () => this.loadRecords(number));
    return Object.assign(dataset, facts);
  }

  private loadRecords(dataset: number): Map<string, StoredRecord> {
    const records = new Map<string, StoredRecord>();
    for (const { key, value } of this.database.range('records', rows.numberKey(dataset))) {
      const record = rows.recordOfRow(key, value);
      records.set(record.key, record);
      this.youngBytes += weightOf(record);
    }
    return records;
  }
}

const cacheKey = (pool: Pool, id: string) => `${pool.number}/${id}`;
/** About the bytes that a record takes in memory. */
const weightOf = ({ key, value }: StoredRecord) => 200 + key.length + (value?.length ?? 0);
