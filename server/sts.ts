import { ServiceError } from './errors';
import { Violations } from './constraints';
import type { Clock } from './clock';
import type { Credentials } from './credentials';
import type { Answer, Exchange, Protocol } from './http/protocol';
import type { Settings } from './options';
import { verify, type WireRequest } from './sigv4';
import type { State } from './state/model';

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';

/** STS AssumeRole, in the Query protocol: a form in, XML out. */
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
    if (action !== 'AssumeRole' || form.get('Version') !== '2011-06-15') {
      throw new ServiceError(
        'InvalidAction',
        400,
        `Could not find operation ${action} for version ${form.get('Version')}`,
      );
    }
    return { operation: action, run: () => this.assumeRole(request, form) };
  }

  fail(error: ServiceError): Answer {
    const body =
      `<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>${error.status < 500 ? 'Sender' : 'Receiver'}</Type>` +
      `<Code>${xml(QUERY_NAMES[error.name] ?? error.name)}</Code><Message>${xml(error.message)}</Message></Error></ErrorResponse>`;
    return { status: error.status, contentType: 'text/xml', headers: error.headers, body };
  }

  private assumeRole(request: WireRequest, form: URLSearchParams): Answer {
    const { settings, clock } = this;
    const caller = verify(request, {
      service: 'sts',
      // The global endpoint, which SDKs of old take by default, is signed for us-east-1.
      region: request.headers.authorization?.includes('/us-east-1/sts/') ? 'us-east-1' : settings.region,
      now: clock.now(),
      maxSkewMs: settings.maxSkewMs,
      skewError: settings.assume.skewError,
      lookUp: this.credentials.lookUp,
    });
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
    const body =
      `<AssumeRoleResponse xmlns="${NAMESPACE}"><AssumeRoleResult>` +
      `<AssumedRoleUser><AssumedRoleId>AROALOCAL:${xml(session.name)}</AssumedRoleId><Arn>${xml(this.credentials.arnOf(session))}</Arn></AssumedRoleUser>` +
      `<Credentials><AccessKeyId>${vended.accessKeyId}</AccessKeyId><SecretAccessKey>${vended.secretAccessKey}</SecretAccessKey>` +
      `<SessionToken>${vended.sessionToken}</SessionToken><Expiration>${vended.expiration.toISOString().replace('.000', '')}</Expiration></Credentials>` +
      `</AssumeRoleResult></AssumeRoleResponse>`;
    return { status: 200, contentType: 'text/xml', body };
  }
}

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
