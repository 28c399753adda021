import { ServiceError } from '../errors';
import type { Answer } from '../http/protocol';
import { checkOpenIdToken, COGNITO_IDENTITY, type OpenIdClaims } from '../identity/tokens';
import { answer, assumed, xml } from './answers';
import { wantedRole, type TokenCall, type TokenContext } from './context';

/** The classic flow: an OpenID token of Cognito Identity for credentials of its identity, unsigned. Any role is good for it. */
export function assumeRoleWithWebIdentity(context: TokenContext, { form }: TokenCall): Answer {
  const { settings, credentials } = context;
  const token = form.get('WebIdentityToken') ?? undefined;
  const { roleArn, session, lifetimeMs } = wantedRole(form, (violations) =>
    violations.text('webIdentityToken', token, { min: 4, max: 20_000, hidden: true }),
  );
  const { sub, aud } = claimsOf(context, token ?? '');
  const vended = credentials.vend({ kind: 'identity', pool: aud, identity: sub }, lifetimeMs);
  const role = roleArn.slice(roleArn.lastIndexOf('/') + 1);
  const arn = `arn:aws:sts::${settings.accountId}:assumed-role/${role}/${session}`;
  return answer(
    'AssumeRoleWithWebIdentity',
    `<SubjectFromWebIdentityToken>${xml(sub)}</SubjectFromWebIdentityToken><Audience>${xml(aud)}</Audience>` +
      `<Provider>${COGNITO_IDENTITY}</Provider>${assumed({ session, arn }, vended)}`,
  );
}

/** @throws ServiceError for a token that this server did not make, that is too old, or whose identity is not there. */
function claimsOf({ state, clock }: TokenContext, token: string): OpenIdClaims {
  let claims: OpenIdClaims;
  try {
    claims = checkOpenIdToken(token, state.secret, clock.now());
  } catch (error) {
    const { message } = error as Error;
    throw new ServiceError(
      message.includes('expired') ? 'ExpiredTokenException' : 'InvalidIdentityToken',
      400,
      message,
    );
  }
  if (!state.pools.get(claims.aud)?.identities.get(claims.sub)) {
    throw new ServiceError('InvalidIdentityToken', 400, 'The identity of the token is not there.');
  }
  return claims;
}
