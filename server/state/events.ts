import type { AccessKey, Role } from '../options';
import type { DatasetFacts, Device, PoolSettings, StoredRecord } from './model';

/** What has happened. Each says what became of the state, so that applying it decides nothing again. */
export type Event =
  | { type: 'secret'; secret: string }
  | { type: 'reset'; secret: string }
  | { type: 'key'; key: AccessKey }
  | { type: 'key-deleted'; accessKeyId: string }
  | { type: 'role'; role: Role }
  | { type: 'pool'; settings: PoolSettings }
  | { type: 'pool-deleted'; pool: string }
  | IdentityEvent
  | { type: 'identity-deleted'; pool: string; identity: string }
  | { type: 'identities-merged'; pool: string; source: string; destination: string; at: number }
  | DatasetEvent
  | RecordsEvent
  | { type: 'dataset-deleted'; pool: string; identity: string; dataset: string; syncCount: bigint; at: number }
  | { type: 'device'; pool: string; identity: string; device: Device; at: number }
  | { type: 'sessions-burnt'; sessions: [id: string, expiration: number][]; at: number }
  | SeedEvent;

/** The whole of an identity but its datasets and devices. */
export interface IdentityEvent {
  type: 'identity';
  pool: string;
  identity: string;
  logins: Record<string, string[]>;
  createdAt: number;
  modifiedAt: number;
  mergedInto: string | null;
  absorbed: string[];
}

/** The whole of a dataset. */
export interface DatasetEvent extends Omit<DatasetFacts, 'numRecords' | 'dataStorage'> {
  type: 'dataset';
  pool: string;
  identity: string;
  dataset: string;
  records: StoredRecord[];
}

/** One successful UpdateRecords: every record it touched as it is now. */
export interface RecordsEvent {
  type: 'records';
  pool: string;
  identity: string;
  dataset: string;
  syncCount: bigint;
  at: number;
  by: string;
  records: StoredRecord[];
  /** The sync session that the write used up, absent when none was needed. */
  session?: { id: string; expiration: number };
}

/** Many identities at once, the same for the same numbers. */
export interface SeedEvent {
  type: 'seed';
  pool: string;
  /** The number of the first one; 0 when absent. */
  first?: number;
  identities: number;
  datasetsPerIdentity: number;
  recordsPerDataset: number;
  /** Lets the disk take it as it takes calls, for few identities at a time. */
  gently?: boolean;
  /** Characters of every value. */
  valueLength: number;
  at: number;
  by: string;
}
