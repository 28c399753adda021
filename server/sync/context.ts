import type { Caller } from '../callers';
import type { Clock } from '../clock';
import { poolNotFound } from '../errors';
import type { Json } from '../json';
import type { Settings } from '../settings';
import type { Pool } from '../state/model';
import type { Store } from '../state/store';
import type { SyncTrigger } from './trigger';

/** What every operation works with. */
export interface Context {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly store: Store;
  readonly trigger: SyncTrigger;
  /** Set to make bulk publications that start from now on fail with this message. */
  bulkPublishFailure: string | null;
}

/** One authorised call. The labels that an operation's path has are never blank. */
export interface Call {
  readonly pool: string;
  readonly identity: string;
  readonly dataset: string;
  readonly device: string;
  readonly query: ReadonlyMap<string, string>;
  readonly body: Buffer;
  readonly caller: Caller;
}

export type Operation = (context: Context, call: Call) => Json;

/** @throws ServiceError when there is no such pool. */
export function poolOf({ store }: Context, id: string): Pool {
  const pool = store.state.pools.get(id);
  if (!pool) throw poolNotFound(id);
  return pool;
}

export const date = (milliseconds: number) => new Date(milliseconds);
