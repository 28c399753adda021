import { createHash } from 'node:crypto';
import { crc32 } from './checksum';
import type { DatasetFacts, Device, Identity, StoredRecord } from './model';

/**
 * What the database's rows are made of. Every value ends in a checksum over its key and itself, since LMDB has none: a row
 * that comes back changed is found out instead of being believed.
 */

/** Names of the tables. */
export const TABLES = ['settings', 'pools', 'identities', 'logins', 'datasets', 'records', 'sessions'] as const;
export type Table = (typeof TABLES)[number];

/** A row that is not as it was written. */
export class DamagedRow extends Error {
  constructor(key: Buffer) {
    super(`the row ${JSON.stringify(key.toString('latin1'))} is damaged`);
  }
}

const CHECKSUM_BYTES = 4;

export function seal(key: Buffer, value: Buffer): Buffer {
  const sealed = Buffer.allocUnsafe(value.length + CHECKSUM_BYTES);
  value.copy(sealed);
  return sum(key, sealed);
}

/** Writes the checksum into the last bytes of a value. */
function sum(key: Buffer, value: Buffer): Buffer {
  const end = value.length - CHECKSUM_BYTES;
  value.writeUInt32LE(crc32(value.subarray(0, end), crc32(key)), end);
  return value;
}

/** @throws DamagedRow */
export function unseal(key: Buffer, sealed: Buffer): Buffer {
  const end = sealed.length - CHECKSUM_BYTES;
  const value = sealed.subarray(0, Math.max(0, end));
  if (end < 0 || sealed.readUInt32LE(end) !== crc32(value, crc32(key))) throw new DamagedRow(key);
  return value;
}

export const sealJson = (key: Buffer, value: unknown) => seal(key, Buffer.from(JSON.stringify(value)));
export const unsealJson = (key: Buffer, sealed: Buffer): unknown => JSON.parse(unseal(key, sealed).toString());

/** Names rows of a pool: its number, then whatever is unique in it. */
export function poolKey(pool: number, rest: string | Buffer = ''): Buffer {
  const text = typeof rest === 'string' ? Buffer.from(rest) : rest;
  const key = Buffer.allocUnsafe(4 + text.length);
  key.writeUInt32BE(pool);
  text.copy(key, 4);
  return key;
}

/** Names rows of an identity or a dataset: its number, then whatever is unique in it. */
export function numberKey(number: number, rest: string | Buffer = ''): Buffer {
  const text = typeof rest === 'string' ? Buffer.from(rest) : rest;
  const key = Buffer.allocUnsafe(6 + text.length);
  key.writeUIntBE(number, 0, 6);
  text.copy(key, 6);
  return key;
}

type IdentityRow = [
  number: number,
  createdAt: number,
  modifiedAt: number,
  more?: { logins?: Record<string, string[]>; mergedInto?: string | null; absorbed?: string[]; devices?: Device[] },
];

export function identityRow(identity: Identity): IdentityRow {
  const { number, createdAt, modifiedAt, logins, mergedInto, absorbed, devices } = identity;
  const plain = mergedInto === null && !absorbed.length && !devices.size && !Object.keys(logins).length;
  if (plain) return [number, createdAt, modifiedAt];
  return [number, createdAt, modifiedAt, { logins, mergedInto, absorbed, devices: [...devices.values()] }];
}

/** An identity without its datasets. */
export function identityOfRow(id: string, row: unknown): Identity {
  const [number, createdAt, modifiedAt, more = {}] = row as IdentityRow;
  const { logins = {}, mergedInto = null, absorbed = [], devices = [] } = more;
  return {
    id,
    number,
    createdAt,
    modifiedAt,
    logins,
    mergedInto,
    absorbed,
    datasets: new Map(),
    devices: new Map(devices.map((device) => [device.id, device])),
  };
}

/** A dataset's number, and what it is but its records. */
export type DatasetRow = readonly [number: number, facts: DatasetFacts];

export function datasetRow(number: number, facts: DatasetFacts): unknown[] {
  return [
    number,
    facts.exists ? 1 : 0,
    String(facts.syncCount),
    String(facts.deletedAt),
    facts.creationDate,
    facts.lastModifiedDate,
    facts.lastModifiedBy,
    facts.numRecords,
    facts.dataStorage,
  ];
}

export function datasetOfRow(row: unknown): DatasetRow {
  const [
    number,
    exists,
    syncCount,
    deletedAt,
    creationDate,
    lastModifiedDate,
    lastModifiedBy,
    numRecords,
    dataStorage,
  ] = row as [number, number, string, string, number, number, string, number, number];
  const facts: DatasetFacts = {
    exists: exists === 1,
    syncCount: BigInt(syncCount),
    deletedAt: BigInt(deletedAt),
    creationDate,
    lastModifiedDate,
    lastModifiedBy,
    numRecords,
    dataStorage,
  };
  return [number, facts];
}

const REMOVED = 1;
const OWN_DEVICE_DATE = 2;
/** Key and value are JSON text, since one of them is no Unicode text that UTF-8 could hold. */
const ESCAPED = 4;
/** The key is in the row. */
const KEY_WITHIN = 8;
/** The account wrote it: twelve digits, as a number. */
const BY_ACCOUNT = 16;
/** Dates are doubles instead of whole milliseconds of six bytes. */
const UNUSUAL_DATES = 32;
/** Two bits say how many bytes the count has: 1, 2, 4 or 8. */
const COUNT_WIDTH = 64;

const ACCOUNT = /^[0-9]{12}$/;
const usual = (date: number) => Number.isInteger(date) && date >= 0 && date < 2 ** 48;

/** A record in binary, since there are more of them than of anything else: flags, count, dates, who, key, value. */
export function recordRow(rowKey: Buffer, record: StoredRecord): Buffer {
  const { syncCount, lastModifiedDate, lastModifiedBy, deviceLastModifiedDate } = record;
  const escaped = !record.key.isWellFormed() || record.value?.isWellFormed() === false;
  const key = escaped ? JSON.stringify(record.key) : record.key;
  const value = escaped && record.value !== null ? JSON.stringify(record.value) : record.value;
  const width = syncCount < 0x100n ? 0 : syncCount < 0x10000n ? 1 : syncCount < 0x100000000n ? 2 : 3;
  const flags =
    (value === null ? REMOVED : 0) |
    (deviceLastModifiedDate === lastModifiedDate ? 0 : OWN_DEVICE_DATE) |
    (escaped ? ESCAPED : 0) |
    (escaped || !fitsKey(key) ? KEY_WITHIN : 0) |
    (ACCOUNT.test(lastModifiedBy) ? BY_ACCOUNT : 0) |
    (usual(lastModifiedDate) && usual(deviceLastModifiedDate) ? 0 : UNUSUAL_DATES) |
    (width * COUNT_WIDTH);
  const texts = [...(flags & BY_ACCOUNT ? [] : [lastModifiedBy]), ...(flags & KEY_WITHIN ? [key] : [])].map((text) =>
    Buffer.from(text),
  );
  const dates = flags & OWN_DEVICE_DATE ? [lastModifiedDate, deviceLastModifiedDate] : [lastModifiedDate];
  const row = Buffer.allocUnsafe(
    1 +
      (1 << width) +
      dates.length * (flags & UNUSUAL_DATES ? 8 : 6) +
      (flags & BY_ACCOUNT ? 5 : 0) +
      texts.reduce((bytes, text) => bytes + 2 + text.length, 0) +
      (value === null ? 0 : Buffer.byteLength(value)) +
      CHECKSUM_BYTES,
  );
  let at = row.writeUInt8(flags);
  at = width === 3 ? row.writeBigInt64LE(syncCount, at) : row.writeUIntLE(Number(syncCount), at, 1 << width);
  for (const date of dates) {
    at = flags & UNUSUAL_DATES ? row.writeDoubleLE(date, at) : row.writeUIntLE(date, at, 6);
  }
  if (flags & BY_ACCOUNT) at = row.writeUIntLE(Number(lastModifiedBy), at, 5);
  for (const text of texts) {
    at = row.writeUInt16LE(text.length, at);
    at += text.copy(row, at);
  }
  if (value !== null) row.write(value, at);
  return sum(rowKey, row);
}

/** @throws DamagedRow */
export function recordOfRow(rowKey: Buffer, sealed: Buffer): StoredRecord {
  const row = unseal(rowKey, sealed);
  const flags = row.readUInt8();
  let at = 1;
  const bytes = (length: number) => {
    const start = at;
    at += length;
    return start;
  };
  const width = 1 << (flags / COUNT_WIDTH);
  const syncCount = width === 8 ? row.readBigInt64LE(bytes(8)) : BigInt(row.readUIntLE(bytes(width), width));
  const date = () => (flags & UNUSUAL_DATES ? row.readDoubleLE(bytes(8)) : row.readUIntLE(bytes(6), 6));
  const text = () => {
    const length = row.readUInt16LE(bytes(2));
    const start = bytes(length);
    return row.toString('utf8', start, start + length);
  };
  const plain = (stored: string) => (flags & ESCAPED ? (JSON.parse(stored) as string) : stored);
  const lastModifiedDate = date();
  const deviceLastModifiedDate = flags & OWN_DEVICE_DATE ? date() : lastModifiedDate;
  const lastModifiedBy = flags & BY_ACCOUNT ? String(row.readUIntLE(bytes(5), 5)).padStart(12, '0') : text();
  const key = flags & KEY_WITHIN ? plain(text()) : rowKey.toString('utf8', 6);
  const value = flags & REMOVED ? null : plain(row.toString('utf8', at));
  return { key, value, syncCount, lastModifiedDate, lastModifiedBy, deviceLastModifiedDate };
}

/** LMDB takes keys of up to 1,978 bytes; the API's have up to 1,024 characters. Longer ones are in the row, under a digest. */
const fitsKey = (key: string) => key.length < 400;

/** Names the row of a record. */
export function recordKey(dataset: number, key: string): Buffer {
  if (fitsKey(key) && key.isWellFormed()) return numberKey(dataset, key);
  // The first byte is one that UTF-8 text never starts with.
  const digest = createHash('sha256').update(key, 'utf16le').digest();
  return numberKey(dataset, Buffer.concat([Buffer.of(0xff), digest]));
}

/** Names the row of a login, which may be of any length. */
export const loginRowKey = (pool: number, login: string) => poolKey(pool, createHash('sha256').update(login).digest());
