import { createReadStream, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Command, InvalidArgumentError, Option } from 'commander';
import { cognitoSync, type CognitoSync } from '../lib/cognito-sync/client';
import { inOrder } from '../lib/export/in-order';
import { upsertRecords } from '../lib/datasets/upsert';
import { upsertInput } from '../lib/datasets/upsert-input';
import { readInput } from '../lib/shape';
import { connectionOf } from '../lib/platform/connection';
import { retryPolicy } from '../lib/platform/retry-policy';
import { credentialFromEnvironment } from './credential';
import { progress } from './progress';

const DATASETS_BETWEEN_LINES = 1000;
const SHOWN_FAILURES = 20;

interface Options {
  readonly pool: string;
  readonly in: string;
  readonly map?: string;
  readonly mode: 'merge' | 'replace';
  readonly concurrency: number;
}

interface Row {
  readonly Change?: string;
  readonly IdentityId: string;
  readonly DatasetName: string;
  readonly Key: string;
  readonly Value?: string;
}

/** The lines of one dataset, which an export writes one after the other. */
interface Batch {
  readonly IdentityId: string;
  readonly DatasetName: string;
  /** Number of the first line. */
  readonly line: number;
  readonly rows: Row[];
}

interface Outcome {
  readonly what: 'written' | 'unchanged' | 'unmapped' | { readonly failure: string };
  readonly records: number;
}

const number = (text: string) => {
  if (!/^([1-9]|10)$/.test(text)) throw new InvalidArgumentError('Expected a whole number from 1 to 10.');
  return Number(text);
};

const command = new Command('import')
  .description(
    'Writes the lines of an export (NDJSON) into an identity pool, dataset by dataset. Doing it twice changes nothing, so after a failure begin it anew. Credentials as for export.',
  )
  .requiredOption('--pool <IdentityPoolId>', 'the identity pool to write to')
  .requiredOption('--in <file>', 'the lines, or - for standard input')
  .option('--map <file>', 'JSON object from identity ids in the lines to those of the pool; others are left out')
  .addOption(
    new Option('--mode <mode>', 'what becomes of records that the lines do not name')
      .choices(['merge', 'replace'])
      .default('merge'),
  )
  .option('--concurrency <number>', 'datasets that are written at a time, 1 to 10', number, 4);

function parse(text: string, line: number): Row {
  let row: unknown;
  try {
    row = JSON.parse(text);
  } catch {
    throw new Error(`Line ${line} is not JSON`);
  }
  const { IdentityId, DatasetName, Key } = (row ?? {}) as Partial<Row>;
  if (typeof IdentityId !== 'string' || typeof DatasetName !== 'string' || typeof Key !== 'string') {
    throw new Error(`Line ${line} must be an object with IdentityId, DatasetName and Key`);
  }
  return row as Row;
}

async function* batches(file: string): AsyncGenerator<Batch, void, void> {
  const lines = createInterface({ input: file === '-' ? process.stdin : createReadStream(file), crlfDelay: Infinity });
  let batch: Batch | undefined;
  let line = 0;
  for await (const text of lines) {
    line++;
    if (text.trim() === '') continue;
    const row = parse(text, line);
    if (!batch || batch.IdentityId !== row.IdentityId || batch.DatasetName !== row.DatasetName) {
      if (batch) yield batch;
      batch = { IdentityId: row.IdentityId, DatasetName: row.DatasetName, line, rows: [] };
    }
    batch.rows.push(row);
  }
  if (batch) yield batch;
}

async function write(client: CognitoSync, { pool, mode }: Options, IdentityId: string, batch: Batch): Promise<Outcome> {
  const records = batch.rows.length;
  try {
    const input = readInput('import', upsertInput, {
      IdentityPoolId: pool,
      IdentityId,
      DatasetName: batch.DatasetName,
      Records: batch.rows.map(({ Change, Key, Value }) =>
        Change === 'removed' ? { Key, Remove: true } : { Key, Value },
      ),
      Mode: mode,
    });
    const { output } = await upsertRecords(client, input);
    return { what: output.Written ? 'written' : 'unchanged', records };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { what: { failure: `line ${batch.line}: ${error.message}` }, records };
  }
}

async function main(options: Options): Promise<void> {
  const { region, endpointOf, credentials } = connectionOf(credentialFromEnvironment(), 'import', {
    poolId: options.pool,
  });
  const client = cognitoSync({ region, endpoint: endpointOf('cognito-sync'), credentials, policy: retryPolicy() });
  const map =
    options.map === undefined ? undefined : (JSON.parse(readFileSync(options.map, 'utf8')) as Record<string, string>);
  const idOf = (id: string) => (map ? (Object.hasOwn(map, id) ? map[id] : undefined) : id);

  const shown = progress(undefined);
  const summary = {
    Datasets: 0,
    Records: 0,
    DatasetsWritten: 0,
    DatasetsUnchanged: 0,
    DatasetsUnmapped: 0,
    DatasetsFailed: 0,
  };
  const failures: string[] = [];
  const work = (batch: Batch): Promise<Outcome> => {
    const id = idOf(batch.IdentityId);
    if (id === undefined) return Promise.resolve({ what: 'unmapped', records: batch.rows.length });
    return write(client, options, id, batch);
  };
  for await (const { what, records } of inOrder(batches(options.in), options.concurrency, work)) {
    summary.Datasets++;
    if (what === 'written') summary.DatasetsWritten++;
    else if (what === 'unchanged') summary.DatasetsUnchanged++;
    else if (what === 'unmapped') summary.DatasetsUnmapped++;
    else {
      summary.DatasetsFailed++;
      if (failures.length < SHOWN_FAILURES) failures.push(what.failure);
    }
    if (what === 'written' || what === 'unchanged') summary.Records += records;
    if (summary.Datasets % DATASETS_BETWEEN_LINES === 0)
      shown.update(0, `${summary.Datasets} datasets, ${summary.Records} records`);
  }
  shown.stop();
  for (const failure of failures) console.error(failure);
  console.log(JSON.stringify({ ...summary, Failures: failures }));
  if (summary.DatasetsFailed > 0) process.exitCode = 1;
}

main(command.parse().opts<Options>()).catch((error: unknown) => {
  console.error((error instanceof Error ? error.message : String(error)).replace(/\s*\n\s*/g, ' '));
  process.exitCode = 1;
});
