import { createReadStream } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { CsvError, parse, type Info } from 'csv-parse';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { FORMATS, type Format } from './formats';
import { sqliteRows } from './outputs';

/** A line of an export. */
export interface Row {
  readonly line: number;
  readonly Change?: 'updated' | 'removed';
  readonly IdentityId: string;
  readonly DatasetName: string;
  readonly Key: string;
  readonly Value?: unknown;
}

/** The lines of one dataset, which an export writes one after the other. */
export interface Batch {
  readonly IdentityId: string;
  readonly DatasetName: string;
  readonly rows: [Row, ...Row[]];
}

/** The form of a file's lines, by its name; standard input has NDJSON. */
export const formatOf = (file: string): Format =>
  FORMATS.find((format) => format === path.extname(file).slice(1).toLowerCase()) ?? 'ndjson';

function rowOf(value: unknown, line: number): Row {
  const { Change, IdentityId, DatasetName, Key, Value } = (value ?? {}) as { [member: string]: unknown };
  if (typeof IdentityId !== 'string' || typeof DatasetName !== 'string' || typeof Key !== 'string') {
    throw new Error(`Line ${line} must be an object with IdentityId, DatasetName and Key`);
  }
  if (Change === 'updated' || Change === 'removed') return { line, Change, IdentityId, DatasetName, Key, Value };
  if (Change !== undefined && Change !== null && Change !== '') {
    throw new Error(`Line ${line} has a Change that is neither updated nor removed`);
  }
  return { line, IdentityId, DatasetName, Key, Value };
}

/** The attributes of an item in DynamoDB JSON, of an import or of DynamoDB's own export. */
function attributesOf(value: unknown, line: number): unknown {
  const { Item } = (value ?? {}) as { Item?: Parameters<typeof unmarshall>[0] };
  try {
    if (Item) return unmarshall(Item);
  } catch {
    // Said below.
  }
  throw new Error(`Line ${line} must be an object with an Item in DynamoDB JSON`);
}

async function* jsonRows(
  input: Readable,
  read: (value: unknown, line: number) => unknown = (value) => value,
): AsyncGenerator<Row> {
  let line = 0;
  for await (const text of createInterface({ input, crlfDelay: Infinity })) {
    line++;
    if (text.trim() === '') continue;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      throw new Error(`Line ${line} is not JSON`);
    }
    yield rowOf(read(value, line), line);
  }
}

const lineBreaksIn = (record: { readonly [column: string]: string }) =>
  Object.values(record).reduce((sum, value) => sum + value.split(/\r\n|\n|\r/).length - 1, 0);

/** Rows by the names in the first line; those of an export, in any order. */
async function* csvRows(input: Readable): AsyncGenerator<Row, void, void> {
  const parser = parse({ columns: true, bom: true, info: true, skip_empty_lines: true });
  input.on('error', (error) => parser.destroy(error));
  try {
    for await (const entry of input.pipe(parser)) {
      const { record, info } = entry as { record: { [column: string]: string }; info: Info };
      const line = info.lines - lineBreaksIn(record);
      const missing = ['IdentityId', 'DatasetName', 'Key', 'Value'].find((column) => !(column in record));
      if (missing) throw new Error(`Line 1 must name the columns; there is no ${missing}`);
      yield rowOf(record, line);
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new Error(`The input is no CSV: ${error.message}`, { cause: error });
  }
}

function* tableRows(file: string): Generator<Row, void, void> {
  if (file === '-') throw new Error('--format sqlite needs a file: a database is no text');
  let number = 0;
  for (const row of sqliteRows(file)) yield rowOf(row, ++number);
}

function rowsOf(file: string, format: Format): AsyncIterable<Row> | Iterable<Row> {
  if (format === 'sqlite') return tableRows(file);
  const input = file === '-' ? process.stdin : createReadStream(file);
  if (format === 'csv') return csvRows(input);
  return format === 'dynamodb-json' ? jsonRows(input, attributesOf) : jsonRows(input);
}

/** Reads a file, or standard input for `-`, dataset by dataset. @throws Error naming the line that cannot be read */
export async function* batches(file: string, format: Format): AsyncGenerator<Batch, void, void> {
  let batch: Batch | undefined;
  for await (const row of rowsOf(file, format)) {
    if (batch && batch.IdentityId === row.IdentityId && batch.DatasetName === row.DatasetName) {
      batch.rows.push(row);
      continue;
    }
    if (batch) yield batch;
    batch = { IdentityId: row.IdentityId, DatasetName: row.DatasetName, rows: [row] };
  }
  if (batch) yield batch;
}
