import type { Identity, Pool } from '../state/model';
import { Violations, type Body } from '../constraints';
import type { IdentityContext } from './context';
import { notAuthorized, publicProvider } from './errors';
import type { Registry } from './registry';
import { checkOpenIdToken, COGNITO_IDENTITY, subjectOf } from './tokens';

export interface Proof {
  readonly secret: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Logins of a call, provider to token, turned into whom they speak of. */
export interface Proven {
  /** Identities that the logins belong to, each once. */
  readonly identities: Identity[];
  /** Logins that belong to no identity yet. */
  readonly unknown: { provider: string; user: string }[];
}

/** @throws ServiceError for a provider that the pool does not take, or a token that does not hold. */
export function prove(registry: Registry, pool: Pool, logins: Readonly<Record<string, string>>, proof: Proof): Proven {
  const { IdentityPoolId, DeveloperProviderName, SupportedLoginProviders } = pool.settings;
  const identities = new Set<Identity>();
  const unknown: Proven['unknown'] = [];
  for (const [provider, token] of Object.entries(logins)) {
    if (provider === COGNITO_IDENTITY) {
      const { sub, aud } = checkOpenIdToken(token, proof.secret, proof.now);
      const identity = pool.identities.get(sub);
      if (aud !== IdentityPoolId || !identity)
        throw notAuthorized("Invalid login token. Issuer doesn't match the identity pool.");
      identities.add(registry.present(pool, identity));
      continue;
    }
    if (provider === DeveloperProviderName) throw publicProvider();
    if (!Object.hasOwn(SupportedLoginProviders, provider)) {
      throw notAuthorized('Token is not from a supported provider of this identity pool.');
    }
    if (!token) throw notAuthorized('Invalid login token. It is blank.');
    const user = subjectOf(token);
    const identity = registry.byLogin(pool, provider, user);
    if (identity) identities.add(identity);
    else unknown.push({ provider, user });
  }
  return { identities: [...identities], unknown };
}

/**
 * The identity that all the logins and the named identity come down to: logins new to the pool are linked to it, and when
 * they belong to several identities these become one.
 */
export function settleLogins(registry: Registry, pool: Pool, named: Identity, proven: Proven): Identity {
  const [first = named, ...others] = new Set(proven.identities);
  for (const other of others) registry.merge(pool, other, first);
  if (named !== first) registry.merge(pool, named, first);
  for (const { provider, user } of proven.unknown) registry.link(pool, first, provider, user);
  return first;
}

/** The Logins of a body, none when it has none. @throws ServiceError when there are too many. */
export function loginsOf(body: Body): Record<string, string> {
  const logins = body.map('Logins') ?? {};
  const violations = new Violations();
  violations.between('logins', Object.keys(logins).length, 0, 10);
  violations.check();
  return logins;
}

export const proof = ({ store, clock }: IdentityContext): Proof => ({ secret: store.state.secret, now: clock.now() });
