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

/**
 * The output of an export in a folder, with the state beside it: `records.ndjson` or `records.csv`, and
 * `export-state.json`. The state is written after the lines that it speaks of are on disk, so after a crash at any moment
 * the output, cut to the length in the state, holds exactly what the state says.
 */
export class ExportFolder {
  private constructor(
    private readonly handle: fs.FileHandle,
    private readonly stateFile: string,
    readonly output: string,
    public state: ExportState,
  ) {}

  /** @throws Error when the folder holds an export that this one would overwrite, or cannot go on from */
  static async open(
    folder: string,
    { format, request, resume }: { format: Format; request: string; resume: boolean },
  ): Promise<ExportFolder> {
    await fs.mkdir(folder, { recursive: true });
    const stateFile = path.join(folder, 'export-state.json');
    const output = path.join(folder, `records.${format}`);
    const kept = await fs.readFile(stateFile, 'utf8').catch(() => undefined);
    const state = kept === undefined ? undefined : (JSON.parse(kept) as ExportState);
    if (state && !resume) {
      const advice = state.isComplete ? 'choose another folder' : 'add --resume to go on, or choose another folder';
      throw new Error(`${folder} holds ${state.isComplete ? 'a complete' : 'an unfinished'} export: ${advice}`);
    }
    if (state && state.request !== request) {
      throw new Error(
        `${folder} holds the export of another pool, format or filter: give the same options to resume it`,
      );
    }
    const handle = await fs.open(output, 'a+');
    const begin: ExportState = {
      request,
      startedAt: Date.now(),
      cursor: {},
      totals: noTotals,
      bytes: 0,
      isComplete: false,
    };
    const opened = new ExportFolder(handle, stateFile, output, state ?? begin);
    const { size } = await handle.stat();
    if (size < opened.state.bytes) {
      await handle.close();
      throw new Error(`${output} is shorter than its state says: it was changed since. Choose another folder`);
    }
    await handle.truncate(opened.state.bytes);
    if (opened.state.bytes === 0) await opened.append(headerOf(format), opened.state);
    return opened;
  }

  /** Appends lines and, once they are on disk, the state that they lead to. */
  async append(lines: string, progress: Omit<ExportState, 'bytes'>): Promise<void> {
    await this.handle.appendFile(lines);
    await this.handle.datasync();
    this.state = { ...progress, bytes: this.state.bytes + Buffer.byteLength(lines) };
    await writeWhole(this.stateFile, `${JSON.stringify(this.state)}\n`);
  }

  /** Begins the output anew, for an export that has lost its place. */
  async restart(format: Format): Promise<void> {
    await this.handle.truncate(0);
    this.state = { ...this.state, bytes: 0, cursor: {}, totals: noTotals };
    await this.append(headerOf(format), this.state);
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}
