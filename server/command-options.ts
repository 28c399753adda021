import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { Given } from './command-line';
import { FAULT_KINDS, type RatedFault } from './faults';
import { DEFAULT_KEY, type AccessKey, type LoginProvider, type Role, type ServerOptions } from './options';
import type { RateLimit } from './rate-limits';

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
