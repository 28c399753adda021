import { crc32 } from '../state/checksum';

/**
 * A gzip file (RFC 1952) of one block that is stored as it is, of at most 65,535 bytes. Setting up zlib to compress a short
 * token takes longer than the rest of a short list together.
 */
export function gzipStored(data: Buffer): Buffer {
  const file = Buffer.alloc(HEADER.length + 5 + data.length + 8);
  let at = HEADER.copy(file);
  at = file.writeUInt8(1, at);
  at = file.writeUInt16LE(data.length, at);
  at = file.writeUInt16LE(~data.length & 0xffff, at);
  at += data.copy(file, at);
  at = file.writeUInt32LE(crc32(data), at);
  file.writeUInt32LE(data.length, at);
  return file;
}

// Magic number, deflate, no flags, no time, no hint, unknown system.
const HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
