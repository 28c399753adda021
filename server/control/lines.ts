import { Body, DATASET_NAME, ID } from '../constraints';
import { ServiceError } from '../errors';
import { stringify } from '../json';
import type { StoredRecord } from '../state/model';

/**
 * Lines of records: those that `npm run export` writes and `npm run import` reads, as NDJSON. The lines of a dataset stand
 * together.
 */

export interface RecordLine {
  readonly identity: string;
  readonly dataset: string;
  readonly key: string;
  /** Null for a removed record. */
  readonly value: string | null;
  /** What the record was, where the line says it. */
  readonly syncCount: bigint | undefined;
  readonly lastModifiedDate: number | undefined;
  readonly lastModifiedBy: string | undefined;
  readonly deviceLastModifiedDate: number | undefined;
}

const iso = (milliseconds: number) => new Date(milliseconds).toISOString();

/** A record as a line. */
export const writeLine = (identity: string, dataset: string, record: StoredRecord): string =>
  `${stringify({
    Change: record.value === null ? 'removed' : 'updated',
    IdentityId: identity,
    DatasetName: dataset,
    Key: record.key,
    Value: record.value,
    SyncCount: record.syncCount,
    LastModifiedDate: iso(record.lastModifiedDate),
    LastModifiedBy: record.lastModifiedBy,
    DeviceLastModifiedDate: iso(record.deviceLastModifiedDate),
  })}\n`;

const KEY = { min: 1, max: 1024 };

/**
 * The record of a line.
 * @throws TypeError naming the member, what was expected and what came; a value is not shown.
 */
export function readLine(line: Buffer, region: string): RecordLine {
  const body = parse(line);
  const text = (name: string, fits: (value: string) => boolean, expected: string): string => {
    const value = body.all()[name];
    if (typeof value !== 'string' || !fits(value)) throw unfit(name, expected, value);
    return value;
  };
  const optional = <Value>(name: string, read: (value: unknown) => Value | undefined, expected: string) => {
    const value = body.all()[name] ?? undefined;
    const found = value === undefined ? undefined : read(value);
    if (value !== undefined && found === undefined) throw unfit(name, expected, value);
    return found;
  };
  const identity = text('IdentityId', (id) => fitsId(id, region), `an identity id of region ${region}`);
  const dataset = text(
    'DatasetName',
    (name) => DATASET_NAME.pattern?.test(name) === true && name.length <= 128,
    'a dataset name',
  );
  const key = text('Key', ({ length }) => length >= KEY.min && length <= KEY.max, 'text of 1 to 1,024 characters');
  const change = optional('Change', (value) => CHANGES.find((each) => each === value), 'updated or removed');
  const removed = change === 'removed';
  const value = optional('Value', textOf, 'text');
  if (!removed && value === undefined) throw new TypeError('Value: expected text, got none');
  return {
    identity,
    dataset,
    key,
    value: removed ? null : (value ?? null),
    syncCount: optional('SyncCount', () => countOf(body), 'a whole number above 0'),
    lastModifiedDate: optional('LastModifiedDate', dateOf, 'an ISO 8601 time'),
    lastModifiedBy: optional('LastModifiedBy', textOf, 'text'),
    deviceLastModifiedDate: optional('DeviceLastModifiedDate', dateOf, 'an ISO 8601 time'),
  };
}

const CHANGES = ['updated', 'removed', ''] as const;
const fitsId = (id: string, region: string) =>
  id.startsWith(`${region}:`) && id.length <= 55 && ID.pattern?.test(id) === true;
const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined);

function dateOf(value: unknown): number | undefined {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

/** A count may be more than a number holds. */
function countOf(body: Body): bigint | undefined {
  try {
    const count = body.long('SyncCount');
    return count !== undefined && count > 0n ? count : undefined;
  } catch (error) {
    if (error instanceof ServiceError) return undefined;
    throw error;
  }
}

function parse(line: Buffer): Body {
  try {
    return Body.parse(line);
  } catch {
    throw new TypeError('expected a JSON object');
  }
}

function unfit(name: string, expected: string, value: unknown): TypeError {
  const got =
    typeof value === 'string' ? (name === 'Value' ? 'other text' : JSON.stringify(value.slice(0, 60))) : kindOf(value);
  return new TypeError(`${name}: expected ${expected}, got ${got}`);
}

const kindOf = (value: unknown) =>
  value === undefined || value === null ? 'none' : Array.isArray(value) ? 'a list' : `a ${typeof value}`;

const NEWLINE = 0x0a;
/** A value of a megabyte, every character of it escaped, and room for the rest. */
const LONGEST_LINE = 8 * 1024 * 1024;

/**
 * Lines of bytes that come piece by piece, with their numbers from 1; the last one also without its end.
 * @throws TypeError naming the line, for an endless one.
 */
export async function* splitLines(input: AsyncIterable<Buffer>): AsyncGenerator<[number: number, line: Buffer]> {
  let number = 1;
  let rest: Buffer[] = [];
  let length = 0;
  for await (const chunk of input) {
    let from = 0;
    for (let at; (at = chunk.indexOf(NEWLINE, from)) >= 0; from = at + 1) {
      yield [number++, Buffer.concat([...rest, chunk.subarray(from, at)])];
      rest = [];
      length = 0;
    }
    rest.push(chunk.subarray(from));
    length += chunk.length - from;
    if (length > LONGEST_LINE) throw new TypeError(`line ${number}: expected at most ${LONGEST_LINE} bytes, got more`);
  }
  if (length) yield [number, Buffer.concat(rest)];
}
