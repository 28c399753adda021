import type { Clock } from '../clock';
import type { Credentials } from '../credentials';
import type { Json } from '../json';
import type { Settings } from '../options';
import type { Pool } from '../state/model';
import type { Store } from '../state/store';
import type { Body } from '../constraints';
import { resourceNotFound } from './errors';
import type { Registry } from './registry';

export interface IdentityContext {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly store: Store;
  readonly credentials: Credentials;
  readonly registry: Registry;
}

export type IdentityOperation = (context: IdentityContext, body: Body) => Json;

/** @throws ServiceError when there is no such pool. */
export function poolOf({ store }: IdentityContext, id: string): Pool {
  const pool = store.state.pools.get(id);
  if (!pool) throw resourceNotFound(`IdentityPool '${id}' not found.`);
  return pool;
}
