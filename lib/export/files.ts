import { rm } from 'node:fs/promises';
import path from 'node:path';
import { FilePart } from './file-part';
import { CONTENT_TYPES, headerOf, linesOf, type LineFormat } from './lines';
import type { ExportedIdentity } from './read-pool';

/** A file of an export, complete. */
export interface ExportedFile {
  readonly name: string;
  readonly path: string;
  readonly contentType: string;
  /** Bytes of the file as it is. */
  readonly size: number;
  /** Of the file as it is, in hexadecimal digits. */
  readonly sha256: string;
  readonly records: number;
  /** From 1. */
  readonly part: number;
}

export interface FileOptions {
  /** Where the files are written. */
  readonly folder: string;
  /** What their names begin with. */
  readonly prefix: string;
  readonly format: LineFormat;
  readonly isGzip: boolean;
  /** Of a file; a record larger than that has a file of its own. */
  readonly maxBytes: number;
}

const PART_DIGITS = 5;
/** Lines are written together up to this length. */
const CHUNK_CHARACTERS = 64 * 1024;

/**
 * Writes the records of an export into files, one after the other, each of which can be read alone. Their names depend on
 * nothing but the options. A file is removed once the next one is asked for. Without records there is none.
 * @throws Error of the file system, or of `identities`
 */
export async function* exportFiles(
  identities: AsyncIterable<ExportedIdentity>,
  options: FileOptions,
): AsyncGenerator<ExportedFile, void, void> {
  const { format } = options;
  let number = 0;
  let open: OpenFile | undefined;
  try {
    for await (const identity of identities) {
      for (const line of linesOf(identity, format)) {
        if (open && !open.hasRoomFor(line)) {
          yield* open.complete();
          open = undefined;
        }
        open ??= new OpenFile(options, ++number);
        await open.add(line);
      }
    }
    if (open) yield* open.complete();
    open = undefined;
  } finally {
    await open?.abandon();
  }
}

class OpenFile {
  private readonly name: string;
  private readonly part: FilePart;
  private records = 0;
  /** What has not been given to the file yet. */
  private pending: string;
  private pendingBytes: number;

  constructor(
    private readonly options: FileOptions,
    private readonly number: number,
  ) {
    const { folder, prefix, format, isGzip } = options;
    this.name = `${prefix}-${String(number).padStart(PART_DIGITS, '0')}.${format}${isGzip ? '.gz' : ''}`;
    this.part = new FilePart(path.join(folder, this.name), isGzip);
    this.pending = headerOf(format);
    this.pendingBytes = Buffer.byteLength(this.pending);
  }

  /** Whether the file stays below its largest size with one more line; it always takes a first one. */
  hasRoomFor(line: string): boolean {
    const bytes = this.part.size + this.pendingBytes + Buffer.byteLength(line);
    return this.records === 0 || bytes <= this.options.maxBytes;
  }

  async add(line: string): Promise<void> {
    this.records++;
    this.pending += line;
    this.pendingBytes += Buffer.byteLength(line);
    if (this.pending.length >= CHUNK_CHARACTERS) await this.flush();
  }

  async *complete(): AsyncGenerator<ExportedFile, void, void> {
    const { name, records, number: part } = this;
    const { format, isGzip } = this.options;
    try {
      await this.flush();
      const { size, sha256 } = await this.part.close();
      const contentType = isGzip ? 'application/gzip' : CONTENT_TYPES[format];
      yield { name, path: this.part.path, contentType, size, sha256, records, part };
    } finally {
      await this.abandon();
    }
  }

  async abandon(): Promise<void> {
    await this.part.abandon();
    await rm(this.part.path, { force: true });
  }

  private async flush(): Promise<void> {
    const { pending } = this;
    this.pending = '';
    this.pendingBytes = 0;
    await this.part.write(pending);
  }
}
