import { closeSync, existsSync, mkdtempSync, openSync, rmSync, statfsSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { open, type Database as Rows, type RootDatabase } from 'lmdb';
import { checkFormat, FORMAT_KEY, formatRow, isLmdb } from './format';
import { checkSoleOwner, lockInProcess } from './ownership';
import { TABLES, type Table, unsealJson } from './rows';

/** Each throws an Error naming the file when it is damaged. */
export interface Verify {
  readonly start: (file: string) => void;
  readonly whole: (file: string) => void;
}

const NOTHING: Verify = { start: () => undefined, whole: () => undefined };

interface Write {
  readonly table: Table;
  /** Removes every row when absent. */
  readonly key: Buffer | undefined;
  /** Removes the row when absent. */
  readonly value: Buffer | undefined;
}

/**
 * An LMDB file, or one that is gone when the process ends. Writes of one turn of the event loop, and those that come while
 * the disk is busy, are one transaction.
 */
export class Database {
  private readonly tables: Readonly<Record<Table, Rows<Buffer, Buffer>>>;
  private pending: Write[] = [];
  /** Of what is pending now: resolves when it is on disk. */
  private next: Deferred | undefined;
  /** Of what is being written now: resolves when it is on disk. */
  private current: Promise<void> | undefined;
  /** Counts transactions: that of what is pending now, and the last one on disk. */
  gathering = 1;
  written = 0;
  closed = false;
  /** The transaction that removes every row, 0 for none so far. */
  private clearedIn = 0;
  /** Called when a transaction, and all that was pending behind it, is lost. */
  onLoss: () => void = () => undefined;

  private constructor(
    private readonly root: RootDatabase<Buffer, Buffer>,
    /** A folder of the file system that the file is on. */
    private readonly folder: string,
    private readonly release: () => void,
  ) {
    const options = { encoding: 'binary', keyEncoding: 'binary' } as const;
    const entries = TABLES.map((name) => [name, root.openDB<Buffer, Buffer>({ name, ...options })] as const);
    this.tables = Object.fromEntries(entries) as Record<Table, Rows<Buffer, Buffer>>;
  }

  /**
   * Opens a file, or makes it.
   * @param verify Looks at a file that is there already: at what LMDB opens it by, then, once it is ours, at all of it.
   * @throws Error naming the file when another server has it, or when it is not one of this server's files; it is left as it is.
   */
  static open(file: string, verify: Verify = NOTHING): Database {
    const release = lockInProcess(file);
    try {
      const present = existsSync(file) && statSync(file).size > 0;
      if (present && !isLmdb(file)) throw new Error(`${file} is not a file of this server; it is left as it is`);
      // Secrets of access keys are in it. LMDB fills a file that is there and empty.
      closeSync(openSync(file, 'a', 0o600));
      if (present) verify.start(file);
      const root = openRoot(file, present, verify);
      const database = new Database(root, dirname(file), release);
      if (!present) database.writeNow((put) => put('settings', FORMAT_KEY, formatRow()));
      return database;
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Opens a database that takes no care of crashes and is gone when the process ends, however it ends. */
  static temporary(): Database {
    const folder = mkdtempSync(join(tmpdir(), 'cognito-sync-'));
    const root = open<Buffer, Buffer>({ path: join(folder, 'data.mdb'), ...OPTIONS, noSync: true });
    const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    // Elsewhere than on Windows a file without a name lives until its last user ends.
    if (process.platform !== 'win32') remove();
    const database = new Database(root, tmpdir(), remove);
    database.writeNow((put) => put('settings', FORMAT_KEY, formatRow()));
    return database;
  }

  /** A row as it is on disk; what is pending does not show. */
  get(table: Table, key: Buffer): Buffer | undefined {
    return this.tables[table].getBinary(key);
  }

  /** Rows whose keys start with `prefix`, in the order of their keys, from `after` (exclusive) on when given. */
  *range(table: Table, prefix: Buffer, after?: Buffer): Generator<{ key: Buffer; value: Buffer }> {
    const end = successor(prefix);
    const start = after ? Buffer.concat([after, Buffer.of(0)]) : prefix;
    for (const { key, value } of this.tables[table].getRange({ start, ...(end && { end }) })) yield { key, value };
  }

  put(table: Table, key: Buffer, value: Buffer): void {
    this.add({ table, key, value });
  }

  remove(table: Table, key: Buffer): void {
    this.add({ table, key, value: undefined });
  }

  /** Its size on disk. */
  get bytes(): number {
    const { pageSize, lastPageNumber } = this.root.getStats() as { pageSize: number; lastPageNumber: number };
    return pageSize * (lastPageNumber + 1);
  }

  /** @throws Error when it cannot be read, or has no room for a large write. */
  check(): void {
    if (this.closed) throw new Error('the database is closed');
    const row = this.get('settings', FORMAT_KEY);
    if (!row) throw new Error('the database does not answer');
    unsealJson(FORMAT_KEY, row);
    checkRoom(this.folder, READY_BYTES);
  }

  /** Removes every row, in the transaction of what is written next. */
  clear(): void {
    for (const table of TABLES) this.add({ table, key: undefined, value: undefined });
    this.clearedIn = this.gathering;
    this.put('settings', FORMAT_KEY, formatRow());
  }

  /** Whether rows that were written at once now would be removed by what is still to be written. */
  get clearing(): boolean {
    return this.clearedIn > this.written;
  }

  /** Writes at once, in a transaction of its own, while every call waits: for large amounts that nothing pending speaks of. */
  writeNow(run: (put: (table: Table, key: Buffer, value: Buffer) => void) => void): void {
    checkRoom(this.folder, ROOM_BYTES);
    this.root.transactionSync(() => run((table, key, value) => void this.tables[table].putSync(key, value)));
  }

  /** Resolves when everything written so far is on disk, undefined when it is already; rejects when it was lost. */
  flushed(): Promise<void> | undefined {
    return this.next?.promise ?? this.current;
  }

  async close(): Promise<void> {
    try {
      for (let waiting; (waiting = this.flushed());) await waiting.catch(() => undefined);
      this.closed = true;
      await this.root.close();
    } finally {
      this.release();
    }
  }

  private add(write: Write): void {
    this.pending.push(write);
    this.next ??= deferred();
    if (!this.current) {
      this.current = this.next.promise;
      void this.flush();
    }
  }

  private async flush(): Promise<void> {
    // The calls of this turn of the event loop share one transaction.
    await new Promise(setImmediate);
    while (this.next) {
      const waiting = this.next;
      const writes = this.pending;
      this.pending = [];
      this.next = undefined;
      this.current = waiting.promise;
      const number = this.gathering++;
      try {
        await this.commit(writes);
        this.written = number;
        waiting.resolve();
      } catch (error) {
        this.lose(waiting, error as Error);
      }
    }
    this.current = undefined;
  }

  /** What came while a transaction was being written was made of its outcome, so it is lost with it. */
  private lose(waiting: Deferred, error: Error): void {
    const followers = this.next;
    this.pending = [];
    this.next = undefined;
    this.written = this.gathering++;
    this.onLoss();
    waiting.reject(error);
    followers?.reject(error);
  }

  private async commit(writes: readonly Write[]): Promise<void> {
    const values = writes.reduce((bytes, { value }) => bytes + (value?.length ?? 0), 0);
    checkRoom(this.folder, ROOM_BYTES + 2 * values + writes.length * ROW_BYTES);
    try {
      await this.root.batch(() => {
        for (const { table, key, value } of writes) {
          if (!key) void this.tables[table].clearAsync();
          else if (value) void this.tables[table].put(key, value);
          else void this.tables[table].remove(key);
        }
      });
    } catch (error) {
      const { commitError } = error as { commitError?: Promise<never> };
      const cause = await commitError?.catch((reason: unknown) => reason);
      throw new Error(`writing failed: ${cause instanceof Error ? cause.message : String(error)}`, { cause: error });
    } finally {
      this.root.resetReadTxn();
    }
  }
}

/** What a transaction may add to the file besides its rows: copies of the pages that lead to them. */
const ROOM_BYTES = 256 * 1024;
const ROW_BYTES = 4096;
/** What any one call may need at most: the megabyte of a dataset, and its pages again. */
const READY_BYTES = 4 * 1024 * 1024;

/**
 * A transaction that LMDB cannot write to the end may take the process with it, so none is begun without room for it.
 * @throws Error when the disk has less than `bytes` left.
 */
function checkRoom(folder: string, bytes: number): void {
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize < bytes) throw new Error(`writing failed: no space left on the disk of ${folder}`);
}

const OPTIONS = {
  noSubdir: true,
  maxDbs: TABLES.length + 1,
  encoding: 'binary',
  keyEncoding: 'binary',
  // A transaction is acknowledged when it is on disk, and only those made here are one.
  overlappingSync: false,
  eventTurnBatching: false,
} as const;

function openRoot(file: string, present: boolean, verify: Verify): RootDatabase<Buffer, Buffer> {
  let root: RootDatabase<Buffer, Buffer>;
  try {
    root = open<Buffer, Buffer>({ path: file, ...OPTIONS });
  } catch (error) {
    throw new Error(`${file} cannot be opened: ${(error as Error).message}`, { cause: error });
  }
  try {
    checkSoleOwner(file, root);
    if (present) {
      verify.whole(file);
      checkFormat(file, root);
    }
    return root;
  } catch (error) {
    void root.close();
    throw error;
  }
}

/** The first key that is beyond all keys with this prefix, undefined when there is none. */
function successor(prefix: Buffer): Buffer | undefined {
  for (let length = prefix.length; length > 0; length--) {
    const last = prefix[length - 1] ?? 0;
    if (last < 0xff) return Buffer.concat([prefix.subarray(0, length - 1), Buffer.of(last + 1)]);
  }
  return undefined;
}

interface Deferred {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

function deferred(): Deferred {
  let resolve!: () => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  // Whoever waits sees the failure; without anyone waiting it must not end the process.
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}
