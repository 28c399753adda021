import { integer, oneOf, optional, structure, text } from '../shape';
import { commonMembers, type ExportInput } from './input';
import { LINE_FORMATS, type LineFormat } from './lines';

export const COMPRESSIONS = ['none', 'gzip'] as const;

export interface ExportFilesInput extends Omit<ExportInput, 'Granularity'> {
  /** By default `ndjson`. */
  Format?: LineFormat;
  /** By default `none`. */
  Compression?: (typeof COMPRESSIONS)[number];
  /** Of a file at most, in MB of 1,000,000 bytes, by default 50. */
  FileSize?: number;
  /** What the names of the files begin with, by default the id of the pool. */
  FileNamePrefix?: string;
}

export const DEFAULT_FILE_SIZE_MB = 50;
/** The platform takes attachments of up to 100 MB. https://docs.elastic.io/guides/using-attachments */
const MAX_FILE_SIZE_MB = 95;

/** The whole input of an export to files. */
export const exportFilesInput = structure<ExportFilesInput>({
  ...commonMembers,
  Format: optional(oneOf(LINE_FORMATS)),
  Compression: optional(oneOf(COMPRESSIONS)),
  FileSize: optional(integer(1, MAX_FILE_SIZE_MB)),
  FileNamePrefix: optional(
    text(
      'a file name of letters, digits, spaces and . _ - ( ), at most 100 of them, that begins with a letter or digit',
      {
        max: 100,
        pattern: /^[A-Za-z0-9][A-Za-z0-9 ._()-]*$/,
      },
    ),
  ),
});
