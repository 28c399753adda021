import { ServiceError } from '../errors';
import type { Answer } from '../http/protocol';
import { checkAudience, TokenRefused, type Checked, type Providers } from '../identity/providers';
import { checkOpenIdToken, COGNITO_IDENTITY, type OpenIdClaims } from '../identity/tokens';
import type { LoginProvider } from '../options';
import { answer, assumed, xml } from './answers';
import { wantedRole, type TokenCall, type TokenContext, type WantedRole } from './context';

/**
 * Unsigned. An OpenID token of Cognito Identity gets credentials of its identity, the classic flow, and any role is good for it.
 * A token of a provider that the server checks gets those of a role that the server was told of.
 */
export async function assumeRoleWithWebIdentity(context: TokenContext, { form }: TokenCall): Promise<Answer> {
  const token = form.get('WebIdentityToken') ?? undefined;
  const wanted = wantedRole(form, (violations) =>
    violations.text('webIdentityToken', token, { min: 4, max: 20_000, hidden: true }),
  );
  const provider = await context.providers.of(token ?? '');
  return provider ? ofProvider(context, wanted, provider, token ?? '') : ofIdentity(context, wanted, token ?? '');
}

function ofIdentity(context: TokenContext, { roleArn, session, lifetimeMs }: WantedRole, token: string): Answer {
  const { sub, aud } = claimsOf(context, token);
  const vended = context.credentials.vend({ kind: 'identity', pool: aud, identity: sub }, lifetimeMs);
  const arn = context.credentials.arnOf({ kind: 'role', roleArn, name: session });
  return webIdentity({ sub, aud, provider: COGNITO_IDENTITY }, assumed({ session, arn }, vended));
}

async function ofProvider(
  { providers, state, credentials }: TokenContext,
  { roleArn, session, lifetimeMs }: WantedRole,
  provider: LoginProvider,
  token: string,
): Promise<Answer> {
  const checked = await checkedToken(providers, provider, token);
  const role = state.roles.get(roleArn);
  // A role with an external id is for AssumeRole, which alone can give one.
  if (!role || role.externalId !== undefined) {
    throw new ServiceError('AccessDenied', 403, 'Not authorized to perform sts:AssumeRoleWithWebIdentity');
  }
  const whom = { kind: 'role', roleArn, name: session } as const;
  const keys = assumed({ session, arn: credentials.arnOf(whom) }, credentials.vend(whom, lifetimeMs));
  return webIdentity({ sub: checked.sub, aud: checked.aud[0] ?? '', provider: provider.name }, keys);
}

async function checkedToken(providers: Providers, provider: LoginProvider, token: string): Promise<Checked> {
  try {
    const checked = await providers.check(provider, token);
    checkAudience(checked);
    return checked;
  } catch (error) {
    throw error instanceof TokenRefused ? refusal(error) : error;
  }
}

const webIdentity = ({ sub, aud, provider }: { sub: string; aud: string; provider: string }, keys: string) =>
  answer(
    'AssumeRoleWithWebIdentity',
    `<SubjectFromWebIdentityToken>${xml(sub)}</SubjectFromWebIdentityToken><Audience>${xml(aud)}</Audience>` +
      `<Provider>${xml(provider)}</Provider>${keys}`,
  );

const NAMES = {
  expired: 'ExpiredTokenException',
  invalid: 'InvalidIdentityToken',
  unreachable: 'IDPCommunicationError',
} as const;

const refusal = ({ reason, message }: TokenRefused) => new ServiceError(NAMES[reason], 400, message);

/** @throws ServiceError for a token that this server did not make, that is too old, or whose identity is not there. */
function claimsOf({ state, clock }: TokenContext, token: string): OpenIdClaims {
  let claims: OpenIdClaims;
  try {
    claims = checkOpenIdToken(token, state.secret, clock.now());
  } catch (error) {
    const { message } = error as Error;
    throw new ServiceError(message.includes('expired') ? NAMES.expired : NAMES.invalid, 400, message);
  }
  if (!state.pools.get(claims.aud)?.identities.get(claims.sub)) {
    throw new ServiceError('InvalidIdentityToken', 400, 'The identity of the token is not there.');
  }
  return claims;
}
