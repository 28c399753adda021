/** How LMDB 1.0 lays out a file (`mdb.c` of the npm package `lmdb`) on little-endian machines of 64 bits. */

export const PAGE_HEADER = 24;
export const NODE_HEADER = 8;
export const OVERFLOW_REFERENCE = 24;
export const TABLE_BYTES = 48;
export const LONGEST_KEY = 1978;
export const [BRANCH, LEAF, OVERFLOW, META] = [1, 2, 4, 8];
/** Of a node: its value is on pages of its own; its value is a table. */
export const [ELSEWHERE, TABLE] = [1, 2];
/** Of a table: its keys are numbers. */
const INTEGER_KEYS = 8;
/** Among those: the file is no folder. */
const ONE_FILE = 0x4000;
export const NO_ROOT = 0xffffffffffffffffn;
const LARGEST_MAP = 1n << 46n;

/** What is not as LMDB, or this server, writes it. */
export class Damage extends Error {}

export const damagedPage = (number: bigint | number) => new Damage(`page ${number} is not as it was written`);

export interface TableInfo {
  readonly flags: number;
  readonly depth: number;
  readonly branchPages: number;
  readonly leafPages: number;
  readonly overflowPages: number;
  readonly entries: number;
  readonly root: bigint;
}

export function tableInfo(bytes: Buffer, at: number): TableInfo {
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

/** What one of the first two pages says. */
export interface Meta {
  readonly transaction: bigint;
  /** The table of pages that may be written to. */
  readonly free: TableInfo;
  /** The table of tables. */
  readonly main: TableInfo;
  readonly lastPage: bigint;
}

/** @throws Damage */
export function metaOf(page: Buffer, number: number, pageSize: number): Meta {
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
    page.readUInt32LE(at + 24) === pageSize &&
    page.readBigUInt64LE(at + 8) === 0n &&
    mapSize % BigInt(pageSize) === 0n &&
    mapSize < LARGEST_MAP &&
    lastPage * BigInt(pageSize) < mapSize &&
    (free.flags & ~ONE_FILE) === INTEGER_KEYS &&
    main.flags === 0 &&
    [free, main].every(({ root, depth }) => depth < 64 && (root === NO_ROOT || root <= lastPage));
  if (!good || !whole) throw damagedPage(number);
  return { transaction, free, main, lastPage };
}

/** Which of two nodes, each by a page and where it is there, has the lower key: below 0 for the first, above 0 for the second. */
export type CompareNodes = (a: Buffer, aNode: number, b: Buffer, bNode: number) => number;

export const byBytes: CompareNodes = (a, aNode, b, bNode) => {
  const [aSize, bSize] = [a.readUInt16LE(aNode + 6), b.readUInt16LE(bNode + 6)];
  const [aKey, bKey] = [aNode + NODE_HEADER, bNode + NODE_HEADER];
  for (let i = 0; i < aSize && i < bSize; i++) {
    const difference = (a[aKey + i] as number) - (b[bKey + i] as number);
    if (difference) return difference;
  }
  return aSize - bSize;
};

export const byNumber: CompareNodes = (a, aNode, b, bNode) => {
  if (a.readUInt16LE(aNode + 6) !== 8 || b.readUInt16LE(bNode + 6) !== 8) throw new Damage('a key is none');
  const [x, y] = [a.readBigUInt64LE(aNode + NODE_HEADER), b.readBigUInt64LE(bNode + NODE_HEADER)];
  return x < y ? -1 : x > y ? 1 : 0;
};

/** The page that a node of a branch leads to. */
export const childOf = (page: Buffer, node: number): bigint =>
  BigInt(valueSize(page, node)) + (BigInt(page.readUInt16LE(node + 4)) << 32n);

/** Bytes of a node's value. */
export const valueSize = (page: Buffer, node: number): number =>
  page.readUInt16LE(node) + page.readUInt16LE(node + 2) * 0x10000;
