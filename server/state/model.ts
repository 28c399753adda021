import type { AccessKey, Role } from '../options';

/** What the server always has at hand. Identities and their data are read from the database when a call asks for them. */
export interface State {
  /** Key of every token's MAC, in hex. */
  secret: string;
  readonly keys: Map<string, AccessKey>;
  readonly roles: Map<string, Role>;
  readonly pools: Map<string, Pool>;
  /** Sync sessions that a write has used up, with their expiry in epoch milliseconds, the oldest first. */
  readonly usedSessions: Map<string, number>;
}

/** The client id of providers in pools that the server made itself: it says nothing about audiences. */
export const ANY_CLIENT = 'local';

/** An identity pool without its identities. */
export interface PoolSettings {
  IdentityPoolId: string;
  IdentityPoolName: string;
  AllowUnauthenticatedIdentities: boolean;
  AllowClassicFlow: boolean;
  SupportedLoginProviders: Record<string, string>;
  DeveloperProviderName: string | null;
  OpenIdConnectProviderARNs: string[];
  CognitoIdentityProviders: CognitoIdentityProvider[];
  SamlProviderARNs: string[];
  IdentityPoolTags: Record<string, string>;
  /** Role ARN by `authenticated` and `unauthenticated`. */
  Roles: Record<string, string>;
  /** By provider name. */
  RoleMappings: Record<string, RoleMapping>;
  /** By provider name. */
  principalTags: Record<string, PrincipalTagMap>;
  /** Epoch milliseconds. */
  createdAt: number;
  PushSync: PushSync | null;
  CognitoStreams: CognitoStreams | null;
  Events: Record<string, string>;
  bulkPublish: BulkPublish | null;
}

export interface CognitoIdentityProvider {
  ClientId: string | null;
  ProviderName: string | null;
  ServerSideTokenCheck: boolean;
}

/** Which role a provider's token leads to. */
export type RoleMapping = {
  AmbiguousRoleResolution: string;
  RulesConfiguration?: { Rules: { Claim: string; MatchType: string; RoleARN: string; Value: string }[] };
  Type: string;
};

/** Tags of a session by the attributes of a provider's token. */
export type PrincipalTagMap = { UseDefaults: boolean; PrincipalTags: Record<string, string> };

export interface PushSync {
  ApplicationArns: string[] | null;
  RoleArn: string | null;
}

export interface CognitoStreams {
  RoleArn: string | null;
  StreamName: string | null;
  StreamingStatus: string | null;
}

export interface BulkPublish {
  /** Epoch milliseconds. */
  startedAt: number;
  endsAt: number;
  /** Why it fails, or null when it succeeds. */
  failure: string | null;
}

export interface Pool {
  /** What rows of the database call it. */
  readonly number: number;
  settings: PoolSettings;
  /** Sums over the identities, so that no call has to go through all of them. */
  readonly usage: PoolUsage;
  readonly identities: Identities;
  readonly logins: Logins;
}

export interface PoolUsage {
  identities: number;
  /** UTF-8 bytes of keys and values in datasets that exist. */
  bytes: number;
  /** The latest write, in epoch milliseconds; 0 for none. */
  latest: number;
  /** ListRecords calls that opened a sync session. */
  sessions: number;
}

/** The identities of a pool. */
export interface Identities {
  get(id: string): Identity | undefined;
  /** Ids in order, those after `id` alone when one is given. */
  idsAfter(id?: string): Iterable<string>;
}

/** Login → identity id; a login is a provider's name and a user's, see `loginKey`. */
export interface Logins {
  get(login: string): string | undefined;
}

export interface Identity {
  readonly id: string;
  /** What rows of the database call it. */
  readonly number: number;
  /** Provider name → user identifiers; none are left of a provider whose last one was unlinked. */
  logins: Record<string, string[]>;
  /** Epoch milliseconds. */
  createdAt: number;
  modifiedAt: number;
  /** The identity that absorbed this one, which is disabled since. */
  mergedInto: string | null;
  /** Identities that this one absorbed. */
  absorbed: string[];
  readonly datasets: Map<string, Dataset>;
  readonly devices: Map<string, Device>;
}

export interface Device {
  id: string;
  platform: string;
  token: string;
  /** Names of datasets. */
  subscriptions: string[];
}

/** What a dataset is but its records. Counts are longs of the API, so more than a number holds. */
export interface DatasetFacts {
  /** False between DeleteDataset and the write that creates it again. */
  exists: boolean;
  /** Counts successful writes and deletions, never goes back. */
  syncCount: bigint;
  /** The count of the latest deletion, 0 when there was none. */
  deletedAt: bigint;
  /** Epoch milliseconds. */
  creationDate: number;
  lastModifiedDate: number;
  lastModifiedBy: string;
  /** Records that are not removed. */
  numRecords: number;
  /** UTF-8 bytes of keys and values. */
  dataStorage: number;
}

export class Dataset implements DatasetFacts {
  exists = false;
  syncCount = 0n;
  deletedAt = 0n;
  creationDate = 0;
  lastModifiedDate = 0;
  lastModifiedBy = '';
  numRecords = 0;
  dataStorage = 0;
  private loaded: Map<string, StoredRecord> | undefined;
  private order: string[] | undefined;

  /**
   * @param number What rows of the database call it.
   * @param load Reads its records; none are there when absent.
   */
  constructor(
    readonly name: string,
    readonly number: number,
    private readonly load?: () => Map<string, StoredRecord>,
  ) {}

  /** By key, the removed ones too. Read when first asked for. */
  get records(): ReadonlyMap<string, StoredRecord> {
    return (this.loaded ??= this.load?.() ?? new Map<string, StoredRecord>());
  }

  /** Keys of `records` in order. */
  get sortedKeys(): readonly string[] {
    return (this.order ??= [...this.records.keys()].sort());
  }

  /** Puts one record into the dataset and keeps its sums. */
  put(record: StoredRecord): void {
    const records = (this.loaded ??= this.load?.() ?? new Map<string, StoredRecord>());
    const before = records.get(record.key);
    if (before) {
      this.dataStorage -= bytesOf(before);
      this.numRecords -= before.value === null ? 0 : 1;
    } else {
      this.order = undefined;
    }
    records.set(record.key, record);
    this.dataStorage += bytesOf(record);
    this.numRecords += record.value === null ? 0 : 1;
  }

  /** Drops every record, the removed ones too. */
  empty(): void {
    this.loaded = new Map();
    this.order = undefined;
    this.numRecords = 0;
    this.dataStorage = 0;
  }

  /** The same dataset, rows and all, under another name. */
  renamed(name: string, syncCount: bigint): Dataset {
    const copy = new Dataset(name, this.number, this.load);
    const { exists, deletedAt, creationDate, lastModifiedDate, lastModifiedBy, numRecords, dataStorage } = this;
    const facts = { exists, deletedAt, creationDate, lastModifiedDate, lastModifiedBy, numRecords, dataStorage };
    copy.loaded = this.loaded;
    return Object.assign(copy, facts, { syncCount });
  }
}

export interface StoredRecord {
  key: string;
  /** Null once removed. */
  value: string | null;
  syncCount: bigint;
  /** Epoch milliseconds. */
  lastModifiedDate: number;
  lastModifiedBy: string;
  deviceLastModifiedDate: number;
}

/** UTF-8 bytes that a record takes of its dataset's storage. A removed record still takes those of its key. */
export const bytesOf = ({ key, value }: Pick<StoredRecord, 'key' | 'value'>) =>
  Buffer.byteLength(key) + (value === null ? 0 : Buffer.byteLength(value));

/** Names of the providers that lead to an identity. */
export const providersOf = ({ logins }: Identity) => Object.keys(logins).filter((provider) => logins[provider]?.length);

/** Whether nobody can use the identity any more: it was absorbed, or all of its logins were unlinked. */
export const isDisabled = (identity: Identity) =>
  identity.mergedInto !== null || (Object.keys(identity.logins).length > 0 && !providersOf(identity).length);

/** Users of a provider among logins. */
export const usersOf = (logins: Readonly<Record<string, string[]>>, provider: string): string[] =>
  Object.hasOwn(logins, provider) ? (logins[provider] ?? []) : [];

export const loginKey = (provider: string, user: string) => JSON.stringify([provider, user]);

export const newPool = (id: string, at: number): PoolSettings => ({
  IdentityPoolId: id,
  IdentityPoolName: 'local',
  AllowUnauthenticatedIdentities: true,
  AllowClassicFlow: false,
  SupportedLoginProviders: {},
  DeveloperProviderName: null,
  OpenIdConnectProviderARNs: [],
  CognitoIdentityProviders: [],
  SamlProviderARNs: [],
  IdentityPoolTags: {},
  Roles: {},
  RoleMappings: {},
  principalTags: {},
  createdAt: at,
  PushSync: null,
  CognitoStreams: null,
  Events: {},
  bulkPublish: null,
});

/** An identity without logins and data. */
export const newIdentity = (number: number, id: string, at: number): Identity => ({
  id,
  number,
  logins: {},
  createdAt: at,
  modifiedAt: at,
  mergedInto: null,
  absorbed: [],
  datasets: new Map(),
  devices: new Map(),
});
