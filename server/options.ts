import type { RatedFault } from './faults';
import type { CallListener } from './http/calls';
import type { RateLimit } from './rate-limits';

/** An access key of the account, as a customer's IAM user has it. */
export interface AccessKey {
  accessKeyId: string;
  secretAccessKey: string;
  /** Operations that IAM refuses this key, by name, or `*` for all of them. */
  deny?: readonly string[];
}

/** A role that STS AssumeRole vends keys for. */
export interface Role {
  roleArn: string;
  /** When given, AssumeRole refuses a call without this very ExternalId. */
  externalId?: string;
  /** Operations that IAM refuses the role, by name, or `*`. */
  deny?: readonly string[];
}

/** A login provider whose tokens are checked. */
export interface LoginProvider {
  /** The key in `Logins`, such as `accounts.google.com`. */
  name: string;
  /** Where its tokens come from: the `iss` of each, an http or https address with `/.well-known/openid-configuration` below it. */
  issuer: string;
  /** Ids of clients that tokens may be made for; those of the pool when empty. */
  audiences: readonly string[];
}

/** Hard limits, past which LimitExceededException is answered. Defaults are AWS's. */
export interface Quotas {
  datasetsPerIdentity: number;
  recordsPerDataset: number;
  /** UTF-8 bytes of keys and values. */
  bytesPerDataset: number;
}

/** Choices where the public record of the service is silent. docs/local-server.md says why each default was taken. */
export interface Assumptions {
  /** A patch with a SyncCount other than 0 for a key that never existed. */
  absentKey: 'conflict' | 'accept';
  /** Whether ListRecords from 0 lists removed records. */
  removedRecordsInFullList: 'listed' | 'left-out';
  /** The DatasetSyncCount of a deleted dataset. */
  deletedDatasetSyncCount: 'zero' | 'kept';
  /** LastModifiedBy of a write that names a DeviceId. */
  lastModifiedByDevice: 'device' | 'caller';
  /** The DeviceLastModifiedDate in answers. */
  deviceDate: 'as-sent' | 'server-time';
  /** Calls for an identity that Cognito Identity never vended. */
  unknownIdentity: 'created' | 'refused';
  /** The exception for a request signed too long ago or too far ahead. */
  skewError: 'InvalidSignatureException' | 'RequestExpired';
  /** The exception for a stale SyncCount: 409 by the model, 400 in one report. */
  conflictError: 'ResourceConflictException' | 'InvalidParameterException';
  /** What UpdateRecords looks at first: its SyncSessionToken, or the SyncCount of its patches. */
  checkedFirst: 'token' | 'sync-count';
  /** A second write with a SyncSessionToken that one has used up. */
  usedTokenInWrite: 'refused' | 'accepted';
  /** ListRecords with a SyncSessionToken that a write has used up. */
  usedTokenInList: 'refused' | 'accepted';
  /** Whether a write that is refused for its SyncCount uses its SyncSessionToken up. */
  tokenAfterConflict: 'still-good' | 'used-up';
  /** The text of InvalidParameterException for a SyncSessionToken that is too old. */
  expiredTokenText: 'not-valid' | 'expired';
  /** The DeviceId answered when a token is registered again. */
  registeredAgain: 'same-device' | 'new-device';
  /** The exception of BulkPublish for a pool that streams nothing. */
  bulkPublishWithoutStream: 'InvalidParameterException' | 'InvalidConfigurationException';
}

export interface ServerOptions {
  /** TCP port; 0, the default, takes a free one. */
  port?: number;
  /** Address to listen on; loopback unless told otherwise. */
  host?: string;
  /** Certificate and key, as PEM: the server speaks https then. */
  tls?: { cert: string | Buffer; key: string | Buffer };
  /** Origins whose pages may call, besides those of loopback hosts, such as `https://app.example.com`; `*` for any. */
  allowOrigins?: readonly string[];
  /** Lets whoever sends it (`Authorization: Bearer`) use the control, and nobody else; this machine alone may when absent. */
  controlToken?: string;
  /** False for no control at all over HTTP; true when absent. */
  control?: boolean;
  /** The region in the credential scope of every signature and in front of every id. */
  region?: string;
  /** Twelve digits: LastModifiedBy of writes with an access key. */
  accountId?: string;
  keys?: readonly AccessKey[];
  roles?: readonly Role[];
  /** Ids of the identity pools that exist from the start. */
  pools?: readonly string[];
  /** The DeveloperProviderName of those pools. */
  developerProviderName?: string;
  /** Login providers whose tokens are checked; a token of any other stands for the user it names. */
  providers?: readonly LoginProvider[];
  /** File that keeps the state across restarts; in memory only without it. */
  dataFile?: string;
  /** File of lines as `npm run export` writes them (NDJSON), read into the first pool at start unless that has identities already. */
  seedFile?: string;
  /** The source of the server's clock, in epoch milliseconds. */
  now?: () => number;
  quotas?: Partial<Quotas>;
  /** How long a SyncSessionToken is good for, in milliseconds. */
  tokenLifetimeMs?: number;
  /** How long the credentials of GetCredentialsForIdentity are good for, in milliseconds. */
  credentialsLifetimeMs?: number;
  /** How far X-Amz-Date may be from the server's clock, in milliseconds. */
  maxSkewMs?: number;
  /** How long a bulk publication is IN_PROGRESS, in milliseconds. */
  bulkPublishDelayMs?: number;
  /** Records on a page of ListRecords when MaxResults is absent. */
  recordsPerPage?: number;
  /** Milliseconds before every answer. */
  latencyMs?: number;
  /** Faults that strike from the start. */
  faults?: readonly RatedFault[];
  /** Gets to know every call of the services once it is over. */
  onCall?: CallListener;
  /** Is told what is out of the ordinary at start, in one line; nobody is when absent. */
  say?: (line: string) => void;
  /** Calls a second past which TooManyRequestsException is answered; none when absent. */
  rateLimits?: readonly RateLimit[];
  assume?: Partial<Assumptions>;
}

export const DEFAULT_KEY: AccessKey = { accessKeyId: 'AKIDLOCAL', secretAccessKey: 'local-secret' };
export const DEFAULT_DEVELOPER_PROVIDER = 'login.local';
/** The id of the pool that exists when none is named. */
export const defaultPool = (region: string) => `${region}:00000000-0000-4000-8000-000000000001`;

/** Every choice, the default first. */
export const CHOICES: { readonly [Name in keyof Assumptions]: readonly [Assumptions[Name], Assumptions[Name]] } = {
  absentKey: ['conflict', 'accept'],
  removedRecordsInFullList: ['listed', 'left-out'],
  deletedDatasetSyncCount: ['zero', 'kept'],
  lastModifiedByDevice: ['device', 'caller'],
  deviceDate: ['as-sent', 'server-time'],
  unknownIdentity: ['created', 'refused'],
  skewError: ['InvalidSignatureException', 'RequestExpired'],
  conflictError: ['ResourceConflictException', 'InvalidParameterException'],
  checkedFirst: ['token', 'sync-count'],
  usedTokenInWrite: ['refused', 'accepted'],
  usedTokenInList: ['refused', 'accepted'],
  tokenAfterConflict: ['still-good', 'used-up'],
  expiredTokenText: ['not-valid', 'expired'],
  registeredAgain: ['same-device', 'new-device'],
  bulkPublishWithoutStream: ['InvalidParameterException', 'InvalidConfigurationException'],
};

export const ASSUMPTION_NAMES = Object.keys(CHOICES) as (keyof Assumptions)[];

const ASSUMPTIONS = Object.fromEntries(
  Object.entries(CHOICES).map(([name, [usual]]) => [name, usual]),
) as unknown as Assumptions;

/** The options with every default filled in. */
export type Settings = Required<
  Omit<ServerOptions, 'dataFile' | 'seedFile' | 'quotas' | 'assume' | 'now' | 'tls' | 'controlToken'>
> & {
  tls: ServerOptions['tls'] | undefined;
  controlToken: string | undefined;
  dataFile: string | undefined;
  seedFile: string | undefined;
  quotas: Quotas;
  assume: Assumptions;
};

/** @throws TypeError when an option has no sense, naming it. */
export function settle(options: ServerOptions): Settings {
  const region = options.region ?? 'us-east-1';
  const pools = options.pools ?? [defaultPool(region)];
  for (const id of pools) {
    if (!/^[\w-]+:[0-9a-f-]+$/.test(id) || id.length > 55) {
      throw new TypeError(`pools: expected ids such as ${defaultPool(region)}, got ${JSON.stringify(id)}`);
    }
    if (!id.startsWith(`${region}:`)) {
      throw new TypeError(`pools: expected ids of region ${region}, got ${id}; give region to serve another one`);
    }
  }
  const accountId = options.accountId ?? '123456789012';
  if (!/^\d{12}$/.test(accountId))
    throw new TypeError(`accountId: expected 12 digits, got ${JSON.stringify(accountId)}`);
  return {
    port: options.port ?? 0,
    host: options.host ?? '127.0.0.1',
    tls: options.tls,
    allowOrigins: (options.allowOrigins ?? []).map(originOf),
    controlToken: tokenOf(options.controlToken),
    control: options.control ?? true,
    region,
    accountId,
    keys: options.keys ?? [DEFAULT_KEY],
    roles: options.roles ?? [],
    pools,
    developerProviderName: options.developerProviderName ?? DEFAULT_DEVELOPER_PROVIDER,
    providers: checkedProviders(options),
    dataFile: options.dataFile,
    seedFile: options.seedFile,
    quotas: { datasetsPerIdentity: 20, recordsPerDataset: 1024, bytesPerDataset: 1024 * 1024, ...options.quotas },
    tokenLifetimeMs: atLeast(0, 'tokenLifetimeMs', options.tokenLifetimeMs, 5 * 60_000),
    credentialsLifetimeMs: atLeast(0, 'credentialsLifetimeMs', options.credentialsLifetimeMs, 60 * 60_000),
    maxSkewMs: atLeast(0, 'maxSkewMs', options.maxSkewMs, 15 * 60_000),
    bulkPublishDelayMs: atLeast(0, 'bulkPublishDelayMs', options.bulkPublishDelayMs, 2_000),
    recordsPerPage: atLeast(1, 'recordsPerPage', options.recordsPerPage, 1024),
    latencyMs: atLeast(0, 'latencyMs', options.latencyMs, 0),
    faults: options.faults ?? [],
    onCall: options.onCall ?? (() => undefined),
    say: options.say ?? (() => undefined),
    rateLimits: options.rateLimits ?? [],
    assume: { ...ASSUMPTIONS, ...known(options.assume ?? {}) },
  };
}

/** An origin as browsers send it. @throws TypeError */
function originOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.href === `${url?.origin}/` && !text.includes('*')) return url.origin;
  const origin = text.toLowerCase();
  // `null` is what pages of files and of frames without an origin send.
  if (origin === '*' || origin === 'null' || /^[a-z][a-z0-9+.-]*:\/\/[^\s/?#@*]+$/.test(origin)) return origin;
  throw new TypeError(
    `allowOrigins: expected an origin such as https://app.example.com (a scheme and a host, no path), null or *, got ${JSON.stringify(text)}`,
  );
}

/** @throws TypeError without the token in it. */
function tokenOf(token: string | undefined): string | undefined {
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) {
    throw new TypeError('controlToken: expected visible ASCII characters without spaces, got others or none');
  }
  return token;
}

function checkedProviders({ providers = [], developerProviderName = DEFAULT_DEVELOPER_PROVIDER }: ServerOptions) {
  const names = new Set([developerProviderName, 'cognito-identity.amazonaws.com']);
  for (const { name, issuer } of providers) {
    if (!name || name.length > 128 || names.has(name)) {
      throw new TypeError(`providers: expected another name of a public provider each, got ${JSON.stringify(name)}`);
    }
    names.add(name);
    if (!URL.canParse(issuer) || !/^https?:/.test(issuer)) {
      throw new TypeError(`providers: expected an http or https address as the issuer of ${name}, got ${issuer}`);
    }
  }
  return providers;
}

function atLeast(least: number, name: string, value: number | undefined, otherwise: number): number {
  if (value === undefined) return otherwise;
  if (!(value >= least && value < Infinity)) {
    throw new TypeError(`${name}: expected a number of at least ${least}, got ${value}`);
  }
  return value;
}

function known(assume: Partial<Assumptions>): Partial<Assumptions> {
  for (const [name, choice] of Object.entries(assume)) {
    if (!Object.hasOwn(CHOICES, name)) {
      throw new TypeError(`assume: expected one of ${ASSUMPTION_NAMES.join(', ')}, got ${name}`);
    }
    const choices: readonly string[] = CHOICES[name as keyof Assumptions];
    if (!choices.includes(choice))
      throw new TypeError(`assume.${name}: expected ${choices.join(' or ')}, got ${choice}`);
  }
  return assume;
}
