import { ANY_CLIENT, type Identity, type Pool } from '../state/model';
import { Violations, type Body } from '../constraints';
import type { IdentityCall } from './context';
import { notAuthorized, publicProvider } from './errors';
import { checkAudience, TokenRefused, type Checked, type Providers } from './providers';
import type { Registry } from './registry';
import { checkOpenIdToken, COGNITO_IDENTITY, subjectOf } from './tokens';

export interface Proof {
  readonly secret: string;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly users: Users;
}

/** Logins of providers that the server checks, by name: what was found. */
export type Users = ReadonlyMap<string, Checked | TokenRefused>;

/** Checks those logins of a body that the server checks, before anything is done: looking for keys takes a while. */
export async function checkLogins(providers: Providers, logins: Readonly<Record<string, string>>): Promise<Users> {
  const users = new Map<string, Checked | TokenRefused>();
  for (const [name, token] of Object.entries(logins)) {
    const provider = providers.named(name);
    if (provider) users.set(name, await providers.check(provider, token).catch(refused));
  }
  return users;
}

function refused(error: unknown): TokenRefused {
  if (error instanceof TokenRefused) return error;
  throw error;
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
  const { IdentityPoolId, DeveloperProviderName } = pool.settings;
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
    if (!isSupported(pool, provider)) {
      throw notAuthorized('Token is not from a supported provider of this identity pool.');
    }
    const user = userOf({ pool, proof }, provider, token);
    const identity = registry.byLogin(pool, provider, user);
    if (identity) identities.add(identity);
    else unknown.push({ provider, user });
  }
  return { identities: [...identities], unknown };
}

/** Whether a pool takes logins of that name. */
function isSupported({ settings }: Pool, provider: string): boolean {
  return (
    Object.hasOwn(settings.SupportedLoginProviders, provider) ||
    settings.CognitoIdentityProviders.some(({ ProviderName }) => ProviderName === provider) ||
    settings.OpenIdConnectProviderARNs.some((arn) => arn.endsWith(`:oidc-provider/${provider}`)) ||
    settings.SamlProviderARNs.includes(provider)
  );
}

/** Ids of clients that a pool names for a provider. */
function clientIds({ settings }: Pool, provider: string): string[] {
  const { SupportedLoginProviders: apps, CognitoIdentityProviders: userPools } = settings;
  const own = Object.hasOwn(apps, provider) ? (apps[provider] ?? '').split(';') : [];
  const ofUserPools = userPools.filter(({ ProviderName }) => ProviderName === provider).map(({ ClientId }) => ClientId);
  return [...own, ...ofUserPools].filter((id): id is string => id !== null && id !== ANY_CLIENT);
}

function userOf({ pool, proof }: { pool: Pool; proof: Proof }, provider: string, token: string): string {
  if (!token) throw notAuthorized('Invalid login token. It is blank.');
  const checked = proof.users.get(provider);
  if (!checked) return subjectOf(token);
  try {
    if (checked instanceof TokenRefused) throw checked;
    checkAudience(checked, clientIds(pool, provider));
    return checked.sub;
  } catch (error) {
    throw error instanceof TokenRefused ? notAuthorized(`Invalid login token. ${error.message}.`) : error;
  }
}

/**
 * The identity that all the logins and the named identity come down to: logins new to the pool are linked to it, and when
 * they belong to several identities these become one.
 */
export function linkLogins(registry: Registry, pool: Pool, named: Identity, proven: Proven): Identity {
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

export const proof = ({ store, clock, users }: IdentityCall): Proof => ({
  secret: store.state.secret,
  now: clock.now(),
  users,
});
