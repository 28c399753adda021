import type { Clock } from '../clock';
import type { Settings } from '../settings';
import type { Dataset, Pool, StoredRecord } from '../state/model';
import type { Store } from '../state/store';
import { readLine, splitLines, writeLine, type RecordLine } from './lines';

/** Identities whose lines are made at once, and records that are written before others get a turn. */
const IDENTITIES_AT_ONCE = 50;
const RECORDS_AT_ONCE = 500;
/** A dataset has 1,024 records, unless the quotas are raised. */
const LONGEST_DATASET = 100_000;

/** What an import has done. */
export interface ImportSummary {
  Datasets: number;
  Records: number;
  DatasetsWritten: number;
  DatasetsUnchanged: number;
}

interface Parts {
  readonly store: Store;
  readonly clock: Clock;
  readonly settings: Settings;
}

/** Every record of a pool, in the order of `npm run export`: identities, datasets and keys by name. Calls go on in between. */
export async function* exportLines(pool: Pool, { store }: Parts): AsyncGenerator<string, void, void> {
  for (let after: string | undefined; ;) {
    let text = '';
    let identities = 0;
    for (const id of pool.identities.idsAfter(after)) {
      after = id;
      text += linesOf(pool, id);
      if (++identities === IDENTITIES_AT_ONCE) break;
    }
    if (text) yield text;
    if (identities < IDENTITIES_AT_ONCE) return;
    await store.flushed();
    await new Promise(setImmediate);
  }
}

function linesOf(pool: Pool, id: string): string {
  const datasets = [...(pool.identities.get(id)?.datasets.values() ?? [])].filter(({ exists }) => exists);
  const sorted = datasets.sort((a, b) => (a.name < b.name ? -1 : 1));
  return sorted
    .flatMap((dataset) => dataset.sortedKeys.map((key) => writeLine(id, dataset.name, dataset.records.get(key)!)))
    .join('');
}

/**
 * Writes lines into a pool. A dataset that is not there gets its records as the lines have them, counts and dates too; one that
 * is gets those whose values differ, as one more client would write them. Resolves once all is on disk.
 * @throws TypeError naming the line that cannot be read; what stood before its dataset is written.
 */
export async function importLines(pool: Pool, input: AsyncIterable<Buffer>, parts: Parts): Promise<ImportSummary> {
  const summary: ImportSummary = { Datasets: 0, Records: 0, DatasetsWritten: 0, DatasetsUnchanged: 0 };
  let waiting = 0;
  for await (const lines of batches(input, parts.settings.region)) {
    summary.Datasets += 1;
    summary.Records += lines.length;
    if (writeDataset(pool, lines, parts)) summary.DatasetsWritten += 1;
    else summary.DatasetsUnchanged += 1;
    waiting += lines.length;
    if (waiting < RECORDS_AT_ONCE) continue;
    waiting = 0;
    await parts.store.flushed();
    await new Promise(setImmediate);
  }
  await parts.store.flushed();
  return summary;
}

/** The lines of one dataset after the other. @throws TypeError naming the line that cannot be read. */
async function* batches(input: AsyncIterable<Buffer>, region: string): AsyncGenerator<RecordLine[], void, void> {
  let batch: RecordLine[] = [];
  for await (const [number, line] of splitLines(input)) {
    if (isBlank(line)) continue;
    const record = located(number, () => readLine(line, region));
    const [first] = batch;
    if (first && (first.identity !== record.identity || first.dataset !== record.dataset)) {
      yield batch;
      batch = [];
    }
    if (batch.push(record) > LONGEST_DATASET) {
      throw new TypeError(`line ${number}: expected at most ${LONGEST_DATASET} lines of a dataset, got more`);
    }
  }
  if (batch.length) yield batch;
}

function located<Result>(number: number, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw error instanceof TypeError ? new TypeError(`line ${number}: ${error.message}`, { cause: error }) : error;
  }
}

const isBlank = (line: Buffer) => line.every((byte) => byte === 0x20 || byte === 0x0d || byte === 0x09);

/** @returns whether anything was written. */
function writeDataset(pool: Pool, lines: readonly RecordLine[], parts: Parts): boolean {
  const [{ identity, dataset: name }] = lines as [RecordLine];
  const present = pool.identities.get(identity)?.datasets.get(name);
  return present?.exists ? addTo(pool, present, lines, parts) : create(pool, present, lines, parts);
}

function create(pool: Pool, before: Dataset | undefined, lines: readonly RecordLine[], parts: Parts): true {
  const [{ identity, dataset }] = lines as [RecordLine];
  const at = parts.clock.now();
  const next = (before?.syncCount ?? 0n) + 1n;
  const records = lines.map((line) => recordOf(line, line.syncCount ?? next, line.lastModifiedDate ?? at, parts));
  const [earliest, latest] = [byDate(records).at(0), byDate(records).at(-1)] as [StoredRecord, StoredRecord];
  parts.store.commit({
    type: 'dataset',
    pool: pool.settings.IdentityPoolId,
    identity,
    dataset,
    exists: true,
    syncCount: records.reduce((most, { syncCount }) => (syncCount > most ? syncCount : most), before ? next : 1n),
    deletedAt: before?.deletedAt ?? 0n,
    creationDate: earliest.lastModifiedDate,
    lastModifiedDate: latest.lastModifiedDate,
    lastModifiedBy: latest.lastModifiedBy,
    records,
  });
  return true;
}

const byDate = (records: readonly StoredRecord[]) =>
  [...records].sort((a, b) => a.lastModifiedDate - b.lastModifiedDate);

function addTo(pool: Pool, dataset: Dataset, lines: readonly RecordLine[], parts: Parts): boolean {
  const [{ identity }] = lines as [RecordLine];
  const differ = lines.filter(({ key, value }) => (dataset.records.get(key)?.value ?? null) !== value);
  if (!differ.length) return false;
  const at = parts.clock.now();
  const syncCount = dataset.syncCount + 1n;
  parts.store.commit({
    type: 'records',
    pool: pool.settings.IdentityPoolId,
    identity,
    dataset: dataset.name,
    syncCount,
    at,
    by: parts.settings.accountId,
    records: differ.map((line) => recordOf({ ...line, lastModifiedBy: undefined }, syncCount, at, parts)),
  });
  return true;
}

function recordOf(line: RecordLine, syncCount: bigint, lastModifiedDate: number, { settings }: Parts): StoredRecord {
  const { key, value, lastModifiedBy = settings.accountId, deviceLastModifiedDate = lastModifiedDate } = line;
  return { key, value, syncCount, lastModifiedDate, lastModifiedBy, deviceLastModifiedDate };
}
