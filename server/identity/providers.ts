import type { JWTPayload, JWTVerifyGetKey } from 'jose';
import type { Clock } from '../clock';
import type { LoginProvider } from '../options';

/** Longer than any issuer should take, and shorter than clients wait. */
const PATIENCE_MS = 5_000;

/** What a token says, once it has been checked. */
export interface Checked {
  readonly sub: string;
  /** What it was made for: the ids of clients. */
  readonly aud: readonly string[];
  /** What its provider's tokens may be made for, where nobody else says so. */
  readonly audiences: readonly string[];
}

/** Why a token does not hold. The message says which check failed, and nothing of the token. */
export class TokenRefused extends Error {
  constructor(
    readonly reason: 'expired' | 'invalid' | 'unreachable',
    message: string,
  ) {
    super(message);
  }
}

/** Login providers whose tokens are checked: JSON Web Tokens, by the keys that their issuer publishes. */
export class Providers {
  private readonly byName: ReadonlyMap<string, LoginProvider>;
  private readonly keys = new Map<string, Promise<JWTVerifyGetKey>>();

  constructor(
    providers: readonly LoginProvider[],
    private readonly clock: Clock,
  ) {
    this.byName = new Map(providers.map((provider) => [provider.name, provider]));
  }

  named(name: string): LoginProvider | undefined {
    return this.byName.get(name);
  }

  /** The provider that a token says it comes from; whether that is true is for `check` to find out. */
  async of(token: string): Promise<LoginProvider | undefined> {
    if (!this.byName.size) return undefined;
    const { decodeJwt } = await import('jose');
    try {
      const { iss } = decodeJwt(token);
      return [...this.byName.values()].find(({ issuer }) => issuer === iss);
    } catch {
      return undefined;
    }
  }

  /** Checks signature, issuer and expiry; the audience is for `checkAudience`. @throws TokenRefused */
  async check(provider: LoginProvider, token: string): Promise<Checked> {
    const { errors, jwtVerify } = await import('jose');
    const { issuer } = provider;
    const now = this.clock.now();
    try {
      const getKey = await this.keysOf(provider);
      const options = { issuer, currentDate: new Date(now), requiredClaims: ['exp', 'sub', 'aud'] };
      const { payload } = await jwtVerify(token, getKey, options);
      return { sub: subjectOf(payload), aud: [payload.aud ?? []].flat(), audiences: provider.audiences };
    } catch (error) {
      if (error instanceof TokenRefused) throw error;
      if (error instanceof errors.JWTExpired) {
        throw new TokenRefused('expired', `Token expired: ${error.payload.exp} <= ${Math.floor(now / 1000)}`);
      }
      if (error instanceof errors.JOSEError) {
        const text = TEXTS[error.code] ?? (() => undefined);
        const message = text(issuer, error as { claim?: unknown });
        if (message !== undefined) throw new TokenRefused('invalid', message);
      }
      throw unreachable(`Keys of ${issuer}`, error);
    }
  }

  /** A function that finds the key of a token, reading the issuer's keys anew when it knows none that fits. */
  private keysOf({ issuer }: LoginProvider): Promise<JWTVerifyGetKey> {
    const known = this.keys.get(issuer);
    if (known) return known;
    const keys = discover(issuer);
    this.keys.set(issuer, keys);
    keys.catch(() => this.keys.delete(issuer));
    return keys;
  }
}

/** @throws TokenRefused for a token made for none of those wanted, or else of the provider's; where nobody names any, each will do. */
export function checkAudience({ aud, audiences: usual }: Checked, wanted: readonly string[] = []): void {
  const audiences = wanted.length ? wanted : usual;
  if (!audiences.length || aud.some((each) => audiences.includes(each))) return;
  throw new TokenRefused('invalid', `Incorrect token audience: expected ${audiences.join(' or ')}`);
}

/** How logins are taken, in lines for the start of the server. */
export const loginNotes = (providers: readonly LoginProvider[] = []): string[] => [
  ...providers.map(
    ({ name, issuer, audiences }) =>
      `Logins of ${name}: tokens of ${issuer}, for ${audiences.length ? audiences.join(' or ') : "the pool's client ids"}`,
  ),
  `Logins${providers.length ? ' of other providers' : ''}: a token stands for the user it names, unchecked`,
];

/** Reads where an issuer has its keys (OpenID Connect Discovery 1.0, section 4). */
async function discover(issuer: string): Promise<JWTVerifyGetKey> {
  const { createRemoteJWKSet } = await import('jose');
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  let found: { issuer?: unknown; jwks_uri?: unknown };
  try {
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(PATIENCE_MS) });
    if (response.status !== 200) throw new Error(`HTTP ${response.status}`);
    found = (await response.json()) as typeof found;
  } catch (error) {
    throw unreachable(`The configuration of ${issuer}`, error);
  }
  if (found?.issuer !== issuer) {
    throw new TokenRefused('invalid', `The configuration of ${issuer} is that of another issuer`);
  }
  if (typeof found.jwks_uri !== 'string' || !URL.canParse(found.jwks_uri)) {
    throw new TokenRefused('invalid', `The configuration of ${issuer} names no keys (jwks_uri)`);
  }
  // Whoever tries their own issuer changes its keys at will, so an unknown key is looked for at once.
  return createRemoteJWKSet(new URL(found.jwks_uri), { timeoutDuration: PATIENCE_MS, cooldownDuration: 0 });
}

type Text = (issuer: string, error: { readonly claim?: unknown }) => string;

/** Claims that the check itself names. */
const CLAIMS: Readonly<Record<string, (issuer: string) => string>> = {
  iss: (issuer) => `Incorrect token issuer: expected ${issuer}`,
  nbf: () => 'Token is not valid yet (nbf)',
};

const invalid: Text = () => 'Not a JSON Web Token';
const unsuited: Text = (issuer) => `Signature is of a kind that keys of ${issuer} do not make`;

const TEXTS: Readonly<Record<string, Text>> = {
  ERR_JWS_INVALID: invalid,
  ERR_JWT_INVALID: invalid,
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: (issuer) => `Signature is by no key of ${issuer}`,
  ERR_JWKS_NO_MATCHING_KEY: (issuer) => `Signature is by no key of ${issuer}`,
  ERR_JWKS_MULTIPLE_MATCHING_KEYS: (issuer) => `Token names no key (kid), and ${issuer} has several`,
  ERR_JOSE_ALG_NOT_ALLOWED: unsuited,
  ERR_JOSE_NOT_SUPPORTED: unsuited,
  ERR_JWT_CLAIM_VALIDATION_FAILED: (issuer, { claim }) =>
    CLAIMS[String(claim)]?.(issuer) ?? `Token lacks a claim or has a wrong one: ${String(claim)}`,
};

function subjectOf({ sub }: JWTPayload): string {
  if (!sub) throw new TokenRefused('invalid', 'Token names nobody (sub)');
  return sub;
}

/** Says what could not be read and why, in one line. */
function unreachable(what: string, error: unknown): TokenRefused {
  const { message, cause } = error as { message: string; cause?: { code?: string; message?: string } };
  const why = cause?.code ?? cause?.message ?? message;
  return new TokenRefused('unreachable', `${what} could not be read: ${why}`);
}
