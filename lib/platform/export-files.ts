import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { ConnectorError } from '../error';
import { exportFiles, type ExportedFile } from '../export/files';
import { DEFAULT_FILE_SIZE_MB, type ExportFilesInput } from '../export/files-input';
import { DEFAULT_CONCURRENCY } from '../export/input';
import { exportPool, type ExportedIdentity } from '../export/read-pool';
import { noTotals, withIdentity, type ExportTotals } from '../export/totals';
import { attachmentStorage } from './attachments';
import { exportSource } from './export';
import { oneBehind } from './one-behind';
import type { Step } from './step';

const MB = 1_000_000;

/** Counts what passes. */
async function* counted(
  identities: AsyncIterable<ExportedIdentity>,
  count: (identity: ExportedIdentity) => void,
): AsyncGenerator<ExportedIdentity, void, void> {
  for await (const identity of identities) {
    count(identity);
    yield identity;
  }
}

/** A failure of the disk, by its code alone. */
function asFileError(operation: string, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (error instanceof ConnectorError || typeof code !== 'string') return error;
  return new ConnectorError('FileError', {
    operation,
    message: `a temporary file could not be written to ${os.tmpdir()} (${code}): it needs room for one file of the export; TMPDIR names another folder`,
  });
}

/** The body of the message for a file. */
export interface FileMessage {
  Kind: 'file';
  IdentityPoolId: string;
  FileName: string;
  ContentType: string;
  /** Bytes. */
  Size: number;
  /** Hexadecimal digits. */
  Sha256: string;
  Records: number;
  /** From 1. */
  Part: number;
  IsLast: boolean;
  /** Of the object storage. */
  Url: string;
}

/** A file and its address in the object storage. */
interface StoredFile {
  readonly file: ExportedFile;
  readonly url: string;
}

function bodyOf(IdentityPoolId: string, file: ExportedFile, Url: string, IsLast: boolean): FileMessage {
  const { name, contentType, size, sha256, records, part } = file;
  return {
    Kind: 'file',
    IdentityPoolId,
    FileName: name,
    ContentType: contentType,
    Size: size,
    Sha256: sha256,
    Records: records,
    Part: part,
    IsLast,
    Url,
  };
}

/**
 * Writes an export into files, one at a time on disk, stores each as an attachment and emits a message for it. The message of
 * a redelivery has the same ids and names.
 * @throws ConnectorError
 */
export async function runExportToFiles(step: Step, input: ExportFilesInput): Promise<void> {
  const { name, log } = step;
  const { IdentityPoolId, IdentityIds, DatasetNames, ModifiedSince, Concurrency = DEFAULT_CONCURRENCY } = input;
  const { Format = 'ndjson', Compression = 'none', FileSize = DEFAULT_FILE_SIZE_MB } = input;
  const storage = attachmentStorage(name);
  const filter = { IdentityIds, DatasetNames, since: ModifiedSince === undefined ? undefined : ModifiedSince * 1000 };
  const source = exportSource(step, IdentityPoolId);
  const reading = exportPool(source, filter, {}, { concurrency: Concurrency, restarted: () => undefined });
  let totals = noTotals;
  const folder = await mkdtemp(path.join(os.tmpdir(), 'cognito-sync-export-')).catch((error: unknown) => {
    throw asFileError(name, error);
  });
  const { put, release } = oneBehind(({ file, url }: StoredFile, last?: ExportTotals) => {
    const attachments = { [file.name]: { url, 'content-type': file.contentType, size: file.size } };
    const body = bodyOf(IdentityPoolId, file, url, last !== undefined);
    return step.emit(body, { item: file.name, length: 0, attachments, totals: last });
  });
  try {
    const identities = counted(reading, (identity) => (totals = withIdentity(totals, identity)));
    const files = exportFiles(identities, {
      folder,
      prefix: input.FileNamePrefix ?? IdentityPoolId.replaceAll(':', '_'),
      format: Format,
      isGzip: Compression === 'gzip',
      maxBytes: FileSize * MB,
    });
    for await (const file of files) {
      const url = await storage.store(file.path, file.contentType);
      log(`${name}: ${file.name} is stored, ${file.size} bytes, ${file.records} records`);
      await put({ file, url });
    }
    await release(totals);
  } catch (error) {
    throw asFileError(name, error);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  log(`${name}: the export is complete: ${JSON.stringify(totals)}`);
}
