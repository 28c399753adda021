import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import type { ExportCursor, ExportedIdentity } from '../lib/export/read-pool';
import { noTotals, type ExportTotals } from '../lib/export/totals';
import type { Format } from './formats';
import { openOutput, type Output } from './outputs';

/** The folder of an export. */

/** How far an export into a folder has come; kept beside the output. */
export interface ExportState {
  /** What was asked for, so that another export does not go on from here. */
  readonly request: string;
  readonly startedAt: number;
  readonly cursor: ExportCursor;
  readonly totals: ExportTotals;
  /** Length of the output that belongs to the cursor; 0 where the output takes care of that itself. */
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

/** What distinguishes one export into a folder from another. */
export interface FolderOptions {
  readonly format: Format;
  readonly request: string;
  readonly resume: boolean;
}

/**
 * The output of an export in a folder, with the state beside it: `records.ndjson` or the like, and `export-state.json`. The
 * state is written after the records that it speaks of are on disk, so after a crash at any moment the output, cut to the
 * length in the state, holds exactly what the state says. Nothing is made before the first lines, so
 * that an export which fails at once can be begun anew.
 */
export class ExportFolder {
  private opening: Promise<Output> | undefined;

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
    const { size } = await fs.stat(opened.file);
    if (size < bytes) {
      throw new Error(`${opened.file} is shorter than its state says: it was changed since. Choose another folder`);
    }
    await opened.output();
    return opened;
  }

  private get stateFile(): string {
    return path.join(this.folder, 'export-state.json');
  }

  private get file(): string {
    return path.join(this.folder, `records.${this.format}`);
  }

  /** The output, cut to what the state says. */
  private output(): Promise<Output> {
    this.opening ??= fs
      .mkdir(this.folder, { recursive: true })
      .then(() => openOutput(this.file, this.format, this.state.bytes));
    return this.opening;
  }

  /** Appends identities and, once they are on disk, the state that they lead to. */
  async append(identities: readonly ExportedIdentity[], progress: Omit<ExportState, 'bytes'>): Promise<void> {
    const bytes = await (await this.output()).append(identities);
    this.state = { ...progress, bytes };
    await writeWhole(this.stateFile, `${JSON.stringify(this.state)}\n`);
  }

  /** Begins the output anew, for an export that has lost its place. */
  async restart(): Promise<void> {
    await (await this.output()).clear();
    this.state = { ...this.state, bytes: 0, cursor: {}, totals: noTotals };
    await this.append([], this.state);
  }

  async close(): Promise<void> {
    await (await this.opening)?.close();
  }
}
