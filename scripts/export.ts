import { Command, InvalidArgumentError, Option } from 'commander';
import { cognitoIdentity } from '../lib/cognito-identity/client';
import { cognitoSync } from '../lib/cognito-sync/client';
import { exportPool, type ExportedIdentity, type ExportFilter, type ExportSource } from '../lib/export/read-pool';
import { exportInput } from '../lib/export/input';
import { noTotals, withIdentity } from '../lib/export/totals';
import { DescribeIdentityPoolUsage } from '../lib/cognito-sync/operations';
import { readInput } from '../lib/shape';
import { connectionOf } from '../lib/platform/connection';
import { bulkPolicy } from '../lib/platform/retry-policy';
import { identitiesOf } from '../lib/platform/export';
import { credentialFromEnvironment } from './credential';
import { ExportFolder, requestOf } from './export-file';
import { FORMATS, headerOf, linesOf, tooLargeForDynamoDb, type Format } from './formats';
import { progress } from './progress';

/** Bytes of keys and values that are kept in memory before they are written and the state with them. */
const FLUSH_BYTES = 1024 * 1024;
/** A state is written at least this often, in identities. */
const FLUSH_IDENTITIES = 600;

interface Options {
  readonly pool: string;
  readonly out: string;
  readonly format: Format;
  readonly since?: string;
  readonly dataset?: string[];
  readonly identity?: string[];
  readonly concurrency: number;
  readonly resume: boolean;
}

const collect = (value: string, before: string[] = []) => [...before, value];
const number = (text: string) => {
  if (!/^([1-9]|10)$/.test(text)) throw new InvalidArgumentError('Expected a whole number from 1 to 10.');
  return Number(text);
};

const command = new Command('export')
  .description(
    'Writes every record of an identity pool to a file: NDJSON, CSV, DynamoDB JSON or a SQLite database. Credentials come from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, the region from AWS_REGION or the pool id, and another address than AWS from COGNITO_SYNC_ENDPOINT.',
  )
  .requiredOption('--pool <IdentityPoolId>', 'the identity pool')
  .requiredOption('--out <folder>', 'folder for the output and the state of the export, or - for standard output')
  .addOption(new Option('--format <format>', 'form of the file').choices(FORMATS).default('ndjson'))
  .option('--since <date>', 'only what was modified at this time or later, removed records too')
  .option('--dataset <name>', 'only datasets of this name; may repeat', collect)
  .option('--identity <IdentityId>', 'only this identity; may repeat', collect)
  .option('--concurrency <number>', 'identities that are read at a time, 1 to 10', number, 4)
  .option('--resume', 'go on where an export into this folder broke off', false);

/** The pool's size, for the progress bar alone: a key without that permission exports as well. */
async function bytesOf(source: ExportSource): Promise<number | undefined> {
  const { IdentityPoolId } = source;
  const usage = await source.client.send(DescribeIdentityPoolUsage, { IdentityPoolId }).catch(() => undefined);
  return usage?.output.IdentityPoolUsage?.DataStorage;
}

function sourceOf(cfg: ReturnType<typeof credentialFromEnvironment>, IdentityPoolId: string): ExportSource {
  const { region, endpointOf, credentials } = connectionOf(cfg, 'export', { poolId: IdentityPoolId });
  const common = { region, credentials, policy: bulkPolicy() };
  const identities = cognitoIdentity({ ...common, endpoint: endpointOf('cognito-identity') });
  return {
    IdentityPoolId,
    client: cognitoSync({ ...common, endpoint: endpointOf('cognito-sync') }),
    identities: identitiesOf(identities, IdentityPoolId),
  };
}

async function main({ pool, out, format, since, dataset, identity, concurrency, resume }: Options): Promise<void> {
  const input = readInput('export', exportInput, {
    IdentityPoolId: pool,
    IdentityIds: identity,
    DatasetNames: dataset,
    ModifiedSince: since,
    Concurrency: concurrency,
  });
  const { IdentityIds, DatasetNames, ModifiedSince } = input;
  const filter: ExportFilter = { IdentityIds, DatasetNames, since: ModifiedSince && ModifiedSince * 1000 };
  const toStdout = out === '-';
  if (toStdout && format === 'sqlite') throw new Error('--format sqlite needs a folder: a database is no text');
  if (toStdout && resume) throw new Error('--resume needs a folder: nothing is kept of an export to standard output');

  const source = sourceOf(credentialFromEnvironment(), pool);
  const request = requestOf({ pool, format, ...filter });
  const folder = toStdout ? undefined : await ExportFolder.open(out, { format, request, resume });
  if (toStdout && format !== 'sqlite') await toStandardOutput(headerOf(format));
  if (folder?.state.isComplete) return console.log(JSON.stringify(folder.state.totals));

  const isWhole = !IdentityIds && !DatasetNames && ModifiedSince === undefined;
  const shown = progress(process.stderr.isTTY && isWhole ? await bytesOf(source) : undefined);
  let { cursor, totals } = folder?.state ?? { cursor: {}, totals: noTotals };
  let pending: ExportedIdentity[] = [];
  let flushedBytes = totals.Bytes;
  let tooLarge = 0;
  let restart = false;
  const flush = async (isComplete: boolean) => {
    if (folder) {
      await folder.append(pending, { request, startedAt: folder.state.startedAt, cursor, totals, isComplete });
    } else if (format !== 'sqlite') {
      await toStandardOutput(pending.map((identity) => linesOf(identity, format)).join(''));
    }
    pending = [];
    flushedBytes = totals.Bytes;
    shown.update(
      totals.Bytes,
      `${totals.Identities} identities, ${totals.Datasets} datasets, ${totals.Records} records`,
    );
  };
  const restarted = () => {
    restart = true;
    totals = noTotals;
    flushedBytes = 0;
  };
  for await (const read of exportPool(source, filter, cursor, { concurrency, restarted })) {
    if (restart) await folder?.restart();
    restart = false;
    pending.push(read);
    if (format === 'dynamodb-json') tooLarge += tooLargeForDynamoDb(read);
    totals = withIdentity(totals, read);
    if (!read.next) break;
    cursor = read.next;
    if (pending.length >= FLUSH_IDENTITIES || totals.Bytes - flushedBytes >= FLUSH_BYTES) await flush(false);
  }
  await flush(true);
  shown.stop();
  await folder?.close();
  if (tooLarge > 0) {
    console.error(
      `${tooLarge} records are larger than an item of DynamoDB or its sort key may be: its import leaves them out`,
    );
  }
  (toStdout ? console.error : console.log)(JSON.stringify(totals));
}

function toStandardOutput(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
  });
}

main(command.parse().opts<Options>()).catch((error: unknown) => {
  console.error((error instanceof Error ? error.message : String(error)).replace(/\s*\n\s*/g, ' '));
  process.exitCode = 1;
});
