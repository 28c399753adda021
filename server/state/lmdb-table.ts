import type { LmdbFile } from './lmdb-file';
import {
  BRANCH,
  childOf,
  Damage,
  damagedPage,
  ELSEWHERE,
  LEAF,
  LONGEST_KEY,
  NO_ROOT,
  NODE_HEADER,
  OVERFLOW,
  OVERFLOW_REFERENCE,
  PAGE_HEADER,
  TABLE,
  valueSize,
  type CompareNodes,
  type TableInfo,
} from './lmdb-layout';

/** What a table is looked at for. */
export interface Look {
  /** The order of its keys. */
  readonly compare: CompareNodes;
  /** False to leave pages that hold rows out, where pages lead to them. */
  readonly everyPage: boolean;
  readonly visit?: Visit | undefined;
}

/** Gets to see each row. `row` is the key with the value behind it. */
export type Visit = (node: { flags: number; value: Buffer; row: Buffer }) => void;

/** Nodes that the keys of a page are not below, and below. */
type Bounds = readonly [from: Buffer | undefined, to: Buffer | undefined];

interface Page {
  readonly number: bigint;
  readonly bytes: Buffer;
  readonly isLeaf: boolean;
}

/** @throws Damage when a page of the table is not as LMDB writes it. */
export function checkTable(file: LmdbFile, table: TableInfo, look: Look): void {
  new TableCheck(file, look).run(table);
}

class TableCheck {
  private branchPages = 0;
  private leafPages = 0;
  private overflowPages = 0;
  private entries = 0;

  constructor(
    private readonly file: LmdbFile,
    private readonly look: Look,
  ) {}

  run(table: TableInfo): void {
    if (table.root !== NO_ROOT) this.page(table.root, table.depth, [undefined, undefined]);
    else if (table.entries) throw new Damage('a table has lost its rows');
    if (!this.look.everyPage && table.depth > 1) return;
    if (
      this.branchPages !== table.branchPages ||
      this.leafPages !== table.leafPages ||
      this.overflowPages !== table.overflowPages ||
      this.entries !== table.entries
    ) {
      throw new Damage('a table does not have the rows that it says');
    }
  }

  /** Looks at a page and all below it. */
  private page(number: bigint, depth: number, bounds: Bounds): void {
    this.file.use(number, 1n);
    const page: Page = { number, bytes: this.file.read(number, 1), isLeaf: depth === 1 };
    this.checkHeader(page, depth);
    if (page.isLeaf) this.leafPages += 1;
    else this.branchPages += 1;
    const nodes = this.nodesOf(page);
    this.checkBounds(page, nodes, bounds);
    if (page.isLeaf) return;
    nodes.forEach((node, i) => {
      const child = childOf(page.bytes, node);
      if (depth === 2 && !this.look.everyPage) return this.file.use(child, 1n);
      const next = nodes[i + 1];
      const from = i === 0 ? bounds[0] : page.bytes.subarray(node);
      this.page(child, depth - 1, [from, next === undefined ? bounds[1] : page.bytes.subarray(next)]);
    });
  }

  private checkHeader({ number, bytes, isLeaf }: Page, depth: number): void {
    const [lower, upper] = [bytes.readUInt16LE(20), bytes.readUInt16LE(22)];
    if (
      bytes.readBigUInt64LE(0) !== number ||
      bytes.readBigUInt64LE(8) > this.file.transaction ||
      bytes.readUInt16LE(18) !== (isLeaf ? LEAF : BRANCH) ||
      depth < 1 ||
      lower % 2 ||
      lower < 2 ||
      lower > upper ||
      upper > this.file.pageSize - PAGE_HEADER
    ) {
      throw damagedPage(number);
    }
  }

  /** Where the nodes of a page are. Looks at their keys, and at the rows of a leaf. */
  private nodesOf(page: Page): number[] {
    const { number, bytes, isLeaf } = page;
    const { pageSize } = this.file;
    const [lower, upper] = [bytes.readUInt16LE(20), bytes.readUInt16LE(22)];
    const nodes: number[] = [];
    for (let i = 0; i < lower / 2; i++) {
      const node = bytes.readUInt16LE(PAGE_HEADER + 2 * i) + PAGE_HEADER;
      if (node % 2 || node < PAGE_HEADER + upper || node + NODE_HEADER > pageSize) throw damagedPage(number);
      const keySize = bytes.readUInt16LE(node + 6);
      if (keySize > LONGEST_KEY || node + NODE_HEADER + keySize > pageSize) throw damagedPage(number);
      // The first key of a branch stands for everything below the second, and is left out.
      if (isLeaf || i > 0) {
        if (!keySize) throw damagedPage(number);
        const before = nodes[i - 1] ?? 0;
        if (i > (isLeaf ? 0 : 1) && this.look.compare(bytes, before, bytes, node) >= 0) throw damagedPage(number);
      }
      nodes.push(node);
      if (isLeaf) this.row(page, node);
    }
    return nodes;
  }

  private checkBounds({ number, bytes, isLeaf }: Page, nodes: readonly number[], [from, to]: Bounds): void {
    const { compare } = this.look;
    const [lowest, highest] = [nodes[isLeaf ? 0 : 1], nodes.at(-1)];
    if (from && lowest !== undefined && compare(from, 0, bytes, lowest) > 0) throw damagedPage(number);
    if (to && highest !== undefined && (isLeaf || nodes.length > 1) && compare(bytes, highest, to, 0) >= 0) {
      throw damagedPage(number);
    }
  }

  private row({ number, bytes }: Page, node: number): void {
    const { visit } = this.look;
    const size = valueSize(bytes, node);
    const flags = bytes.readUInt16LE(node + 4);
    const keyAt = node + NODE_HEADER;
    const valueAt = keyAt + bytes.readUInt16LE(node + 6);
    this.entries += 1;
    if (flags & ~(ELSEWHERE | TABLE)) throw damagedPage(number);
    if (valueAt + (flags & ELSEWHERE ? OVERFLOW_REFERENCE : size) > this.file.pageSize) throw damagedPage(number);
    if (flags & ELSEWHERE) {
      const value = this.overflow(bytes, valueAt, size);
      visit?.({ flags, value, row: Buffer.concat([bytes.subarray(keyAt, valueAt), value]) });
      return;
    }
    const end = valueAt + size;
    visit?.({ flags, value: bytes.subarray(valueAt, end), row: bytes.subarray(keyAt, end) });
  }

  /** A value on pages of its own. */
  private overflow(page: Buffer, at: number, size: number): Buffer {
    const number = page.readBigUInt64LE(at);
    const pages = Math.ceil((size + PAGE_HEADER) / this.file.pageSize);
    if (page.readBigUInt64LE(at + 16) !== BigInt(pages)) throw new Damage('a long row has lost its pages');
    this.file.use(number, BigInt(pages));
    const value = this.file.read(number, pages);
    if (
      value.readBigUInt64LE(0) !== number ||
      value.readUInt16LE(18) !== OVERFLOW ||
      value.readUInt32LE(20) !== pages
    ) {
      throw damagedPage(number);
    }
    this.overflowPages += pages;
    return value.subarray(PAGE_HEADER, PAGE_HEADER + size);
  }
}
