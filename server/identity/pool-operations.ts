import { keyOf, keysAfter, nextToken, page } from '../paging';
import { isDisabled, newPool, providersOf, type Identity, type PoolSettings } from '../state/model';
import { ID, Violations, type Body } from '../constraints';
import type { Json } from '../json';
import { identityId, poolId, poolOf, type IdentityContext } from './context';
import { identityNotFound, invalidParameter } from './errors';
import { description, wantedPool } from './pool-settings';

export function createIdentityPool({ store, clock, registry }: IdentityContext, body: Body): Json {
  const settings: PoolSettings = { ...newPool(registry.newId(), clock.now()), ...wantedPool(body) };
  store.commit({ type: 'pool', settings });
  return description(settings);
}

/** Absent members go back to their defaults, but for the tags, and the developer provider's name, which stays for good. */
export function updateIdentityPool(context: IdentityContext, body: Body): Json {
  const id = poolId(body);
  const wanted = wantedPool(body);
  const { settings: before } = poolOf(context, id);
  const DeveloperProviderName = wanted.DeveloperProviderName ?? before.DeveloperProviderName;
  if (before.DeveloperProviderName !== null && DeveloperProviderName !== before.DeveloperProviderName) {
    throw invalidParameter('The developer provider name of an identity pool cannot be changed.');
  }
  const settings: PoolSettings = { ...before, ...wanted, DeveloperProviderName };
  context.store.commit({ type: 'pool', settings });
  return description(settings);
}

export function describeIdentityPool(context: IdentityContext, body: Body): Json {
  return description(poolOf(context, poolId(body)).settings);
}

export function deleteIdentityPool(context: IdentityContext, body: Body): Json {
  const pool = poolId(body);
  poolOf(context, pool);
  context.store.commit({ type: 'pool-deleted', pool });
  return null;
}

export function listIdentityPools({ store }: IdentityContext, body: Body): Json {
  const size = pageSize(body);
  const { pools } = store.state;
  const { items, next } = page(keysAfter([...pools.keys()].sort(), keyOf('', body.text('NextToken'))), size, (id) => {
    const settings = pools.get(id)?.settings;
    return settings && { IdentityPoolId: id, IdentityPoolName: settings.IdentityPoolName };
  });
  return { IdentityPools: items, ...(next !== undefined && { NextToken: nextToken('', next) }) };
}

export function listIdentities(context: IdentityContext, body: Body): Json {
  const id = poolId(body);
  const size = pageSize(body);
  const hideDisabled = body.flag('HideDisabled') ?? false;
  const pool = poolOf(context, id);
  const scope = `${id}/`;
  const after = keyOf(scope, body.text('NextToken'));
  const { items, next } = page(pool.identities.idsAfter(after), size, (name) => {
    const identity = pool.identities.get(name);
    return identity && !(hideDisabled && isDisabled(identity)) ? identityDescription(identity) : undefined;
  });
  return { Identities: items, IdentityPoolId: id, ...(next !== undefined && { NextToken: nextToken(scope, next) }) };
}

export function describeIdentity({ registry }: IdentityContext, body: Body): Json {
  const id = identityId(body);
  const found = registry.find(id);
  if (!found) throw identityNotFound(id);
  return identityDescription(found.identity);
}

export function deleteIdentities({ store, registry }: IdentityContext, body: Body): Json {
  const ids = body.texts('IdentityIdsToDelete');
  const violations = new Violations();
  if (!ids) violations.missing('identityIdsToDelete');
  else violations.between('identityIdsToDelete', ids.length, 1, 60);
  ids?.forEach((id, i) => violations.text(`identityIdsToDelete.${i + 1}.member`, id, ID));
  violations.check();
  const unprocessed: Json[] = [];
  for (const id of ids ?? []) {
    const found = registry.find(id);
    if (found) store.commit({ type: 'identity-deleted', pool: found.pool.settings.IdentityPoolId, identity: id });
    else unprocessed.push({ ErrorCode: 'AccessDenied', IdentityId: id });
  }
  return { UnprocessedIdentityIds: unprocessed };
}

function pageSize(body: Body): number {
  const size = body.whole('MaxResults');
  const violations = new Violations();
  if (size === undefined) violations.missing('maxResults');
  else violations.between('maxResults', size, 1, 60);
  violations.check();
  return size ?? 60;
}

function identityDescription(identity: Identity): Json {
  const providers = providersOf(identity);
  return {
    CreationDate: new Date(identity.createdAt),
    IdentityId: identity.id,
    LastModifiedDate: new Date(identity.modifiedAt),
    ...(providers.length && { Logins: providers }),
  };
}
