import { closeSync, openSync, readSync } from 'node:fs';
import type { RootDatabase } from 'lmdb';
import { sealJson, unsealJson } from './rows';

export const FORMAT_KEY = Buffer.from('format');
const FORMAT = 'amazon-cognito-sync';
const VERSION = 1;

/** Where LMDB 1.0 writes who it is, in the first page of every file. */
const MAGIC_AT = 24;
const MAGIC = 0xbeefc0de;

/** @throws Error when the file is of another program or of a newer version of this one. */
export function checkFormat(file: string, root: RootDatabase<Buffer, Buffer>): void {
  let row: { format?: unknown; version?: unknown } = {};
  const names = [...root.getKeys({ start: Buffer.alloc(0) })].map((name) => name.toString().replace(/\0+$/, ''));
  if (names.includes('settings')) {
    const settings = root.openDB<Buffer, Buffer>({ name: 'settings', encoding: 'binary', keyEncoding: 'binary' });
    const sealed = settings.getBinary(FORMAT_KEY);
    try {
      if (sealed) row = unsealJson(FORMAT_KEY, sealed) as typeof row;
    } catch {
      throw new Error(`${file} is damaged; it is left as it is`);
    }
  }
  if (row.format !== FORMAT) throw new Error(`${file} is not a file of this server; it is left as it is`);
  if (row.version !== VERSION) {
    throw new Error(
      `${file} is of format version ${String(row.version)}, this server knows ${VERSION}; it is left as it is`,
    );
  }
}

/** What says in a file that it is of this server. */
export const formatRow = () => sealJson(FORMAT_KEY, { format: FORMAT, version: VERSION });

/** Whether a file is an LMDB database, of whatever program. */
export function isLmdb(file: string): boolean {
  const descriptor = openSync(file, 'r');
  try {
    const start = Buffer.alloc(MAGIC_AT + 4);
    return readSync(descriptor, start, 0, start.length, 0) === start.length && start.readUInt32LE(MAGIC_AT) === MAGIC;
  } finally {
    closeSync(descriptor);
  }
}
