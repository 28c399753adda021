import { Violations, type Body } from '../constraints';
import type { Json } from '../json';
import { providersOf, type Identity, type Pool } from '../state/model';
import { identityId, poolId, poolOf, type IdentityCall } from './context';
import { identityNotFound, invalidParameter, notAuthorized, publicProvider } from './errors';
import { loginsOf, proof, prove, linkLogins, type Proven } from './logins';
import { tokenFor } from './tokens';

const TEN_MINUTES = 600;

export function getId(context: IdentityCall, body: Body): Json {
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
  return { IdentityId: linkLogins(registry, pool, proven.identities[0] ?? registry.create(pool), proven).id };
}

export function getOpenIdToken(context: IdentityCall, body: Body): Json {
  const { pool, identity } = authenticate(context, body);
  return { IdentityId: identity.id, Token: tokenFor(context, pool, identity, TEN_MINUTES) };
}

export function getCredentialsForIdentity(context: IdentityCall, body: Body): Json {
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

/** Takes logins from an identity that the call has another or the same login of. */
export function unlinkIdentity(context: IdentityCall, body: Body): Json {
  const { registry } = context;
  const id = identityId(body);
  const providers = body.texts('LoginsToRemove');
  const violations = new Violations();
  if (!body.map('Logins')) violations.missing('logins');
  if (!providers) violations.missing('loginsToRemove');
  providers?.forEach((provider, i) =>
    violations.text(`loginsToRemove.${i + 1}.member`, provider, { min: 1, max: 128 }),
  );
  violations.check();
  const { pool, named, proven } = claim(context, body, id);
  if (!proven.identities.includes(named)) throw forbidden(id);
  const linked = providersOf(named);
  for (const provider of providers ?? []) {
    if (provider === pool.settings.DeveloperProviderName) throw publicProvider();
    if (!linked.includes(provider)) throw invalidParameter(`Identity '${id}' has no login of ${provider}.`);
  }
  for (const provider of providers ?? []) registry.unlink(pool, named, provider);
  return null;
}

/** The identity that a call without a signature may act for: a guest, or one whose logins the call brings. */
function authenticate(context: IdentityCall, body: Body): { pool: Pool; identity: Identity } {
  const id = identityId(body);
  const { pool, named, proven } = claim(context, body, id);
  const claimed = proven.identities.length + proven.unknown.length > 0;
  const linked = Object.keys(named.logins).length > 0;
  // Only a guest may be taken over by a login that it did not have.
  if (linked && !proven.identities.includes(named)) throw forbidden(id);
  if (!claimed) allowGuests(pool);
  return { pool, identity: claimed ? linkLogins(context.registry, pool, named, proven) : named };
}

/** The identity that a call names, and whom its logins speak of. */
function claim(context: IdentityCall, body: Body, id: string): { pool: Pool; named: Identity; proven: Proven } {
  const { registry } = context;
  const found = registry.find(id);
  if (!found) throw identityNotFound(id);
  const { pool } = found;
  const proven = prove(registry, pool, loginsOf(body), proof(context));
  return { pool, named: registry.present(pool, found.identity), proven };
}

function allowGuests({ settings }: Pool): void {
  if (!settings.AllowUnauthenticatedIdentities) {
    throw notAuthorized('Unauthenticated access is not supported for this identity pool.');
  }
}

const forbidden = (id: string) => notAuthorized(`Access to Identity '${id}' is forbidden.`);
