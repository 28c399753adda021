import type { Json } from '../json';
import type { Identity, Pool } from '../state/model';
import { Violations, type Body } from '../constraints';
import { poolOf, type IdentityContext } from './context';
import { alreadyRegistered, invalidParameter, notAuthorized, resourceNotFound } from './errors';
import { prove, settleLogins } from './logins';
import { identityId, poolId } from './pool-operations';
import { COGNITO_IDENTITY, openIdToken } from './tokens';

const TEN_MINUTES = 600;
const A_QUARTER_HOUR = 900;
const A_DAY = 86_400;

export function getId(context: IdentityContext, body: Body): Json {
  const violations = new Violations();
  violations.optional('accountId', body.text('AccountId'), { min: 1, max: 15, pattern: /^\d+$/ });
  violations.check();
  const pool = poolOf(context, poolId(body));
  const logins = loginsOf(body);
  const { registry } = context;
  if (!Object.keys(logins).length) {
    allowGuests(pool);
    return { IdentityId: registry.create(pool).id };
  }
  const proven = prove(registry, pool, logins, proof(context));
  return { IdentityId: settleLogins(registry, pool, proven.identities[0] ?? registry.create(pool), proven).id };
}

export function getOpenIdToken(context: IdentityContext, body: Body): Json {
  const { pool, identity } = authenticate(context, body);
  return { IdentityId: identity.id, Token: tokenFor(context, pool, identity, TEN_MINUTES) };
}

export function getCredentialsForIdentity(context: IdentityContext, body: Body): Json {
  const { pool, identity } = authenticate(context, body);
  const session = { kind: 'identity', pool: pool.settings.IdentityPoolId, identity: identity.id } as const;
  const vended = context.credentials.vend(session, context.settings.credentialsLifetimeMs);
  return {
    Credentials: {
      AccessKeyId: vended.accessKeyId,
      Expiration: vended.expiration,
      SecretKey: vended.secretAccessKey,
      SessionToken: vended.sessionToken,
    },
    IdentityId: identity.id,
  };
}

export function getOpenIdTokenForDeveloperIdentity(context: IdentityContext, body: Body): Json {
  const pool = poolOf(context, poolId(body));
  const seconds = body.whole('TokenDuration');
  const violations = new Violations();
  if (seconds !== undefined) violations.between('tokenDuration', seconds, 1, A_DAY);
  if (!body.map('Logins')) violations.missing('logins');
  violations.check();
  const { [pool.settings.DeveloperProviderName ?? '']: user, ...others } = loginsOf(body);
  if (user === undefined) throw invalidParameter('Please provide a valid developer provider.');
  const identity = developerIdentity(context, pool, body, user);
  const proven = prove(context.registry, pool, others, proof(context));
  const settled = settleLogins(context.registry, pool, identity, {
    ...proven,
    identities: [identity, ...proven.identities],
  });
  return { IdentityId: settled.id, Token: tokenFor(context, pool, settled, seconds ?? A_QUARTER_HOUR) };
}

export function mergeDeveloperIdentities(context: IdentityContext, body: Body): Json {
  const pool = poolOf(context, poolId(body));
  const { registry } = context;
  const violations = new Violations();
  for (const [member, shown] of [
    ['SourceUserIdentifier', 'sourceUserIdentifier'],
    ['DestinationUserIdentifier', 'destinationUserIdentifier'],
    ['DeveloperProviderName', 'developerProviderName'],
  ] as const) {
    violations.text(shown, body.text(member), { min: 1, max: 1024 });
  }
  violations.check();
  const provider = body.text('DeveloperProviderName') ?? '';
  if (provider !== pool.settings.DeveloperProviderName)
    throw invalidParameter('Please provide a valid developer provider.');
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

/** The identity of a developer's user: found by the user, or the one named in the call, or a new one. */
function developerIdentity({ registry }: IdentityContext, pool: Pool, body: Body, user: string): Identity {
  const provider = pool.settings.DeveloperProviderName ?? '';
  const registered = registry.byLogin(pool, provider, user);
  const wanted = body.text('IdentityId');
  const named = wanted === undefined ? undefined : pool.identities.get(wanted);
  if (wanted !== undefined && !named) throw resourceNotFound(`Identity '${wanted}' not found.`);
  if (registered && named && registry.present(pool, named) !== registered) throw alreadyRegistered();
  if (registered) return registered;
  const identity = named ? registry.present(pool, named) : registry.create(pool);
  registry.link(pool, identity, provider, user);
  return identity;
}

/** The identity that a call without a signature may act for: a guest, or one whose logins the call brings. */
function authenticate(context: IdentityContext, body: Body): { pool: Pool; identity: Identity } {
  const { registry } = context;
  const id = identityId(body);
  const found = registry.find(id);
  if (!found) throw resourceNotFound(`Identity '${id}' not found.`);
  const { pool } = found;
  const named = registry.present(pool, found.identity);
  const proven = prove(registry, pool, loginsOf(body), proof(context));
  const claimed = proven.identities.length + proven.unknown.length > 0;
  const linked = Object.keys(named.logins).length > 0;
  // Only a guest may be taken over by a login that it did not have.
  if (linked && !proven.identities.includes(named)) throw notAuthorized(`Access to Identity '${id}' is forbidden.`);
  if (!claimed) allowGuests(pool);
  return { pool, identity: claimed ? settleLogins(registry, pool, named, proven) : named };
}

function tokenFor({ store, clock }: IdentityContext, pool: Pool, identity: Identity, seconds: number): string {
  const iat = Math.floor(clock.now() / 1000);
  const amr = Object.keys(identity.logins).length
    ? ['authenticated', ...Object.keys(identity.logins)]
    : ['unauthenticated'];
  const claims = {
    sub: identity.id,
    aud: pool.settings.IdentityPoolId,
    amr,
    iss: `https://${COGNITO_IDENTITY}`,
    iat,
    exp: iat + seconds,
  };
  return openIdToken(claims, store.state.secret);
}

function loginsOf(body: Body): Record<string, string> {
  const logins = body.map('Logins') ?? {};
  const violations = new Violations();
  violations.between('logins', Object.keys(logins).length, 0, 10);
  violations.check();
  return logins;
}

function allowGuests({ settings }: Pool): void {
  if (!settings.AllowUnauthenticatedIdentities) {
    throw notAuthorized('Unauthenticated access is not supported for this identity pool.');
  }
}

const proof = ({ store, clock }: IdentityContext) => ({ secret: store.state.secret, now: clock.now() });
