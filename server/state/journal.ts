import { closeSync, fdatasync, fsyncSync, openSync, renameSync, write, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import type { Event } from './events';
import { lock } from './lock';
import type { State } from './model';
import { replay } from './replay';
import { snapshot } from './snapshot';
import type { Journal } from './store';

const writeAsync = promisify(write);
const syncAsync = promisify(fdatasync);

/** A file is written anew when it has grown by this much and at least doubled since it was last. */
const COMPACTION_BYTES = 64 * 1024 * 1024;

/**
 * Opens a data file: rebuilds its state and appends to it from then on. One line is one event; a line is on disk before the
 * call that made it is answered, and calls that come while the disk is busy share the next write.
 * @throws Error when another server uses the file, or a line before the last cannot be read.
 */
export function openJournal(file: string, compactionBytes = COMPACTION_BYTES): { state: State; journal: Journal } {
  const unlock = lock(file);
  try {
    const { state, lines } = replay(file);
    const journal = new FileJournal(file, state, unlock, compactionBytes);
    if (lines > 0) journal.compact();
    return { state, journal };
  } catch (error) {
    unlock();
    throw error;
  }
}

class FileJournal implements Journal {
  private descriptor: number;
  private pending: string[] = [];
  /** Settles when what is pending now is on disk. */
  private next: Settling | undefined;
  /** Settles when what is being written now is on disk. */
  private current: Promise<void> | undefined;
  private size = 0;
  private compactedSize = 0;
  private failure: Error | undefined;

  constructor(
    private readonly file: string,
    private readonly state: State,
    private readonly unlock: () => void,
    private readonly compactionBytes: number,
  ) {
    this.descriptor = openSync(file, 'a', 0o600);
  }

  append(event: Event): void {
    this.pending.push(line(event));
    this.next ??= settling();
    if (!this.current) this.current = this.flush();
  }

  settled(): Promise<void> | undefined {
    if (this.failure) return Promise.reject(this.failure);
    return this.next?.promise ?? this.current;
  }

  async close(): Promise<void> {
    try {
      while (this.current) await this.current;
    } finally {
      closeSync(this.descriptor);
      this.unlock();
    }
  }

  /** Writes the whole state to a new file and puts it in the old one's place. */
  compact(): void {
    const fresh = `${this.file}.new`;
    const descriptor = openSync(fresh, 'w', 0o600);
    this.size = 0;
    let batch: string[] = [];
    let characters = 0;
    const put = () => {
      this.size += writeSync(descriptor, Buffer.from(batch.join('')));
      batch = [];
      characters = 0;
    };
    for (const event of snapshot(this.state)) {
      const text = line(event);
      batch.push(text);
      characters += text.length;
      if (characters > 1 << 20) put();
    }
    put();
    fsyncSync(descriptor);
    renameSync(fresh, this.file);
    syncFolder(dirname(this.file));
    closeSync(this.descriptor);
    this.descriptor = descriptor;
    this.compactedSize = this.size;
  }

  private async flush(): Promise<void> {
    // The calls of this turn of the event loop share one write.
    await new Promise(setImmediate);
    while (this.next) {
      const waiting = this.next;
      const bytes = Buffer.from(this.pending.join(''));
      this.pending = [];
      this.next = undefined;
      this.current = waiting.promise;
      try {
        await this.put(bytes);
        waiting.resolve();
      } catch (error) {
        this.failure = error as Error;
        waiting.reject(this.failure);
      }
    }
    this.current = undefined;
  }

  /** The state has what is pending already, so writing that as well would let it happen twice. */
  private compactWithPending(): void {
    const waiting = this.next;
    this.pending = [];
    this.next = undefined;
    try {
      this.compact();
      waiting?.resolve();
    } catch (error) {
      waiting?.reject(error as Error);
      throw error;
    }
  }

  private async put(bytes: Buffer): Promise<void> {
    if (this.failure) throw this.failure;
    if (this.size > this.compactionBytes + 2 * this.compactedSize) return this.compactWithPending();
    for (let at = 0; at < bytes.length;) at += (await writeAsync(this.descriptor, bytes, at)).bytesWritten;
    await syncAsync(this.descriptor);
    this.size += bytes.length;
  }
}

interface Settling {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

function settling(): Settling {
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

const line = (event: Event) => `${JSON.stringify(event)}\n`;

/** Makes the rename itself survive a crash, where the system can. */
function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
