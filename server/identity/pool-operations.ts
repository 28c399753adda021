import { keyOf, keysAfter, nextToken, page } from '../paging';
import { newPool, type Identity, type PoolSettings } from '../state/model';
import { ID, Violations, type Body } from '../constraints';
import type { Json } from '../json';
import { poolOf, type IdentityContext } from './context';
import { resourceNotFound } from './errors';

const POOL_NAME = { min: 1, max: 128, pattern: /^[\w\s+=,.@-]+$/ };

export function createIdentityPool({ store, clock, registry }: IdentityContext, body: Body): Json {
  const name = body.text('IdentityPoolName');
  const guests = body.flag('AllowUnauthenticatedIdentities');
  const violations = new Violations();
  violations.text('identityPoolName', name, POOL_NAME);
  if (guests === undefined) violations.missing('allowUnauthenticatedIdentities');
  violations.optional('developerProviderName', body.text('DeveloperProviderName'), {
    min: 1,
    max: 128,
    pattern: /^[\w._-]+$/,
  });
  violations.check();
  const settings: PoolSettings = {
    ...newPool(registry.newId(), clock.now()),
    IdentityPoolName: name ?? '',
    AllowUnauthenticatedIdentities: guests ?? false,
    AllowClassicFlow: body.flag('AllowClassicFlow') ?? false,
    SupportedLoginProviders: body.map('SupportedLoginProviders') ?? {},
    DeveloperProviderName: body.text('DeveloperProviderName') ?? null,
    IdentityPoolTags: body.map('IdentityPoolTags') ?? {},
  };
  store.commit({ type: 'pool', settings });
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
    return identity && !(hideDisabled && identity.mergedInto !== null) ? identityDescription(identity) : undefined;
  });
  return { Identities: items, IdentityPoolId: id, ...(next !== undefined && { NextToken: nextToken(scope, next) }) };
}

export function describeIdentity({ registry }: IdentityContext, body: Body): Json {
  const id = identityId(body);
  const found = registry.find(id);
  if (!found) throw resourceNotFound(`Identity '${id}' not found.`);
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

function pageSize(body: Body): number {
  const size = body.whole('MaxResults');
  const violations = new Violations();
  if (size === undefined) violations.missing('maxResults');
  else violations.between('maxResults', size, 1, 60);
  violations.check();
  return size ?? 60;
}

function description(settings: PoolSettings): Json {
  return {
    AllowClassicFlow: settings.AllowClassicFlow,
    AllowUnauthenticatedIdentities: settings.AllowUnauthenticatedIdentities,
    ...(settings.DeveloperProviderName !== null && { DeveloperProviderName: settings.DeveloperProviderName }),
    IdentityPoolId: settings.IdentityPoolId,
    IdentityPoolName: settings.IdentityPoolName,
    IdentityPoolTags: settings.IdentityPoolTags,
    ...(Object.keys(settings.SupportedLoginProviders).length && {
      SupportedLoginProviders: settings.SupportedLoginProviders,
    }),
  };
}

const identityDescription = ({ id, createdAt, modifiedAt, logins }: Identity): Json => ({
  CreationDate: new Date(createdAt),
  IdentityId: id,
  LastModifiedDate: new Date(modifiedAt),
  ...(Object.keys(logins).length && { Logins: Object.keys(logins) }),
});
