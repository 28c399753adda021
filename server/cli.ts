import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { version } from '../package.json';
import { FAULT_KINDS, type RatedFault } from './faults';
import {
  ASSUMPTION_NAMES,
  DEFAULT_DEVELOPER_PROVIDER,
  DEFAULT_KEY,
  type AccessKey,
  type LoginProvider,
  type Role,
  type ServerOptions,
} from './options';
import type { RateLimit } from './rate-limits';

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
  return new Command('local-cognito-sync')
    .version(version, '--version', 'print the version and end')
    .helpOption('-h, --help', 'print this and end')
    .addHelpText('after', EXAMPLES)
    .description('A local Amazon Cognito Sync, with as much of Cognito Identity and STS as its clients need.')
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
    .option('--no-control', 'switch the control off')
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
    )
    .option('--pool <IdentityPoolId>', 'identity pool that exists from the start; may repeat (default: one)', collect)
    .option('--developer-provider <name>', 'DeveloperProviderName of those pools', DEFAULT_DEVELOPER_PROVIDER)
    .option(
      '--provider <name=issuer[,audience]>',
      "login provider whose tokens are checked by its issuer's keys; may repeat (default: none is)",
      collect,
    )
    .option('--data <file>', 'keep the state in this file (default: in memory)')
    .option('--seed <file>', 'read these lines of an export (NDJSON) into the first pool, unless that has identities')
    .option('--token-lifetime <ms>', 'milliseconds that a SyncSessionToken lives', number, 300_000)
    .option('--credentials-lifetime <ms>', 'milliseconds that credentials of an identity live', number, 3_600_000)
    .option('--max-skew <ms>', 'milliseconds that a signature may be off the clock', number, 900_000)
    .option('--bulk-publish-delay <ms>', 'milliseconds that a bulk publication takes', number, 2_000)
    .option('--records-per-page <number>', 'page of ListRecords without MaxResults', number, 1024)
    .option('--max-datasets <number>', 'datasets per identity', number, 20)
    .option('--max-records <number>', 'records per dataset', number, 1024)
    .option('--max-bytes <number>', 'bytes of keys and values per dataset', number, 1024 * 1024)
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

/** What the command does beyond starting a server. */
export interface CommandOptions extends ServerOptions {
  /** File of the log of calls, true for standard error; none when absent. */
  log?: string | true;
}

/** The options that the arguments (without `node` and the script) ask for. */
export function parse(command: Command, argv: readonly string[]): CommandOptions {
  const given = command.parse([...argv], { from: 'user' }).opts<Given>();
  return {
    port: given.port,
    host: given.host,
    ...tlsOf(command, given),
    ...(given.allowOrigin && { allowOrigins: given.allowOrigin }),
    ...(given.controlToken !== undefined && { controlToken: given.controlToken }),
    control: given.control,
    region: given.region,
    accountId: given.accountId,
    ...((given.accessKeyId || given.secretAccessKey || given.deny) && { keys: keysOf(command, given) }),
    ...(given.role && { roles: given.role.map(roleOf) }),
    ...(given.pool && { pools: given.pool }),
    developerProviderName: given.developerProvider,
    ...(given.provider && { providers: given.provider.map((text) => providerOf(command, text)) }),
    ...(given.data !== undefined && { dataFile: given.data }),
    ...(given.seed !== undefined && { seedFile: given.seed }),
    tokenLifetimeMs: given.tokenLifetime,
    credentialsLifetimeMs: given.credentialsLifetime,
    maxSkewMs: given.maxSkew,
    bulkPublishDelayMs: given.bulkPublishDelay,
    recordsPerPage: given.recordsPerPage,
    quotas: {
      datasetsPerIdentity: given.maxDatasets,
      recordsPerDataset: given.maxRecords,
      bytesPerDataset: given.maxBytes,
    },
    ...(given.log !== undefined && { log: given.log }),
    latencyMs: given.latency,
    ...(given.fault && { faults: given.fault.map((text) => faultOf(command, text)) }),
    ...(given.rateLimit && { rateLimits: given.rateLimit.map((text) => rateLimitOf(command, text)) }),
    assume: Object.fromEntries((given.assume ?? []).map((text) => split(command, '--assume', text))),
  };
}

interface Given {
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

function tlsOf(command: Command, { tlsCert, tlsKey }: Given): Pick<ServerOptions, 'tls'> {
  if (tlsCert === undefined && tlsKey === undefined) return {};
  if (tlsCert === undefined || tlsKey === undefined) {
    command.error(`error: expected --tls-cert and --tls-key together, got one of them`);
  }
  return { tls: { cert: contentOf(command, '--tls-cert', tlsCert), key: contentOf(command, '--tls-key', tlsKey) } };
}

function contentOf(command: Command, option: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    return command.error(`error: ${option}: ${(error as Error).message}`);
  }
}

function keysOf(command: Command, given: Given): AccessKey[] {
  const ids = given.accessKeyId ?? [DEFAULT_KEY.accessKeyId];
  const secrets = given.secretAccessKey ?? [DEFAULT_KEY.secretAccessKey];
  if (ids.length !== secrets.length) {
    command.error(
      `error: expected one --secret-access-key for each --access-key-id, got ${secrets.length} for ${ids.length}`,
    );
  }
  const denied = new Map((given.deny ?? []).map((text) => split(command, '--deny', text)));
  for (const id of denied.keys())
    if (!ids.includes(id)) command.error(`error: --deny: expected one of the access key ids, got ${id}`);
  return ids.map((accessKeyId, i) => ({
    accessKeyId,
    secretAccessKey: secrets[i] ?? '',
    deny: denied.get(accessKeyId)?.split(',') ?? [],
  }));
}

function roleOf(text: string): Role {
  const at = text.indexOf('=');
  return at < 0 ? { roleArn: text } : { roleArn: text.slice(0, at), externalId: text.slice(at + 1) };
}

function providerOf(command: Command, text: string): LoginProvider {
  const [name, rest] = split(command, '--provider', text);
  const [issuer = '', ...audiences] = rest.split(',');
  return { name, issuer, audiences: audiences.filter(Boolean) };
}

function faultOf(command: Command, text: string): RatedFault {
  const [kind = '', rate = ''] = text.split(':');
  const known = FAULT_KINDS.find((candidate) => candidate === kind);
  const share = rate === '' ? Number.NaN : Number(rate);
  if (!known || !(share >= 0 && share <= 1)) {
    command.error(`error: --fault: expected a kind (${FAULT_KINDS.join(', ')}), a colon and 0 to 1, got ${text}`);
  }
  return { kind: known, rate: share };
}

function rateLimitOf(command: Command, text: string): RateLimit {
  const [, operation, perSecond = '', burst] = /^(?:(\w+)=)?([\d.]+)(?::([\d.]+))?$/.exec(text) ?? [];
  const limit: RateLimit = {
    ...(operation !== undefined && { operation }),
    perSecond: Number(perSecond),
    ...(burst !== undefined && { burst: Number(burst) }),
  };
  if (!(limit.perSecond > 0 && (limit.burst ?? 1) >= 1)) {
    command.error(
      `error: --rate-limit: expected calls a second, such as 20, 20:40 or UpdateRecords=5:10 with a burst of at least 1, got ${text}`,
    );
  }
  return limit;
}

function split(command: Command, option: string, text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) command.error(`error: ${option}: expected name=value, got ${text}`);
  return [text.slice(0, at), text.slice(at + 1)];
}
