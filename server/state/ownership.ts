import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Files that this very process has open: the locks of the system are between processes. */
const locked = new Set<string>();

/**
 * Marks a file as this process's own.
 * @returns what gives it free again.
 * @throws Error when this process has it already.
 */
export function lockInProcess(file: string): () => void {
  const path = join(realpathSync(dirname(file)), basename(file));
  if (locked.has(path)) throw inUse(file);
  locked.add(path);
  return () => locked.delete(path);
}

/** What LMDB says of those who have a file open: `RootDatabase`, as much of it as is needed here. */
interface Readers {
  readerList(): string;
  useReadTransaction(): { done(): void };
}

/**
 * Checks that no other process has the file open. LMDB holds locks of the system on its lock file and clears its table of
 * readers only when nobody else does, so what the table says holds for other containers and mounts too. Whoever has the
 * first place in the table is the owner: places are given out under a lock.
 * @param opened The file just opened, before anything was read from it.
 * @throws Error when another process has it.
 */
export function checkSoleOwner(file: string, opened: Readers): void {
  if (readers(opened).length) throw inUse(file);
  try {
    // The first transaction takes a place in the table, and keeps it when it is done.
    opened.useReadTransaction().done();
  } catch (error) {
    // A process of the same number in another container has taken one in the same moment, and the lock for that number.
    throw new Error(inUse(file).message, { cause: error });
  }
  const [first, ...others] = readers(opened);
  const own = String(process.pid);
  if (first !== own || others.includes(own)) throw inUse(file);
}

/** Process ids in the table, in the order of their places. In other containers they may equal ours. */
function readers(opened: Readers): string[] {
  return [...opened.readerList().matchAll(/^\s*(\d+) [0-9a-f]+ /gm)].map(([, pid = '']) => pid);
}

const inUse = (file: string) => new Error(`${file} is in use by another server`);
