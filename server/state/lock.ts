import { readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** Files that this very process holds. */
const held = new Set<string>();

/**
 * Keeps a second server off a data file, by the id of this process beside it. One left by a process that is gone does not count.
 * @returns what gives the file free again.
 * @throws Error when another process that lives has it.
 */
export function lock(file: string): () => void {
  const path = `${resolve(file)}.lock`;
  for (;;) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx' });
      held.add(path);
      return () => {
        held.delete(path);
        unlinkSync(path);
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const owner = Number(readFileSync(path, 'utf8'));
    // After a restart in a container another process may well have the old one's id: ours.
    if (owner === process.pid ? held.has(path) : lives(owner)) throw new Error(`${file} is in use by process ${owner}`);
    unlinkSync(path);
  }
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
