import { Command, InvalidArgumentError, Option } from 'commander';
import { version } from '../package.json';
import { ASSUMPTION_NAMES, DEFAULT_DEVELOPER_PROVIDER, DEFAULT_KEY } from './options';

const number = (text: string) => {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0)) throw new InvalidArgumentError('Expected a number of at least 0.');
  return value;
};

/** The variable that holds the control token, so that it need not stand in the list of processes. */
const TOKEN_VARIABLE = 'COGNITO_SYNC_CONTROL_TOKEN';

const EXAMPLES = `
Examples:
  local-cognito-sync --port 8000 --data sync.mdb
      keeps its state in a file, on a fixed port
  local-cognito-sync --host 0.0.0.0 --tls-cert cert.pem --tls-key key.pem
      for phones and simulators in the same network
  ${TOKEN_VARIABLE}=… local-cognito-sync --host 0.0.0.0 --port 8000
      for other containers, faults and clock of the control included
  local-cognito-sync --allow-origin https://app.example.com
      for pages of a site
  local-cognito-sync --fault 503:0.1 --rate-limit 20:40
      fails a tenth of the calls, and throttles as AWS does
`;

const collect = (text: string, before: string[] = []) => [...before, text];

/** The command line of `npm run server`. */
export function commandLine(): Command {
  const command = new Command('local-cognito-sync')
    .version(version, '--version', 'print the version and end')
    .helpOption('-h, --help', 'print this and end')
    .addHelpText('after', EXAMPLES)
    .description('A local Amazon Cognito Sync, with as much of Cognito Identity and STS as its clients need.');
  for (const addOptions of [network, account, pools, state, limits, behaviour]) addOptions(command);
  return command;
}

/** Where it listens, and who reaches it. */
function network(command: Command): void {
  command
    .option('--port <number>', 'TCP port; 0 takes a free one', number, 0)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--tls-cert <file>', 'certificate for https, PEM')
    .option('--tls-key <file>', 'its key, PEM')
    .option(
      '--allow-origin <origin>',
      'origin whose pages may call, besides those of loopback hosts, or *; may repeat',
      collect,
    )
    .addOption(
      new Option(
        '--control-token <token>',
        'bearer token that the control asks for; with it other machines may use the control',
      ).env(TOKEN_VARIABLE),
    )
    .option('--no-control', 'switch the control off');
}

/** The AWS account: its keys and roles. */
function account(command: Command): void {
  command
    .option('--region <region>', 'region in signatures and ids', 'us-east-1')
    .option('--account-id <digits>', 'AWS account id', '123456789012')
    .option('--access-key-id <id>', `access key id; may repeat (default: "${DEFAULT_KEY.accessKeyId}")`, collect)
    .option(
      '--secret-access-key <secret>',
      `its secret, one for each id (default: "${DEFAULT_KEY.secretAccessKey}")`,
      collect,
    )
    .option(
      '--deny <id=operations>',
      'operations that IAM refuses a key, with commas between, or *; may repeat',
      collect,
    )
    .option(
      '--role <arn=external-id>',
      'role that AssumeRole vends keys for, with its external id or bare; may repeat',
      collect,
    );
}

/** Its identity pools and what they trust. */
function pools(command: Command): void {
  command
    .option('--pool <IdentityPoolId>', 'identity pool that exists from the start; may repeat (default: one)', collect)
    .option('--developer-provider <name>', 'DeveloperProviderName of those pools', DEFAULT_DEVELOPER_PROVIDER)
    .option(
      '--provider <name=issuer[,audience]>',
      "login provider whose tokens are checked by its issuer's keys; may repeat (default: none is)",
      collect,
    );
}

/** What it starts with and leaves. */
function state(command: Command): void {
  command
    .option('--data <file>', 'keep the state in this file (default: in memory)')
    .option('--seed <file>', 'read these lines of an export (NDJSON) into the first pool, unless that has identities');
}

/** Lifetimes, delays and quotas. */
function limits(command: Command): void {
  command
    .option('--token-lifetime <ms>', 'milliseconds that a SyncSessionToken lives', number, 300_000)
    .option('--credentials-lifetime <ms>', 'milliseconds that credentials of an identity live', number, 3_600_000)
    .option('--max-skew <ms>', 'milliseconds that a signature may be off the clock', number, 900_000)
    .option('--bulk-publish-delay <ms>', 'milliseconds that a bulk publication takes', number, 2_000)
    .option('--records-per-page <number>', 'page of ListRecords without MaxResults', number, 1024)
    .option('--max-datasets <number>', 'datasets per identity', number, 20)
    .option('--max-records <number>', 'records per dataset', number, 1024)
    .option('--max-bytes <number>', 'bytes of keys and values per dataset', number, 1024 * 1024);
}

/** What becomes of calls. */
function behaviour(command: Command): void {
  command
    .option('--log [file]', 'a JSON line for each call, to this file or standard error')
    .option('--latency <ms>', 'milliseconds before every answer', number, 0)
    .option('--fault <kind:rate>', 'lets a fault strike this share of all calls, 0 to 1; may repeat', collect)
    .option(
      '--rate-limit <[operation=]rate[:burst]>',
      'calls a second, of one operation or of all, past which 429 is answered; may repeat',
      collect,
    )
    .option(
      '--assume <name=choice>',
      `where AWS is not documented, one of: ${ASSUMPTION_NAMES.join(', ')}; may repeat`,
      collect,
    );
}

/** What commander reads from the arguments. */
export interface Given {
  port: number;
  host: string;
  tlsCert?: string;
  tlsKey?: string;
  allowOrigin?: string[];
  controlToken?: string;
  control: boolean;
  region: string;
  accountId: string;
  accessKeyId?: string[];
  secretAccessKey?: string[];
  deny?: string[];
  role?: string[];
  pool?: string[];
  developerProvider: string;
  provider?: string[];
  data?: string;
  seed?: string;
  tokenLifetime: number;
  credentialsLifetime: number;
  maxSkew: number;
  bulkPublishDelay: number;
  recordsPerPage: number;
  maxDatasets: number;
  maxRecords: number;
  maxBytes: number;
  log?: string | true;
  latency: number;
  fault?: string[];
  rateLimit?: string[];
  assume?: string[];
}
