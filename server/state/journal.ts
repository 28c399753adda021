import { closeSync, existsSync, openSync, readFileSync, readSync, renameSync, rmSync } from 'node:fs';
import { newPool, type PoolSettings, type StoredRecord } from './model';
import { Database } from './database';
import type { Event } from './events';
import { lockInProcess } from './ownership';
import { Store } from './store';

/** The data files of version 1: one JSON line for each event. They are read once, into a database. */

const CHUNK_BYTES = 1 << 20;
const NEWLINE = 0x0a;
const EVENTS_AT_ONCE = 1_000;

/** Whether a file is one of version 1. */
export function isJournal(file: string): boolean {
  const descriptor = openSync(file, 'r');
  try {
    const start = Buffer.alloc(9);
    readSync(descriptor, start, 0, start.length, 0);
    return start.toString() === '{"type":"';
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Puts a database in the place of a journal, which stays beside it as `<file>.v1`.
 * @returns where the journal is now.
 * @throws Error naming the line when one cannot be read; the journal is left as it is.
 */
export async function importJournal(file: string): Promise<string> {
  const release = lockInProcess(file);
  const fresh = `${file}.importing`;
  try {
    checkUnused(file);
    for (const each of [fresh, `${fresh}-lock`]) rmSync(each, { force: true });
    const store = new Store(Database.open(fresh));
    try {
      await replay(file, store);
    } finally {
      await store.close();
    }
    const kept = `${file}.v1`;
    renameSync(file, kept);
    renameSync(fresh, file);
    return kept;
  } finally {
    for (const each of [fresh, `${fresh}-lock`]) rmSync(each, { force: true });
    release();
  }
}

/** @throws Error when a server of version 1 has the file open. */
function checkUnused(file: string): void {
  const lock = `${file}.lock`;
  if (!existsSync(lock)) return;
  const owner = Number(readFileSync(lock, 'utf8'));
  try {
    process.kill(owner, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return;
  }
  if (owner !== process.pid) throw new Error(`${file} is in use by process ${owner}`);
}

async function replay(file: string, store: Store): Promise<void> {
  const descriptor = openSync(file, 'r');
  try {
    let number = 0;
    for (const line of readLines(descriptor)) {
      number += 1;
      try {
        store.commit(eventOf(JSON.parse(line) as Line));
      } catch {
        throw new Error(`${file}: line ${number} is not an event; the file is damaged and left as it is`);
      }
      if (number % EVENTS_AT_ONCE === 0) await store.flushed();
    }
    await store.flushed();
  } finally {
    closeSync(descriptor);
  }
}

/** An event of version 1: counts are numbers, and pools know less. */
type Line = { type: Event['type'] } & Record<string, unknown>;

function eventOf(line: Line): Event {
  const record = (each: StoredRecord) => ({ ...each, syncCount: BigInt(each.syncCount) });
  const event = {
    ...line,
    ...('syncCount' in line && { syncCount: BigInt(line['syncCount'] as number) }),
    ...('deletedAt' in line && { deletedAt: BigInt(line['deletedAt'] as number) }),
    ...('records' in line && { records: (line['records'] as StoredRecord[]).map(record) }),
    ...(line.type === 'sessions-burnt' && { at: 0 }),
    ...(line.type === 'pool' && { settings: settingsOf(line['settings'] as PoolSettings & { sessions?: number }) }),
  };
  return event as unknown as Event;
}

function settingsOf(settings: PoolSettings & { sessions?: number }): PoolSettings {
  const known = { ...newPool(settings.IdentityPoolId, settings.createdAt), ...settings };
  delete known.sessions;
  return known;
}

/** Every line that ends in a newline; a last one without was cut short by a crash, and never acknowledged. */
function* readLines(descriptor: number): Generator<string> {
  const chunk = Buffer.alloc(CHUNK_BYTES);
  let rest: Buffer[] = [];
  let position = 0;
  for (let read; (read = readSync(descriptor, chunk, 0, CHUNK_BYTES, position)) > 0; position += read) {
    let from = 0;
    for (let at; (at = chunk.subarray(0, read).indexOf(NEWLINE, from)) >= 0; from = at + 1) {
      const line = Buffer.concat([...rest, chunk.subarray(from, at)]);
      rest = [];
      yield line.toString();
    }
    if (from < read) rest.push(Buffer.from(chunk.subarray(from, read)));
  }
}
