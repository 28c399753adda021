import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Transform, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

/** What zlib may hold back before it writes it, compressed. */
const GZIP_BYTES = 256 * 1024;

/** A file that is being written, compressed or not, with its size and digest as it stands on disk. */
export class FilePart {
  private readonly digest = createHash('sha256');
  private readonly input: Writable;
  private readonly done: Promise<void>;
  private written = 0;

  constructor(
    readonly path: string,
    private readonly isGzip: boolean,
  ) {
    const meter = new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        this.written += chunk.length;
        this.digest.update(chunk);
        done(null, chunk);
      },
    });
    const file = createWriteStream(path);
    if (isGzip) {
      const gzip = createGzip();
      this.input = gzip;
      this.done = pipeline(gzip, meter, file);
    } else {
      this.input = meter;
      this.done = pipeline(meter, file);
    }
    // A failure is thrown where the file is written or closed; until then it must not count as unhandled.
    this.done.catch(() => undefined);
  }

  /** Bytes that the file has at most so far. */
  get size(): number {
    return this.written + (this.isGzip ? GZIP_BYTES : 0);
  }

  /** Resolves when it has been taken. @throws Error of the file system */
  async write(text: string): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.input.write(text, (error) => (error ? reject(error) : resolve()));
    });
  }

  /** Finishes the file. @throws Error of the file system */
  async close() {
    this.input.end();
    await this.done;
    return { size: this.written, sha256: this.digest.digest('hex') };
  }

  /** Gives the file up. */
  async abandon(): Promise<void> {
    this.input.destroy();
    await this.done.catch(() => undefined);
  }
}
