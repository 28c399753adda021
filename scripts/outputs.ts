import fs from 'node:fs/promises';
import { Database, type Statement } from 'node-sqlite3-wasm';
import { recordLine } from '../lib/datasets/rows';
import type { ExportedIdentity } from '../lib/export/read-pool';
import { headerOf, linesOf, type Format, type TextFormat } from './formats';

/** Where the records of an export go. What has been appended is on disk. */
export interface Output {
  /** Appends identities, and returns the length of all that counts. */
  append(identities: readonly ExportedIdentity[]): Promise<number>;
  /** Begins anew. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

/** Opens an output, cut to the length that it had when `append` returned it last. */
export function openOutput(file: string, format: Format, length: number): Promise<Output> {
  return format === 'sqlite' ? Promise.resolve(new SqliteOutput(file)) : LinesOutput.open(file, format, length);
}

class LinesOutput implements Output {
  private constructor(
    private readonly handle: fs.FileHandle,
    private readonly format: TextFormat,
    private length: number,
  ) {}

  static async open(file: string, format: TextFormat, length: number): Promise<LinesOutput> {
    const handle = await fs.open(file, 'a+');
    await handle.truncate(length);
    return new LinesOutput(handle, format, length);
  }

  async append(identities: readonly ExportedIdentity[]): Promise<number> {
    const lines = identities.map((identity) => linesOf(identity, this.format)).join('');
    const text = this.length === 0 ? headerOf(this.format) + lines : lines;
    await this.handle.appendFile(text);
    await this.handle.datasync();
    this.length += Buffer.byteLength(text);
    return this.length;
  }

  async clear(): Promise<void> {
    await this.handle.truncate(0);
    this.length = 0;
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}

const TABLE = `create table if not exists records (
  IdentityId text not null,
  DatasetName text not null,
  Key text not null,
  Change text not null,
  Value text,
  SyncCount integer,
  LastModifiedDate text,
  LastModifiedBy text,
  DeviceLastModifiedDate text,
  primary key (IdentityId, DatasetName, Key)
) without rowid`;

const INSERT = `insert or replace into records (Change, IdentityId, DatasetName, Key, Value, SyncCount, LastModifiedDate, LastModifiedBy, DeviceLastModifiedDate)
values (:Change, :IdentityId, :DatasetName, :Key, :Value, :SyncCount, :LastModifiedDate, :LastModifiedBy, :DeviceLastModifiedDate)`;

/**
 * A table with a row for each record. What a crash leaves there beyond the state of the export is written again, and so
 * stays as it is.
 */
class SqliteOutput implements Output {
  private readonly database: Database;
  private readonly insert: Statement;

  constructor(file: string) {
    this.database = new Database(file);
    this.database.exec(TABLE);
    this.insert = this.database.prepare(INSERT);
  }

  append(identities: readonly ExportedIdentity[]): Promise<number> {
    this.database.exec('begin');
    for (const { IdentityId, datasets } of identities) {
      for (const { DatasetName, Records } of datasets) {
        for (const record of Records) {
          const row = Object.entries(recordLine(IdentityId, DatasetName, record));
          this.insert.run(Object.fromEntries(row.map(([column, value]) => [`:${column}`, value ?? null])));
        }
      }
    }
    this.database.exec('commit');
    return Promise.resolve(0);
  }

  clear(): Promise<void> {
    this.database.exec('delete from records');
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.insert.finalize();
    this.database.close();
    return Promise.resolve();
  }
}

/** The rows of such a table, dataset by dataset. @throws Error when it is none */
export function* sqliteRows(file: string): Generator<unknown, void, void> {
  const database = new Database(file, { readOnly: true });
  try {
    const select = database.prepare('select * from records order by IdentityId, DatasetName, Key');
    try {
      yield* select.iterate();
    } finally {
      select.finalize();
    }
  } finally {
    database.close();
  }
}
