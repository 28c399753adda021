import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { cognitoSync, type CognitoSync } from '../lib/cognito-sync/client';
import { inOrder } from '../lib/export/in-order';
import { upsertRecords } from '../lib/datasets/upsert';
import { upsertInput, type UpsertRecordsInput } from '../lib/datasets/upsert-input';
import { Mismatch } from '../lib/shape';
import { connectionOf } from '../lib/platform/connection';
import { bulkPolicy } from '../lib/platform/retry-policy';
import { credentialFromEnvironment } from './credential';
import { FORMATS, type Format } from './formats';
import { batches, formatOf, type Batch, type Row } from './import-lines';
import { progress } from './progress';

const DATASETS_BETWEEN_LINES = 1000;
const SHOWN_FAILURES = 20;

interface Options {
  readonly pool: string;
  readonly in: string;
  readonly format?: Format;
  readonly map?: string;
  readonly mode: 'merge' | 'replace';
  readonly concurrency: number;
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
    'Writes the records of an export (NDJSON, CSV, DynamoDB JSON or SQLite) into an identity pool, dataset by dataset. Doing it twice changes nothing, so after a failure begin it anew. Credentials as for export.',
  )
  .requiredOption('--pool <IdentityPoolId>', 'the identity pool to write to')
  .requiredOption('--in <file>', 'the lines, or - for standard input')
  .addOption(
    new Option('--format <format>', "form of the lines; by default that of the file's name, else ndjson").choices(
      FORMATS,
    ),
  )
  .option('--map <file>', 'JSON object from identity ids in the lines to those of the pool; others are left out')
  .addOption(
    new Option('--mode <mode>', 'what becomes of records that the lines do not name')
      .choices(['merge', 'replace'])
      .default('merge'),
  )
  .option('--concurrency <number>', 'datasets that are written at a time, 1 to 10', number, 4);

const recordOf = ({ Change, Key, Value }: Row) => (Change === 'removed' ? { Key, Remove: true } : { Key, Value });

/** The input of an upsert. @throws Error naming the first line that is wrong */
function inputOf({ pool, mode }: Options, IdentityId: string, { DatasetName, rows }: Batch): UpsertRecordsInput {
  const where = { IdentityPoolId: pool, IdentityId, DatasetName };
  const read = (some: readonly Row[], Mode: Options['mode']) =>
    // The lines say themselves that a dataset has no records left.
    upsertInput.read({ ...where, Records: some.map(recordOf), Mode, AllowEmpty: true });
  try {
    return read(rows, mode);
  } catch (error) {
    if (!(error instanceof Mismatch)) throw error;
    const atLine = (line: number, { sentence }: Mismatch) =>
      new Error(`line ${line}: import: InvalidInput: ${sentence.replace(/^Records(?:\[\d+\])?[. ]?/, '')}`);
    for (const row of rows) {
      try {
        read([row], 'merge');
      } catch (alone) {
        if (alone instanceof Mismatch) throw atLine(row.line, alone);
      }
    }
    const [, index] = error.path;
    throw atLine((rows[Number(index)] ?? rows[0]).line, error);
  }
}

async function write(client: CognitoSync, options: Options, IdentityId: string, batch: Batch): Promise<Outcome> {
  const records = batch.rows.length;
  const failure = (error: unknown, prefix: string): Outcome => {
    if (!(error instanceof Error)) throw error;
    return { what: { failure: `${prefix}${error.message}` }, records };
  };
  let input: UpsertRecordsInput;
  try {
    input = inputOf(options, IdentityId, batch);
  } catch (error) {
    return failure(error, '');
  }
  try {
    const { output } = await upsertRecords(client, input);
    return { what: output.Written ? 'written' : 'unchanged', records };
  } catch (error) {
    return failure(error, `line ${batch.rows[0].line}: `);
  }
}

/** Finds datasets whose lines do not stand together: to replace by the second part would remove the first one. */
function repetitions(mode: Options['mode']): (IdentityId: string, batch: Batch) => string | undefined {
  const seen = new Set<string>();
  return (IdentityId, { DatasetName, rows: [{ line }] }) => {
    if (mode !== 'replace') return undefined;
    const dataset = `${IdentityId}/${DatasetName}`;
    if (seen.has(dataset)) {
      return `line ${line}: ${dataset} appears a second time; with --mode replace the lines of a dataset must stand together`;
    }
    seen.add(dataset);
    return undefined;
  };
}

async function main(options: Options): Promise<void> {
  const { region, endpointOf, credentials } = connectionOf(credentialFromEnvironment(), 'import', {
    poolId: options.pool,
  });
  const client = cognitoSync({ region, endpoint: endpointOf('cognito-sync'), credentials, policy: bulkPolicy() });
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
  const repetitionOf = repetitions(options.mode);
  const work = (batch: Batch): Promise<Outcome> => {
    const id = idOf(batch.IdentityId);
    if (id === undefined) return Promise.resolve({ what: 'unmapped', records: batch.rows.length });
    const failure = repetitionOf(id, batch);
    if (failure) return Promise.resolve({ what: { failure }, records: batch.rows.length });
    return write(client, options, id, batch);
  };
  for await (const { what, records } of inOrder(
    batches(options.in, options.format ?? formatOf(options.in)),
    options.concurrency,
    work,
  )) {
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
