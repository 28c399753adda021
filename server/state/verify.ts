import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { crc32 } from './checksum';

/**
 * Looks through an LMDB file before LMDB does. LMDB believes what it reads: a changed byte may end the process, or lose rows
 * without a word. The layout is that of LMDB 1.0 (`mdb.c` of the npm package `lmdb`) on little-endian machines of 64 bits.
 */

/** Files up to this size have the checksum of every row looked at; of larger ones only how their pages hang together. */
const EVERY_ROW_BYTES = 64 * 1024 * 1024;
/** Beyond this, pages that hold rows are not looked at: that would take seconds. Rows are checked when they are read, anyway. */
const EVERY_PAGE_BYTES = 160 * 1024 * 1024;

const PAGE_HEADER = 24;
const NODE_HEADER = 8;
const OVERFLOW_REFERENCE = 24;
const [BRANCH, LEAF, OVERFLOW, META] = [1, 2, 4, 8];
/** Of a node: its value is on pages of its own; its value is a table. */
const [ELSEWHERE, TABLE] = [1, 2];
/** Of a table: its keys are numbers. */
const INTEGER_KEYS = 8;
/** Among those: the file is no folder. */
const ONE_FILE = 0x4000;
const NO_ROOT = 0xffffffffffffffffn;
const LARGEST_MAP = 1n << 46n;
const CHECKSUM_BYTES = 4;
const TABLE_BYTES = 48;
const LONGEST_KEY = 1978;

/**
 * Looks at the first two pages alone, which LMDB needs to open the file. Another server may be writing them just then, so
 * what looks damaged is looked at again.
 * @throws Error naming the file when they are not as LMDB writes them.
 */
export function verifyStart(file: string): void {
  for (let tries = 3; ; tries--) {
    try {
      return verified(file, (verification) => verification.readMeta());
    } catch (error) {
      if (tries === 1) throw error;
    }
  }
}

/** @throws Error naming the file when a page is not as LMDB writes it, or a row not as this server does. */
export function verifyFile(file: string): void {
  verified(file, (verification) => verification.run());
}

function verified(file: string, run: (verification: Verification) => void): void {
  const descriptor = openSync(file, 'r');
  try {
    run(new Verification(descriptor));
  } catch (error) {
    if (!(error instanceof Damage)) throw error;
    throw new Error(`${file} is damaged (${error.message}); it is left as it is`);
  } finally {
    closeSync(descriptor);
  }
}

class Damage extends Error {}

interface TableInfo {
  readonly flags: number;
  readonly depth: number;
  readonly branchPages: number;
  readonly leafPages: number;
  readonly overflowPages: number;
  readonly entries: number;
  readonly root: bigint;
}

interface Counts {
  branch: number;
  leaf: number;
  overflow: number;
  entries: number;
}

/** What a table's rows are looked at for. */
type Visit = (node: { flags: number; value: Buffer; row: Buffer }) => void;

class Verification {
  private readonly size: number;
  private pageSize = 0;
  private lastPage = 0;
  private transaction = 0n;
  private free!: TableInfo;
  private main!: TableInfo;
  /** Pages seen so far, one byte each. */
  private used!: Uint8Array;

  constructor(private readonly descriptor: number) {
    this.size = fstatSync(descriptor).size;
  }

  run(): void {
    this.readMeta();
    const tables: TableInfo[] = [];
    this.table(this.main, 0, ({ flags, value }) => {
      if (flags !== TABLE || value.length !== TABLE_BYTES) throw new Damage('its list of tables is none');
      tables.push(tableInfo(value, 0));
    });
    const everyRow = this.size <= EVERY_ROW_BYTES;
    for (const table of tables) {
      if (table.flags !== 0) throw new Damage('a table is of an unknown kind');
      this.table(table, 0, everyRow ? checkRow : undefined);
    }
    if (this.size > EVERY_PAGE_BYTES) return;
    const lists: Buffer[] = [];
    this.table(this.free, INTEGER_KEYS, ({ value }) => lists.push(Buffer.from(value)));
    for (const list of lists) this.freeList(list);
  }

  /** The first two pages say where the tables are; the one of the later transaction counts. */
  readMeta(): void {
    const start = Buffer.alloc(4096);
    if (readSync(this.descriptor, start, 0, 4096, 0) < 4096) throw new Damage('it is cut short');
    this.pageSize = start.readUInt32LE(PAGE_HEADER + 24);
    if (![4096, 8192, 16_384, 32_768, 65_536].includes(this.pageSize)) throw new Damage('its page size is none');
    const [first, second] = [this.meta(0), this.meta(1)];
    const later = first.transaction > second.transaction ? first : second;
    const apart = first.transaction - second.transaction;
    if (apart > 1n || apart < -1n) throw new Damage('its first two pages do not fit together');
    this.transaction = later.transaction;
    this.lastPage = Number(later.lastPage);
    if (later.lastPage * BigInt(this.pageSize) >= BigInt(this.size) && later.lastPage > 1n) {
      throw new Damage('it is cut short');
    }
    this.free = later.free;
    this.main = later.main;
    this.used = new Uint8Array(this.lastPage + 1);
  }

  private meta(number: number) {
    const page = this.read(BigInt(number), 1);
    const at = PAGE_HEADER;
    const transaction = page.readBigUInt64LE(at + 128);
    const good =
      page.readUInt16LE(18) === META &&
      page.readBigUInt64LE(0) === BigInt(number) &&
      page.readUInt32LE(at) === 0xbeefc0de &&
      page.readUInt32LE(at + 4) === 2 &&
      // Transactions write the two pages in turn.
      (Number(transaction & 1n) === number || transaction === 0n);
    const [free, main] = [tableInfo(page, at + 24), tableInfo(page, at + 72)];
    const [mapSize, lastPage] = [page.readBigUInt64LE(at + 16), page.readBigUInt64LE(at + 120)];
    const whole =
      page.readUInt32LE(at + 24) === this.pageSize &&
      page.readBigUInt64LE(at + 8) === 0n &&
      mapSize % BigInt(this.pageSize) === 0n &&
      mapSize < LARGEST_MAP &&
      lastPage * BigInt(this.pageSize) < mapSize &&
      (free.flags & ~ONE_FILE) === INTEGER_KEYS &&
      main.flags === 0 &&
      [free, main].every(({ root, depth }) => depth < 64 && (root === NO_ROOT || root <= lastPage));
    if (!good || !whole) throw new Damage(`page ${number} is not as it was written`);
    return { transaction, free, main, lastPage };
  }

  private table(table: TableInfo, kind: number, visit: Visit | undefined): void {
    const counts: Counts = { branch: 0, leaf: 0, overflow: 0, entries: 0 };
    if (table.root !== NO_ROOT) this.page(table.root, table.depth, kind, counts, visit, [undefined, undefined]);
    else if (table.entries) throw new Damage('a table has lost its rows');
    if (this.size > EVERY_PAGE_BYTES && table.depth > 1) return;
    if (
      counts.branch !== table.branchPages ||
      counts.leaf !== table.leafPages ||
      counts.overflow !== table.overflowPages ||
      counts.entries !== table.entries
    ) {
      throw new Damage('a table does not have the rows that it says');
    }
  }

  /** Looks at a page and all below it. Its keys are from that of the first node on and below that of the second. */
  private page(
    number: bigint,
    depth: number,
    kind: number,
    counts: Counts,
    visit: Visit | undefined,
    bounds: readonly [node: Buffer | undefined, node: Buffer | undefined],
  ): void {
    this.use(number, 1n);
    const page = this.read(number, 1);
    const flags = page.readUInt16LE(18);
    const lower = page.readUInt16LE(20);
    const upper = page.readUInt16LE(22);
    const wrong = () => new Damage(`page ${number} is not as it was written`);
    if (
      page.readBigUInt64LE(0) !== number ||
      page.readBigUInt64LE(8) > this.transaction ||
      flags !== (depth > 1 ? BRANCH : LEAF) ||
      depth < 1 ||
      lower % 2 ||
      lower < 2 ||
      lower > upper ||
      upper > this.pageSize - PAGE_HEADER
    ) {
      throw wrong();
    }
    const leaf = depth === 1;
    const above = depth === 2 && this.size > EVERY_PAGE_BYTES;
    if (leaf) counts.leaf += 1;
    else counts.branch += 1;
    const starts: number[] = [];
    for (let i = 0; i < lower / 2; i++) {
      const at = page.readUInt16LE(PAGE_HEADER + 2 * i) + PAGE_HEADER;
      if (at % 2 || at < PAGE_HEADER + upper || at + NODE_HEADER > this.pageSize) throw wrong();
      const keySize = page.readUInt16LE(at + 6);
      if (keySize > LONGEST_KEY || at + NODE_HEADER + keySize > this.pageSize) throw wrong();
      // The first key of a branch stands for everything below the second, and is left out.
      if (leaf || i > 0) {
        if (!keySize) throw wrong();
        const before = starts[i - 1];
        if (i > (leaf ? 0 : 1) && compare(kind, page, before ?? 0, page, at) >= 0) throw wrong();
      }
      starts.push(at);
      if (leaf) this.row(page, at, counts, visit, wrong);
    }
    const [lowest, highest] = [starts[leaf ? 0 : 1], starts.at(-1)];
    const [from, to] = bounds;
    if (from && lowest !== undefined && compare(kind, from, 0, page, lowest) > 0) throw wrong();
    if (to && highest !== undefined && (leaf || starts.length > 1) && compare(kind, page, highest, to, 0) >= 0) {
      throw wrong();
    }
    if (leaf) return;
    starts.forEach((at, i) => {
      const child =
        BigInt(page.readUInt16LE(at) + page.readUInt16LE(at + 2) * 0x10000) +
        (BigInt(page.readUInt16LE(at + 4)) << 32n);
      if (above) return this.use(child, 1n);
      const next = starts[i + 1];
      const low = i === 0 ? from : page.subarray(at);
      this.page(child, depth - 1, kind, counts, visit, [low, next === undefined ? to : page.subarray(next)]);
    });
  }

  private row(page: Buffer, at: number, counts: Counts, visit: Visit | undefined, wrong: () => Damage): void {
    const size = page.readUInt16LE(at) + page.readUInt16LE(at + 2) * 0x10000;
    const flags = page.readUInt16LE(at + 4);
    const keyAt = at + NODE_HEADER;
    const valueAt = keyAt + page.readUInt16LE(at + 6);
    counts.entries += 1;
    if (flags & ~(ELSEWHERE | TABLE)) throw wrong();
    if (valueAt + (flags & ELSEWHERE ? OVERFLOW_REFERENCE : size) > this.pageSize) throw wrong();
    if (flags & ELSEWHERE) {
      const value = this.overflow(page, valueAt, size, counts);
      visit?.({ flags, value, row: Buffer.concat([page.subarray(keyAt, valueAt), value]) });
      return;
    }
    const end = valueAt + size;
    visit?.({ flags, value: page.subarray(valueAt, end), row: page.subarray(keyAt, end) });
  }

  /** A value on pages of its own. */
  private overflow(page: Buffer, at: number, size: number, counts: Counts): Buffer {
    const number = page.readBigUInt64LE(at);
    const pages = Math.ceil((size + PAGE_HEADER) / this.pageSize);
    if (page.readBigUInt64LE(at + 16) !== BigInt(pages)) throw new Damage('a long row has lost its pages');
    this.use(number, BigInt(pages));
    const value = this.read(number, pages);
    if (
      value.readBigUInt64LE(0) !== number ||
      value.readUInt16LE(18) !== OVERFLOW ||
      value.readUInt32LE(20) !== pages
    ) {
      throw new Damage(`page ${number} is not as it was written`);
    }
    counts.overflow += pages;
    return value.subarray(PAGE_HEADER, PAGE_HEADER + size);
  }

  /** Pages that may be written to: none of them may be in use. */
  private freeList(list: Buffer): void {
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
      this.use(entry < 0n ? list.readBigInt64LE(i * 8) : entry, pages);
    }
  }

  /** Marks pages as used. @throws Damage when they are not there, or used already. */
  private use(number: bigint, pages: bigint): void {
    if (number < 2n || number + pages - 1n > BigInt(this.lastPage)) throw new Damage(`there is no page ${number}`);
    for (let i = Number(number); i < Number(number + pages); i++) {
      if (this.used[i]) throw new Damage(`page ${i} is in two places`);
      this.used[i] = 1;
    }
  }

  private read(number: bigint, pages: number): Buffer {
    const bytes = Buffer.allocUnsafe(pages * this.pageSize);
    const read = readSync(this.descriptor, bytes, 0, bytes.length, Number(number) * this.pageSize);
    // The last page may be written in part only: what follows it is not there yet.
    if (read < Math.min(bytes.length, this.pageSize)) throw new Damage('it is cut short');
    return bytes;
  }
}

function tableInfo(bytes: Buffer, at: number): TableInfo {
  const long = (offset: number) => Number(bytes.readBigUInt64LE(at + offset));
  return {
    flags: bytes.readUInt16LE(at + 4),
    depth: bytes.readUInt16LE(at + 6),
    branchPages: long(8),
    leafPages: long(16),
    overflowPages: long(24),
    entries: long(32),
    root: bytes.readBigUInt64LE(at + 40),
  };
}

/** Which of two nodes has the lower key: below 0 for the first, above 0 for the second. */
function compare(kind: number, a: Buffer, aNode: number, b: Buffer, bNode: number): number {
  const [aSize, bSize] = [a.readUInt16LE(aNode + 6), b.readUInt16LE(bNode + 6)];
  const [aKey, bKey] = [aNode + NODE_HEADER, bNode + NODE_HEADER];
  if (kind === INTEGER_KEYS) {
    if (aSize !== 8 || bSize !== 8) throw new Damage('a key is none');
    const [x, y] = [a.readBigUInt64LE(aKey), b.readBigUInt64LE(bKey)];
    return x < y ? -1 : x > y ? 1 : 0;
  }
  for (let i = 0; i < aSize && i < bSize; i++) {
    const difference = (a[aKey + i] as number) - (b[bKey + i] as number);
    if (difference) return difference;
  }
  return aSize - bSize;
}

const checkRow: Visit = ({ row, value }) => {
  const end = row.length - CHECKSUM_BYTES;
  if (value.length < CHECKSUM_BYTES || row.readUInt32LE(end) !== crc32(row.subarray(0, end))) {
    throw new Damage('a row is not as it was written');
  }
};
