import { createHmac, timingSafeEqual } from 'node:crypto';
import { providersOf, type Identity, type Pool } from '../state/model';
import type { IdentityContext } from './context';
import { notAuthorized } from './errors';

/** The provider name under which tokens of Cognito Identity itself are given back to it. */
export const COGNITO_IDENTITY = 'cognito-identity.amazonaws.com';

/** Claims of an OpenID token of this server; times in epoch seconds. */
export interface OpenIdClaims {
  readonly sub: string;
  readonly aud: string;
  readonly iss: string;
  readonly amr: readonly string[];
  readonly iat: number;
  readonly exp: number;
}

/** A token in JWT form. AWS signs with RS512 keys that it publishes; here one side makes and checks it, so a MAC does. */
function openIdToken(claims: OpenIdClaims, secret: string): string {
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `${signed}.${mac(signed, secret)}`;
}

/** The OpenID token of an identity, good for `seconds`. */
export function tokenFor({ store, clock }: IdentityContext, pool: Pool, identity: Identity, seconds: number): string {
  const iat = Math.floor(clock.now() / 1000);
  const providers = providersOf(identity);
  const claims = {
    sub: identity.id,
    aud: pool.settings.IdentityPoolId,
    amr: providers.length ? ['authenticated', ...providers] : ['unauthenticated'],
    iss: `https://${COGNITO_IDENTITY}`,
    iat,
    exp: iat + seconds,
  };
  return openIdToken(claims, store.state.secret);
}

/** @throws ServiceError for a token that this server did not make, or that has expired. `now` is in epoch milliseconds. */
export function checkOpenIdToken(token: string, secret: string, now: number): OpenIdClaims {
  const [header = '', payload = '', theirs = ''] = token.split('.');
  const ours = Buffer.from(mac(`${header}.${payload}`, secret));
  const given = Buffer.from(theirs);
  if (given.length !== ours.length || !timingSafeEqual(given, ours)) {
    throw notAuthorized('Invalid login token. Not a valid OpenId Connect identity token.');
  }
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as OpenIdClaims;
  const seconds = Math.floor(now / 1000);
  if (seconds >= claims.exp) throw notAuthorized(`Invalid login token. Token expired: ${claims.exp} >= ${seconds}`);
  return claims;
}

/** The user that a login token of another provider speaks of: the subject of a JWT, or any other text as it is. */
export function subjectOf(token: string): string {
  try {
    const { sub } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { sub?: unknown };
    return typeof sub === 'string' && sub ? sub : token;
  } catch {
    return token;
  }
}

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const mac = (text: string, secret: string) => createHmac('sha256', secret).update(`openid ${text}`).digest('base64url');
