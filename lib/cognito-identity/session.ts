import type { Trace } from '../aws/call';
import { Sessions, sessionKey, type Expiring } from '../aws/sessions';
import type { Credentials } from '../aws/sign';
import { ConnectorError } from '../error';
import type { CognitoIdentity } from './client';
import { GetCredentialsForIdentity, GetId, GetOpenIdTokenForDeveloperIdentity, type Logins } from './model';

/** Whom an identity belongs to: a user of the developer's own provider, somebody with tokens of login providers, or nobody. */
export type Owner =
  | { readonly provider: string; readonly userIdentifier: string }
  | { readonly logins: Logins }
  | { readonly guest: true };

/** The identity that is asked for. Without `identityId` it is found by its owner, and made where there is none yet. */
export interface IdentityQuery {
  readonly poolId: string;
  readonly owner: Owner;
  readonly identityId?: string | undefined;
}

/** An identity with proof that the caller may act as it. */
interface Proof {
  readonly identityId: string;
  readonly logins?: Logins;
  /** Of the call that returned it, if one was needed. */
  readonly trace?: Trace;
}

/** Temporary credentials of an identity. */
export interface IdentitySession extends Expiring {
  /** May differ from the one asked for: identities that turn out to be one are merged. */
  readonly identityId: string;
  readonly credentials: Credentials;
}

export interface IdentitySessionSource {
  current(): Promise<IdentitySession>;
  /** Fetches a new session after AWS called the credentials of `expired` expired. */
  renew(expired: IdentitySession): Promise<IdentitySession>;
}

/** The provider under which Cognito Identity takes its own tokens back. */
const COGNITO = 'cognito-identity.amazonaws.com';

const sessions = new Sessions<IdentitySession>();

/** Nothing of the answer is quoted: it holds tokens or credentials. */
function incomplete(operation: string, requestId: string | undefined, missing: string): ConnectorError {
  return new ConnectorError('InvalidResponse', {
    operation,
    message: `expected ${missing}, got an answer without it`,
    requestId,
    retry: 'if idempotent',
  });
}

/**
 * Finds the identity of an owner, or makes one.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/authentication-flow.html
 * @throws ConnectorError
 */
export async function identify(client: CognitoIdentity, { poolId, owner, identityId }: IdentityQuery): Promise<Proof> {
  if ('provider' in owner) {
    const { output, trace } = await client.send(GetOpenIdTokenForDeveloperIdentity, {
      IdentityPoolId: poolId,
      Logins: { [owner.provider]: owner.userIdentifier },
      ...(identityId ? { IdentityId: identityId } : {}),
    });
    const { IdentityId, Token } = output;
    if (!IdentityId || !Token) {
      throw incomplete(GetOpenIdTokenForDeveloperIdentity.name, trace.requestId, 'an identity and a token');
    }
    return { identityId: IdentityId, logins: { [COGNITO]: Token }, trace };
  }
  const proof = 'logins' in owner ? { logins: owner.logins } : {};
  if (identityId) return { identityId, ...proof };
  const { output, trace } = await client.send(GetId, {
    IdentityPoolId: poolId,
    ...('logins' in owner ? { Logins: owner.logins } : {}),
  });
  if (!output.IdentityId) throw incomplete(GetId.name, trace.requestId, 'an identity');
  return { identityId: output.IdentityId, ...proof, trace };
}

async function open(client: CognitoIdentity, query: IdentityQuery): Promise<IdentitySession> {
  const { identityId, logins } = await identify(client, query);
  const { output, trace } = await client.send(GetCredentialsForIdentity, {
    IdentityId: identityId,
    ...(logins ? { Logins: logins } : {}),
  });
  const { AccessKeyId, SecretKey, SessionToken, Expiration = '' } = output.Credentials ?? {};
  const expiresMs = Date.parse(Expiration);
  if (!AccessKeyId || !SecretKey || !SessionToken || Number.isNaN(expiresMs)) {
    throw incomplete(GetCredentialsForIdentity.name, trace.requestId, 'credentials with the time of their end');
  }
  return {
    identityId: output.IdentityId ?? identityId,
    credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretKey, sessionToken: SessionToken },
    expiresMs,
  };
}

/**
 * The sessions of an identity, shared by all messages of the process.
 * @param tenant distinguishes credentials of the connector: what one has obtained must not serve another
 */
export function identitySessions(client: CognitoIdentity, query: IdentityQuery, tenant: string): IdentitySessionSource {
  const key = sessionKey(tenant, query);
  const fetch = () => open(client, query);
  return {
    current: () => sessions.get(key, fetch),
    renew: (expired) => sessions.renew(key, expired, fetch),
  };
}
