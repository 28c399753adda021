import { execFileSync } from 'node:child_process';
import os from 'node:os';

/** When, where and of what figures were measured. */
export interface Provenance {
  readonly date: string;
  readonly machine: { readonly node: string; readonly cpus: number; readonly model: string };
  /** Of the working copy; followed by `+` where it has changes of its own. */
  readonly commit: string;
}

function commit(): string {
  const git = (...args: string[]) =>
    execFileSync('git', args, { stdio: ['ignore', 'pipe', 'ignore'] })
      .toString()
      .trim();
  try {
    return git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain', '--untracked-files=no') ? '+' : '');
  } catch {
    // A copy without its history.
    return 'unknown';
  }
}

export const provenance = (): Provenance => ({
  date: new Date().toISOString().slice(0, 10),
  machine: { node: process.version, cpus: os.cpus().length, model: os.cpus()[0]?.model ?? 'unknown' },
  commit: commit(),
});
