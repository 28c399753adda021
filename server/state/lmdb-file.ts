import { fstatSync, readSync } from 'node:fs';
import { Damage, metaOf, PAGE_HEADER, type TableInfo } from './lmdb-layout';

/** The pages of an LMDB file, each of which has one use. */
export class LmdbFile {
  readonly size: number;
  readonly pageSize: number;
  /** The last transaction. */
  readonly transaction: bigint;
  /** The table of pages that may be written to. */
  readonly free: TableInfo;
  /** The table of tables. */
  readonly main: TableInfo;
  private readonly lastPage: number;
  /** Pages seen so far, one byte each. */
  private readonly used: Uint8Array;

  /**
   * Reads the first two pages. They say where the tables are; the one of the later transaction counts.
   * @throws Damage when they are not as LMDB writes them.
   */
  constructor(private readonly descriptor: number) {
    this.size = fstatSync(descriptor).size;
    const start = Buffer.alloc(4096);
    if (readSync(descriptor, start, 0, 4096, 0) < 4096) throw new Damage('it is cut short');
    this.pageSize = start.readUInt32LE(PAGE_HEADER + 24);
    if (![4096, 8192, 16_384, 32_768, 65_536].includes(this.pageSize)) throw new Damage('its page size is none');
    const [first, second] = [metaOf(this.read(0n, 1), 0, this.pageSize), metaOf(this.read(1n, 1), 1, this.pageSize)];
    const later = first.transaction > second.transaction ? first : second;
    const apart = first.transaction - second.transaction;
    if (apart > 1n || apart < -1n) throw new Damage('its first two pages do not fit together');
    if (later.lastPage * BigInt(this.pageSize) >= BigInt(this.size) && later.lastPage > 1n) {
      throw new Damage('it is cut short');
    }
    this.transaction = later.transaction;
    this.free = later.free;
    this.main = later.main;
    this.lastPage = Number(later.lastPage);
    this.used = new Uint8Array(this.lastPage + 1);
  }

  /** Marks pages as used. @throws Damage when they are not there, or used already. */
  use(number: bigint, pages: bigint): void {
    if (number < 2n || number + pages - 1n > BigInt(this.lastPage)) throw new Damage(`there is no page ${number}`);
    for (let i = Number(number); i < Number(number + pages); i++) {
      if (this.used[i]) throw new Damage(`page ${i} is in two places`);
      this.used[i] = 1;
    }
  }

  /** @throws Damage when the file ends before them. */
  read(number: bigint, pages: number): Buffer {
    const bytes = Buffer.allocUnsafe(pages * this.pageSize);
    const read = readSync(this.descriptor, bytes, 0, bytes.length, Number(number) * this.pageSize);
    // The last page may be written in part only: what follows it is not there yet.
    if (read < Math.min(bytes.length, this.pageSize)) throw new Damage('it is cut short');
    return bytes;
  }
}
