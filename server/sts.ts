import { randomUUID } from 'node:crypto';
import { ServiceError } from './errors';
import { Violations } from './constraints';
import type { Clock } from './clock';
import type { Caller } from './callers';
import type { Credentials, TemporaryCredentials } from './credentials';
import { checkOpenIdToken, COGNITO_IDENTITY, type OpenIdClaims } from './identity/tokens';
import type { Answer, Exchange, Protocol } from './http/protocol';
import type { Settings } from './options';
import { verify, type WireRequest } from './sigv4';
import type { State } from './state/model';

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';

/** STS AssumeRole, AssumeRoleWithWebIdentity and GetCallerIdentity, in the Query protocol: a form in, XML out. */
export class SecurityTokenService implements Protocol {
  constructor(
    private readonly settings: Settings,
    private readonly clock: Clock,
    private readonly state: State,
    private readonly credentials: Credentials,
  ) {}

  open(request: WireRequest): Exchange {
    const form = new URLSearchParams(request.body.toString());
    const action = form.get('Action') ?? '';
    const run = OPERATIONS.get(action);
    if (!run || form.get('Version') !== '2011-06-15') {
      throw new ServiceError(
        'InvalidAction',
        400,
        `Could not find operation ${action} for version ${form.get('Version')}`,
      );
    }
    return { operation: action, run: () => this[run](request, form) };
  }

  fail(error: ServiceError): Answer {
    const body =
      `<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>${error.status < 500 ? 'Sender' : 'Receiver'}</Type>` +
      `<Code>${xml(QUERY_NAMES[error.name] ?? error.name)}</Code><Message>${xml(error.message)}</Message></Error><RequestId>${randomUUID()}</RequestId></ErrorResponse>`;
    return { status: error.status, contentType: 'text/xml', headers: { ...CORS, ...error.headers }, body };
  }

  private callerOf(request: WireRequest): Caller {
    const { settings, clock } = this;
    return verify(request, {
      service: 'sts',
      // The global endpoint, which SDKs of old take by default, is signed for us-east-1.
      region: request.headers.authorization?.includes('/us-east-1/sts/') ? 'us-east-1' : settings.region,
      now: clock.now(),
      maxSkewMs: settings.maxSkewMs,
      skewError: settings.assume.skewError,
      lookUp: this.credentials.lookUp,
    });
  }

  private getCallerIdentity(request: WireRequest): Answer {
    const { arn } = this.callerOf(request);
    const { accountId } = this.settings;
    const user = arn.includes(':user/') ? 'AIDALOCAL' : `AROALOCAL:${arn.slice(arn.lastIndexOf('/') + 1)}`;
    return answer(
      'GetCallerIdentity',
      `<Arn>${xml(arn)}</Arn><UserId>${xml(user)}</UserId><Account>${accountId}</Account>`,
    );
  }

  /** The classic flow: an OpenID token of Cognito Identity for credentials of its identity, unsigned. Any role is good for it. */
  private assumeRoleWithWebIdentity(_: WireRequest, form: URLSearchParams): Answer {
    const roleArn = form.get('RoleArn') ?? undefined;
    const name = form.get('RoleSessionName') ?? undefined;
    const token = form.get('WebIdentityToken') ?? undefined;
    const seconds = Number(form.get('DurationSeconds') ?? 3600);
    const violations = new Violations();
    violations.text('roleArn', roleArn, { min: 20, max: 2048 });
    violations.text('roleSessionName', name, { min: 2, max: 64, pattern: /^[\w+=,.@-]*$/ });
    violations.text('webIdentityToken', token, { min: 4, max: 20_000, hidden: true });
    violations.between('durationSeconds', seconds, 900, 43_200);
    violations.check();
    const { sub, aud } = this.webIdentity(token ?? '');
    const vended = this.credentials.vend({ kind: 'identity', pool: aud, identity: sub }, seconds * 1000);
    const role = (roleArn ?? '').slice((roleArn ?? '').lastIndexOf('/') + 1);
    const arn = `arn:aws:sts::${this.settings.accountId}:assumed-role/${role}/${name}`;
    return answer(
      'AssumeRoleWithWebIdentity',
      `<SubjectFromWebIdentityToken>${xml(sub)}</SubjectFromWebIdentityToken><Audience>${xml(aud)}</Audience>` +
        `<Provider>${COGNITO_IDENTITY}</Provider>${assumed(name ?? '', arn)}${credentials(vended)}`,
    );
  }

  /** @throws ServiceError for a token that this server did not make, that is too old, or whose pool knows no classic flow. */
  private webIdentity(token: string): OpenIdClaims {
    let claims: OpenIdClaims;
    try {
      claims = checkOpenIdToken(token, this.state.secret, this.clock.now());
    } catch (error) {
      const { message } = error as Error;
      throw new ServiceError(
        message.includes('expired') ? 'ExpiredTokenException' : 'InvalidIdentityToken',
        400,
        message,
      );
    }
    if (!this.state.pools.get(claims.aud)?.identities.get(claims.sub)) {
      throw new ServiceError('InvalidIdentityToken', 400, 'The identity of the token is not there.');
    }
    return claims;
  }

  private assumeRole(request: WireRequest, form: URLSearchParams): Answer {
    const caller = this.callerOf(request);
    const roleArn = form.get('RoleArn') ?? undefined;
    const name = form.get('RoleSessionName') ?? undefined;
    const externalId = form.get('ExternalId') ?? undefined;
    const seconds = Number(form.get('DurationSeconds') ?? 3600);
    const violations = new Violations();
    violations.text('roleArn', roleArn, { min: 20, max: 2048 });
    violations.text('roleSessionName', name, { min: 2, max: 64, pattern: /^[\w+=,.@-]*$/ });
    violations.optional('externalId', externalId, { min: 2, max: 1224, pattern: /^[\w+=,.@:\\/-]*$/ });
    violations.between('durationSeconds', seconds, 900, 43_200);
    violations.check();
    const role = this.state.roles.get(roleArn ?? '');
    const denied = caller.kind === 'developer' && (caller.deny.includes('*') || caller.deny.includes('AssumeRole'));
    if (!role || denied || (role.externalId !== undefined && role.externalId !== externalId)) {
      throw new ServiceError(
        'AccessDenied',
        403,
        `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
      );
    }
    const session = { kind: 'role', roleArn: role.roleArn, name: name ?? '' } as const;
    const vended = this.credentials.vend(session, seconds * 1000);
    return answer('AssumeRole', assumed(session.name, this.credentials.arnOf(session)) + credentials(vended));
  }
}

const OPERATIONS = new Map([
  ['AssumeRole', 'assumeRole'],
  ['AssumeRoleWithWebIdentity', 'assumeRoleWithWebIdentity'],
  ['GetCallerIdentity', 'getCallerIdentity'],
] as const) as ReadonlyMap<string, 'assumeRole' | 'assumeRoleWithWebIdentity' | 'getCallerIdentity'>;

const CORS = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Expose-Headers': 'x-amzn-RequestId,Date' };

const answer = (operation: string, result: string): Answer => ({
  status: 200,
  contentType: 'text/xml',
  headers: CORS,
  body:
    `<${operation}Response xmlns="${NAMESPACE}"><${operation}Result>${result}</${operation}Result>` +
    `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></${operation}Response>`,
});

const assumed = (session: string, arn: string) =>
  `<AssumedRoleUser><AssumedRoleId>AROALOCAL:${xml(session)}</AssumedRoleId><Arn>${xml(arn)}</Arn></AssumedRoleUser>`;

const credentials = ({ accessKeyId, secretAccessKey, sessionToken, expiration }: TemporaryCredentials) =>
  `<Credentials><AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>${secretAccessKey}</SecretAccessKey>` +
  `<SessionToken>${sessionToken}</SessionToken><Expiration>${expiration.toISOString().replace('.000', '')}</Expiration></Credentials>`;

// The Query protocol has names of its own for what the JSON protocols say.
const QUERY_NAMES: Readonly<Record<string, string>> = {
  AccessDeniedException: 'AccessDenied',
  ExpiredTokenException: 'ExpiredToken',
  IncompleteSignatureException: 'IncompleteSignature',
  InternalErrorException: 'InternalFailure',
  InvalidParameterException: 'ValidationError',
  InvalidSignatureException: 'SignatureDoesNotMatch',
  MissingAuthenticationTokenException: 'MissingAuthenticationToken',
  TooManyRequestsException: 'Throttling',
  UnrecognizedClientException: 'InvalidClientTokenId',
};

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};
const xml = (text: string) => text.replace(/[&<>"']/g, (c) => ENTITIES[c] ?? c);
