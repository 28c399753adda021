import { Violations, type Body } from '../constraints';
import type { Json } from '../json';
import { keyOf, keysAfter, nextToken, page } from '../paging';
import { usersOf, type Identity, type Pool } from '../state/model';
import { identityId, poolId, poolOf, type IdentityCall } from './context';
import { alreadyRegistered, identityNotFound, invalidParameter, resourceConflict, resourceNotFound } from './errors';
import { loginsOf, proof, prove, linkLogins } from './logins';
import { tokenFor } from './tokens';

const A_QUARTER_HOUR = 900;
const A_DAY = 86_400;
const USER = { min: 1, max: 1024 };
const PROVIDER = { min: 1, max: 128, pattern: /^[\w._-]+$/ };

export function getOpenIdTokenForDeveloperIdentity(context: IdentityCall, body: Body): Json {
  const pool = poolOf(context, poolId(body));
  const seconds = body.whole('TokenDuration');
  const violations = new Violations();
  if (seconds !== undefined) violations.between('tokenDuration', seconds, 1, A_DAY);
  if (!body.map('Logins')) violations.missing('logins');
  violations.check();
  const { [pool.settings.DeveloperProviderName ?? '']: user, ...others } = loginsOf(body);
  if (user === undefined) throw wrongProvider();
  const identity = developerIdentity(context, pool, body, user);
  const proven = prove(context.registry, pool, others, proof(context));
  const linked = linkLogins(context.registry, pool, identity, {
    ...proven,
    identities: [identity, ...proven.identities],
  });
  return { IdentityId: linked.id, Token: tokenFor(context, pool, linked, seconds ?? A_QUARTER_HOUR) };
}

export function mergeDeveloperIdentities(context: IdentityCall, body: Body): Json {
  const pool = poolOf(context, poolId(body));
  const { registry } = context;
  const violations = new Violations();
  violations.text('sourceUserIdentifier', body.text('SourceUserIdentifier'), USER);
  violations.text('destinationUserIdentifier', body.text('DestinationUserIdentifier'), USER);
  const provider = developerProvider(pool, body, violations);
  const named = (member: string) => {
    const identity = registry.byLogin(pool, provider, body.text(member) ?? '');
    if (!identity) throw resourceNotFound(`${member} is not registered with this identity pool.`);
    return identity;
  };
  const source = named('SourceUserIdentifier');
  const destination = named('DestinationUserIdentifier');
  if (source === destination) throw invalidParameter('The source and the destination are the same identity.');
  registry.merge(pool, source, destination);
  return { IdentityId: destination.id };
}

/** Finds the identity of a developer's user, or the users of an identity; with both, whether they belong together. */
export function lookupDeveloperIdentity(context: IdentityCall, body: Body): Json {
  const pool = poolOf(context, poolId(body));
  const { registry } = context;
  const [user, wanted, size] = [
    body.text('DeveloperUserIdentifier'),
    body.text('IdentityId'),
    body.whole('MaxResults'),
  ];
  const violations = new Violations();
  violations.optional('developerUserIdentifier', user, USER);
  if (size !== undefined) violations.between('maxResults', size, 1, 60);
  violations.check();
  const provider = pool.settings.DeveloperProviderName;
  if (provider === null) throw wrongProvider();
  if (user === undefined && wanted === undefined) {
    throw invalidParameter('Expected an IdentityId or a DeveloperUserIdentifier.');
  }
  const named = wanted === undefined ? undefined : identityIn(pool, identityId(body));
  const registered = user === undefined ? undefined : registry.byLogin(pool, provider, user);
  if (user !== undefined && !registered) throw unregistered();
  if (named && registered && named !== registered) {
    throw resourceConflict('The developer user identifier belongs to another identity.');
  }
  const identity = named ?? registered;
  if (!identity) throw unregistered();
  const users = named && user !== undefined ? [user] : usersOf(identity.logins, provider).sort();
  const scope = `${identity.id}/`;
  const after = keyOf(scope, body.text('NextToken'));
  const { items, next } = page(keysAfter(users, after), size ?? 60, (each) => each);
  return {
    DeveloperUserIdentifierList: items,
    IdentityId: identity.id,
    ...(next !== undefined && { NextToken: nextToken(scope, next) }),
  };
}

export function unlinkDeveloperIdentity(context: IdentityCall, body: Body): Json {
  const pool = poolOf(context, poolId(body));
  const { registry } = context;
  const id = identityId(body);
  const user = body.text('DeveloperUserIdentifier');
  const violations = new Violations();
  violations.text('developerUserIdentifier', user, USER);
  const provider = developerProvider(pool, body, violations);
  const identity = identityIn(pool, id);
  const registered = registry.byLogin(pool, provider, user ?? '');
  if (!registered) throw unregistered();
  if (registered !== identity) throw resourceConflict('The developer user identifier belongs to another identity.');
  registry.unlink(pool, identity, provider, user);
  return null;
}

/** The DeveloperProviderName of a body, which must be the pool's. @throws ServiceError naming every violation. */
function developerProvider({ settings }: Pool, body: Body, violations: Violations): string {
  const provider = body.text('DeveloperProviderName');
  violations.text('developerProviderName', provider, PROVIDER);
  violations.check();
  if (provider === undefined || provider !== settings.DeveloperProviderName) throw wrongProvider();
  return provider;
}

/** The identity of a developer's user: found by the user, or the one named in the call, or a new one. */
function developerIdentity({ registry }: IdentityCall, pool: Pool, body: Body, user: string): Identity {
  const provider = pool.settings.DeveloperProviderName ?? '';
  const registered = registry.byLogin(pool, provider, user);
  const wanted = body.text('IdentityId');
  const named = wanted === undefined ? undefined : identityIn(pool, wanted);
  if (registered && named && registry.present(pool, named) !== registered) throw alreadyRegistered();
  if (registered) return registered;
  const identity = named ? registry.present(pool, named) : registry.create(pool);
  registry.link(pool, identity, provider, user);
  return identity;
}

function identityIn(pool: Pool, id: string): Identity {
  const identity = pool.identities.get(id);
  if (!identity) throw identityNotFound(id);
  return identity;
}

const wrongProvider = () => invalidParameter('Please provide a valid developer provider.');
const unregistered = () => resourceNotFound('DeveloperUserIdentifier is not registered with this identity pool.');
