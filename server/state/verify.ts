import { closeSync, openSync } from 'node:fs';
import { crc32 } from './checksum';
import { LmdbFile } from './lmdb-file';
import { byBytes, byNumber, Damage, TABLE, TABLE_BYTES, tableInfo, type TableInfo } from './lmdb-layout';
import { checkTable, type Visit } from './lmdb-table';

/**
 * Looks through an LMDB file before LMDB does. LMDB believes what it reads: a changed byte may end the process, or lose rows
 * without a word.
 */

/** Files up to this size have the checksum of every row looked at; of larger ones only how their pages hang together. */
const EVERY_ROW_BYTES = 64 * 1024 * 1024;
/** Beyond this, pages that hold rows are not looked at: that would take seconds. Rows are checked when they are read, anyway. */
const EVERY_PAGE_BYTES = 160 * 1024 * 1024;

const CHECKSUM_BYTES = 4;

/**
 * Looks at the first two pages alone, which LMDB needs to open the file. Another server may be writing them just then, so
 * what looks damaged is looked at again.
 * @throws Error naming the file when they are not as LMDB writes them.
 */
export function verifyStart(file: string): void {
  for (let tries = 3; ; tries--) {
    try {
      return verified(file, () => undefined);
    } catch (error) {
      if (tries === 1) throw error;
    }
  }
}

/** @throws Error naming the file when a page is not as LMDB writes it, or a row not as this server does. */
export function verifyFile(file: string): void {
  verified(file, checkTables);
}

function verified(file: string, check: (opened: LmdbFile) => void): void {
  const descriptor = openSync(file, 'r');
  try {
    check(new LmdbFile(descriptor));
  } catch (error) {
    if (!(error instanceof Damage)) throw error;
    throw new Error(`${file} is damaged (${error.message}); it is left as it is`);
  } finally {
    closeSync(descriptor);
  }
}

function checkTables(file: LmdbFile): void {
  const everyPage = file.size <= EVERY_PAGE_BYTES;
  const visit = file.size <= EVERY_ROW_BYTES ? checkRow : undefined;
  const tables: TableInfo[] = [];
  checkTable(file, file.main, {
    compare: byBytes,
    everyPage,
    visit: ({ flags, value }) => {
      if (flags !== TABLE || value.length !== TABLE_BYTES) throw new Damage('its list of tables is none');
      tables.push(tableInfo(value, 0));
    },
  });
  for (const table of tables) {
    if (table.flags !== 0) throw new Damage('a table is of an unknown kind');
    checkTable(file, table, { compare: byBytes, everyPage, visit });
  }
  if (everyPage) checkFreePages(file);
}

const checkRow: Visit = ({ row, value }) => {
  const end = row.length - CHECKSUM_BYTES;
  if (value.length < CHECKSUM_BYTES || row.readUInt32LE(end) !== crc32(row.subarray(0, end))) {
    throw new Damage('a row is not as it was written');
  }
};

/** Pages that may be written to: none of them may be in use. */
function checkFreePages(file: LmdbFile): void {
  const lists: Buffer[] = [];
  const visit: Visit = ({ value }) => lists.push(Buffer.from(value));
  checkTable(file, file.free, { compare: byNumber, everyPage: true, visit });
  for (const list of lists) checkFreeList(file, list);
}

function checkFreeList(file: LmdbFile, list: Buffer): void {
  const wrong = () => new Damage('its list of free pages is none');
  if (list.length < 8 || list.length % 8) throw wrong();
  const count = Number(list.readBigUInt64LE(0));
  if (count * 8 + 8 > list.length) throw wrong();
  for (let i = 1; i <= count; i++) {
    const entry = list.readBigInt64LE(i * 8);
    if (entry === 0n) continue;
    // A number below zero says how many pages follow one another, from the next number on.
    const pages = entry < 0n ? -entry : 1n;
    if (entry < 0n) i += 1;
    if (i > count) throw wrong();
    file.use(entry < 0n ? list.readBigInt64LE(i * 8) : entry, pages);
  }
}
