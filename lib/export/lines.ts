import { recordLine } from '../datasets/rows';
import type { ExportedIdentity } from './read-pool';

/** Files of records, one line each. */
export const LINE_FORMATS = ['ndjson', 'csv'] as const;
export type LineFormat = (typeof LINE_FORMATS)[number];

/** What a file of lines is called on the web: RFC 4180 for CSV; NDJSON is not registered, but known by this name. */
export const CONTENT_TYPES: Readonly<Record<LineFormat, string>> = {
  ndjson: 'application/x-ndjson',
  csv: 'text/csv',
};

const COLUMNS = [
  'Change',
  'IdentityId',
  'DatasetName',
  'Key',
  'Value',
  'SyncCount',
  'LastModifiedDate',
  'LastModifiedBy',
  'DeviceLastModifiedDate',
] as const;

/** A field as RFC 4180 has it; one that an office program would take for a formula stays as it is, since it is data. */
function quoted(value: string | number | null | undefined): string {
  const text = String(value ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** What a file begins with. */
export const headerOf = (format: LineFormat): string => (format === 'csv' ? `${COLUMNS.join(',')}\r\n` : '');

/** One line for each record of an identity. */
export function* linesOf({ IdentityId, datasets }: ExportedIdentity, format: LineFormat): Generator<string> {
  for (const { DatasetName, Records } of datasets) {
    for (const record of Records) {
      const row = recordLine(IdentityId, DatasetName, record);
      yield format === 'csv'
        ? `${COLUMNS.map((column) => quoted(row[column])).join(',')}\r\n`
        : `${JSON.stringify(row)}\n`;
    }
  }
}
