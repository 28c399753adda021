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
