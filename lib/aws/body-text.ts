import { isAscii, transcode } from 'node:buffer';

/** Where the parts of an answer are joined: memory that is fresh costs more than the copying. At most 2 MiB stays. */
const LARGEST_KEPT_BYTES = 2 * 1024 * 1024;
let joined = Buffer.alloc(0);

function join(chunks: readonly Buffer[]): Buffer {
  const [only] = chunks;
  if (only && chunks.length === 1) return only;
  const size = chunks.reduce((total, { length }) => total + length, 0);
  if (size > LARGEST_KEPT_BYTES) return Buffer.concat(chunks);
  if (size > joined.length) joined = Buffer.alloc(size);
  let end = 0;
  for (const chunk of chunks) end += chunk.copy(joined, end);
  return joined.subarray(0, end);
}

/**
 * The text of an answer, from its parts in UTF-8; what is no UTF-8 becomes U+FFFD. By way of UTF-16, which Node.js makes
 * several times as fast as it reads UTF-8 that is not ASCII.
 */
export function textOf(chunks: readonly Buffer[]): string {
  const bytes = join(chunks);
  if (isAscii(bytes)) return bytes.toString('latin1');
  try {
    return transcode(bytes, 'utf8', 'ucs2').toString('ucs2');
  } catch {
    return bytes.toString();
  }
}
