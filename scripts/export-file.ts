import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import type { ExportCursor, ExportedIdentity } from '../lib/export/read-pool';
import { recordLine } from '../lib/datasets/rows';
import { noTotals, type ExportTotals } from '../lib/export/totals';

/** The lines of an export and the file that they go to. */

export const FORMATS = ['ndjson', 'csv'] as const;
export type Format = (typeof FORMATS)[number];

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

export const headerOf = (format: Format): string => (format === 'csv' ? `${COLUMNS.join(',')}\r\n` : '');

/** One line for each record of an identity. */
export function linesOf({ IdentityId, datasets }: ExportedIdentity, format: Format): string {
  let lines = '';
  for (const { DatasetName, Records } of datasets) {
    for (const record of Records) {
      const row = recordLine(IdentityId, DatasetName, record);
      lines +=
        format === 'csv' ? `${COLUMNS.map((column) => quoted(row[column])).join(',')}\r\n` : `${JSON.stringify(row)}\n`;
    }
  }
  return lines;
}

/** How far an export into a folder has come; kept beside the output. */
export interface ExportState {
  /** What was asked for, so that another export does not go on from here. */
  readonly request: string;
  readonly startedAt: number;
  readonly cursor: ExportCursor;
  readonly totals: ExportTotals;
  /** Length of the output that belongs to the cursor. */
  readonly bytes: number;
  readonly isComplete: boolean;
}

export const requestOf = (request: object): string =>
  createHash('sha256').update(JSON.stringify(request)).digest('hex');

/** Writes all of it, then makes sure that it is on disk under its name, whole or not at all. */
async function writeWhole(file: string, text: string): Promise<void> {
  const draft = `${file}.tmp`;
  const handle = await fs.open(draft, 'w');
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await fs.rename(draft, file);
}

/** What tells one export into a folder from another. */
export interface FolderOptions {
  readonly format: Format;
  readonly request: string;
  readonly resume: boolean;
}

/**
 * The output of an export in a folder, with the state beside it: `records.ndjson` or `records.csv`, and
 * `export-state.json`. The state is written after the lines that it speaks of are on disk, so after a crash at any moment
 * the output, cut to the length in the state, holds exactly what the state says. Nothing is made before the first lines, so
 * that an export which fails at once can be begun anew.
 */
export class ExportFolder {
  private handle: fs.FileHandle | undefined;

  private constructor(
    private readonly folder: string,
    private readonly format: Format,
    public state: ExportState,
  ) {}

  /** @throws Error when the folder holds an export that this one would overwrite, or cannot go on from */
  static async open(folder: string, { format, request, resume }: FolderOptions): Promise<ExportFolder> {
    const begin: ExportState = {
      request,
      startedAt: Date.now(),
      cursor: {},
      totals: noTotals,
      bytes: 0,
      isComplete: false,
    };
    const opened = new ExportFolder(folder, format, begin);
    const kept = await fs.readFile(opened.stateFile, 'utf8').catch(() => undefined);
    if (kept === undefined) return opened;
    opened.state = JSON.parse(kept) as ExportState;
    const { isComplete, bytes } = opened.state;
    if (!resume) {
      const advice = isComplete ? 'choose another folder' : 'add --resume to go on, or choose another folder';
      throw new Error(`${folder} holds ${isComplete ? 'a complete' : 'an unfinished'} export: ${advice}`);
    }
    if (opened.state.request !== request) {
      throw new Error(
        `${folder} holds the export of another pool, format or filter: give the same options to resume it`,
      );
    }
    const { size } = await fs.stat(opened.output);
    if (size < bytes) {
      throw new Error(`${opened.output} is shorter than its state says: it was changed since. Choose another folder`);
    }
    await opened.opened();
    return opened;
  }

  private get stateFile(): string {
    return path.join(this.folder, 'export-state.json');
  }

  private get output(): string {
    return path.join(this.folder, `records.${this.format}`);
  }

  /** The output, cut to what the state says. */
  private async opened(): Promise<fs.FileHandle> {
    if (this.handle) return this.handle;
    await fs.mkdir(this.folder, { recursive: true });
    this.handle = await fs.open(this.output, 'a+');
    await this.handle.truncate(this.state.bytes);
    return this.handle;
  }

  /** Appends lines and, once they are on disk, the state that they lead to. */
  async append(lines: string, progress: Omit<ExportState, 'bytes'>): Promise<void> {
    const handle = await this.opened();
    const text = this.state.bytes === 0 ? headerOf(this.format) + lines : lines;
    await handle.appendFile(text);
    await handle.datasync();
    this.state = { ...progress, bytes: this.state.bytes + Buffer.byteLength(text) };
    await writeWhole(this.stateFile, `${JSON.stringify(this.state)}\n`);
  }

  /** Begins the output anew, for an export that has lost its place. */
  async restart(): Promise<void> {
    await (await this.opened()).truncate(0);
    this.state = { ...this.state, bytes: 0, cursor: {}, totals: noTotals };
    await this.append('', this.state);
  }

  async close(): Promise<void> {
    await this.handle?.close();
  }
}
