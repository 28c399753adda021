import { createWriteStream, openSync } from 'node:fs';
import { lineOf, type Call } from './http/calls';

export interface CallLog {
  write(call: Call): void;
  /** Resolves when everything is with the system. */
  close(): Promise<void>;
}

/**
 * A log of calls, one JSON line each, appended to a file that its owner alone can read, or on standard error.
 * @param say Is told, once, when the file takes no more.
 * @throws Error naming the file when it cannot be opened.
 */
export function openLog(file: string | undefined, say: (line: string) => void): CallLog {
  if (file === undefined) {
    return { write: (call) => void process.stderr.write(lineOf(call)), close: () => Promise.resolve() };
  }
  const stream = createWriteStream(file, { fd: openSync(file, 'a', 0o600) });
  stream.once('error', (error) => say(`${file} takes no more lines of the log: ${error.message}`));
  return {
    write: (call) => void stream.write(lineOf(call)),
    close: () => new Promise((resolve) => (stream.destroyed ? resolve() : stream.end(resolve))),
  };
}
