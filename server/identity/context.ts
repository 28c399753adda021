import type { Clock } from '../clock';
import type { Credentials } from '../credentials';
import type { Json } from '../json';
import type { Settings } from '../settings';
import type { Pool } from '../state/model';
import type { Store } from '../state/store';
import { ID, Violations, type Body } from '../constraints';
import { resourceNotFound } from './errors';
import type { Users } from './logins';
import type { Providers } from './providers';
import type { Registry } from './registry';

export interface IdentityContext {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly store: Store;
  readonly credentials: Credentials;
  readonly registry: Registry;
  readonly providers: Providers;
}

/** A call's own: whom each of its logins speaks of. */
export interface IdentityCall extends IdentityContext {
  readonly users: Users;
}

export type IdentityOperation = (context: IdentityCall, body: Body) => Json;

/** @throws ServiceError when there is no such pool. */
export function poolOf({ store }: IdentityContext, id: string): Pool {
  const pool = store.state.pools.get(id);
  if (!pool) throw resourceNotFound(`IdentityPool '${id}' not found.`);
  return pool;
}

/** The IdentityPoolId of a body. @throws ServiceError when it is missing or malformed. */
export function poolId(body: Body): string {
  return id(body, 'IdentityPoolId', 'identityPoolId');
}

export function identityId(body: Body): string {
  return id(body, 'IdentityId', 'identityId');
}

function id(body: Body, member: string, shown: string): string {
  const value = body.text(member);
  const violations = new Violations();
  violations.text(shown, value, ID);
  violations.check();
  return value ?? '';
}
