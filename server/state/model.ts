import type { AccessKey, Role } from '../options';

/** Everything the server knows. Changed by `apply` alone, so that replaying the journal rebuilds it. */
export interface State {
  /** Key of every token's MAC, in hex. */
  secret: string;
  readonly keys: Map<string, AccessKey>;
  readonly roles: Map<string, Role>;
  readonly pools: Map<string, Pool>;
  /** Sync sessions that a write has used up, with their expiry in epoch milliseconds. */
  readonly burntSessions: Map<string, number>;
}

/** An identity pool without its identities: what one line of the journal holds. */
export interface PoolSettings {
  IdentityPoolId: string;
  IdentityPoolName: string;
  AllowUnauthenticatedIdentities: boolean;
  AllowClassicFlow: boolean;
  SupportedLoginProviders: Record<string, string>;
  DeveloperProviderName: string | null;
  IdentityPoolTags: Record<string, string>;
  /** Epoch milliseconds. */
  createdAt: number;
  PushSync: PushSync | null;
  CognitoStreams: CognitoStreams | null;
  Events: Record<string, string>;
  bulkPublish: BulkPublish | null;
  /** ListRecords calls that opened a sync session. */
  sessions: number;
}

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
  settings: PoolSettings;
  readonly identities: Map<string, Identity>;
  /** Login → identity id; a login is a provider's name and a user's, see `loginKey`. */
  readonly logins: Map<string, string>;
  /** Ids of `identities` in order, made when a page asks for them. */
  sortedIdentities?: string[] | undefined;
}

export interface Identity {
  readonly id: string;
  /** Provider name → user identifiers. */
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

export interface Dataset {
  readonly name: string;
  /** False between DeleteDataset and the write that creates it again. */
  exists: boolean;
  /** Counts successful writes and deletions, never goes back. */
  syncCount: number;
  /** The count of the latest deletion, 0 when there was none. */
  deletedAt: number;
  /** Epoch milliseconds. */
  creationDate: number;
  lastModifiedDate: number;
  lastModifiedBy: string;
  readonly records: Map<string, StoredRecord>;
  /** Records that are not removed. */
  numRecords: number;
  /** UTF-8 bytes of keys and values. */
  dataStorage: number;
  /** Keys of `records` in order, made when a page asks for them. */
  sortedKeys?: string[] | undefined;
}

export interface StoredRecord {
  key: string;
  /** Null once removed. */
  value: string | null;
  syncCount: number;
  /** Epoch milliseconds. */
  lastModifiedDate: number;
  lastModifiedBy: string;
  deviceLastModifiedDate: number;
}

/** UTF-8 bytes that a record takes of its dataset's storage. A removed record still takes those of its key. */
export const bytesOf = ({ key, value }: Pick<StoredRecord, 'key' | 'value'>) =>
  Buffer.byteLength(key) + (value === null ? 0 : Buffer.byteLength(value));

export const loginKey = (provider: string, user: string) => JSON.stringify([provider, user]);

export const newState = (): State => ({
  secret: '',
  keys: new Map(),
  roles: new Map(),
  pools: new Map(),
  burntSessions: new Map(),
});

export const newDataset = (name: string): Dataset => ({
  name,
  exists: false,
  syncCount: 0,
  deletedAt: 0,
  creationDate: 0,
  lastModifiedDate: 0,
  lastModifiedBy: '',
  records: new Map(),
  numRecords: 0,
  dataStorage: 0,
});

export const newIdentity = (id: string, at: number): Identity => ({
  id,
  logins: {},
  createdAt: at,
  modifiedAt: at,
  mergedInto: null,
  absorbed: [],
  datasets: new Map(),
  devices: new Map(),
});

export const newPool = (id: string, at: number): PoolSettings => ({
  IdentityPoolId: id,
  IdentityPoolName: 'local',
  AllowUnauthenticatedIdentities: true,
  AllowClassicFlow: false,
  SupportedLoginProviders: {},
  DeveloperProviderName: null,
  IdentityPoolTags: {},
  createdAt: at,
  PushSync: null,
  CognitoStreams: null,
  Events: {},
  bulkPublish: null,
  sessions: 0,
});
