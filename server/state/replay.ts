import { closeSync, ftruncateSync, openSync, readSync } from 'node:fs';
import { apply } from './apply';
import type { Event } from './events';
import { newState, type State } from './model';

const CHUNK_BYTES = 1 << 20;
const NEWLINE = 0x0a;

/**
 * The state that a file's lines make. A last line that was cut short by a crash was never acknowledged: it is cut off.
 * @throws Error naming the line when one before the last cannot be read.
 */
export function replay(file: string): { state: State; lines: number } {
  const state = newState();
  const descriptor = openSync(file, 'a+', 0o600);
  try {
    let lines = 0;
    let good = 0;
    let torn = false;
    for (const { text, end } of readLines(descriptor)) {
      if (torn) throw new Error(`${file}: line ${lines + 1} is not an event; the file is damaged`);
      const event = parse(text);
      if (!event) {
        torn = true;
        continue;
      }
      apply(state, event);
      lines += 1;
      good = end;
    }
    ftruncateSync(descriptor, good);
    return { state, lines };
  } finally {
    closeSync(descriptor);
  }
}

function parse(text: string): Event | undefined {
  try {
    return JSON.parse(text) as Event;
  } catch {
    return undefined;
  }
}

/** Every line that ends in a newline, with the offset behind it. */
function* readLines(descriptor: number): Generator<{ text: string; end: number }> {
  const chunk = Buffer.alloc(CHUNK_BYTES);
  let rest: Buffer[] = [];
  let end = 0;
  let position = 0;
  for (let read; (read = readSync(descriptor, chunk, 0, CHUNK_BYTES, position)) > 0; position += read) {
    let from = 0;
    for (let at; (at = chunk.subarray(0, read).indexOf(NEWLINE, from)) >= 0; from = at + 1) {
      const line = Buffer.concat([...rest, chunk.subarray(from, at)]);
      rest = [];
      end += line.length + 1;
      yield { text: line.toString(), end };
    }
    if (from < read) rest.push(Buffer.from(chunk.subarray(from, read)));
  }
}
