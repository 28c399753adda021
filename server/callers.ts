import { ServiceError, notAuthorized } from './errors';

/** Who signed a request. */
export type Caller = Developer | IdentitySession;

/** The account's own credentials: an access key, or temporary ones of a role. */
export interface Developer {
  readonly kind: 'developer';
  readonly arn: string;
  readonly deny: readonly string[];
}

/** Credentials vended by Cognito Identity for one identity. */
export interface IdentitySession {
  readonly kind: 'identity';
  readonly arn: string;
  readonly poolId: string;
  readonly identityId: string;
}

export type Authorisation = 'developer' | 'identity' | 'either';

export interface Permission {
  /** IAM's prefix, such as `cognito-sync`. */
  readonly service: string;
  readonly operation: string;
  readonly authorisation: Authorisation;
  readonly poolId: string | undefined;
  readonly identityId: string | undefined;
  /** The ARN of what the call is about. */
  readonly resource: string;
}

/** @throws ServiceError when these credentials may not make this call. */
export function authorise(caller: Caller, wanted: Permission): void {
  if (caller.kind === 'developer') {
    if (caller.deny.includes('*') || caller.deny.includes(wanted.operation)) throw accessDenied(caller, wanted);
    if (wanted.authorisation === 'identity') {
      throw notAuthorized(`${wanted.operation} needs credentials that Cognito Identity vended for the identity.`);
    }
    return;
  }
  if (wanted.authorisation === 'developer') throw notAuthorized(`${wanted.operation} needs developer credentials.`);
  if (wanted.poolId !== caller.poolId || wanted.identityId !== caller.identityId) {
    throw notAuthorized('Access to the identity is not allowed with these credentials.');
  }
}

function accessDenied(caller: Caller, { service, operation, resource }: Permission): ServiceError {
  const action = `${service}:${operation}`;
  return new ServiceError(
    'AccessDeniedException',
    403,
    `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`,
  );
}
