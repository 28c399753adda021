import { ServiceError } from '../errors';
import type { Answer, Exchange, Protocol } from '../http/protocol';
import type { WireRequest } from '../sigv4';
import { failure } from './answers';
import { assumeRole } from './assume-role';
import { assumeRoleWithWebIdentity } from './assume-role-with-web-identity';
import type { TokenContext, TokenOperation } from './context';
import { getCallerIdentity } from './get-caller-identity';

const OPERATIONS: Readonly<Record<string, TokenOperation>> = {
  AssumeRole: assumeRole,
  AssumeRoleWithWebIdentity: assumeRoleWithWebIdentity,
  GetCallerIdentity: getCallerIdentity,
};

/** STS, as much of it as clients of Cognito Sync need, in the Query protocol: a form in, XML out. */
export class SecurityTokenService implements Protocol {
  constructor(private readonly context: TokenContext) {}

  open(request: WireRequest): Exchange {
    const form = new URLSearchParams(request.body.toString());
    const action = form.get('Action') ?? '';
    const run = Object.hasOwn(OPERATIONS, action) ? OPERATIONS[action] : undefined;
    if (!run || form.get('Version') !== '2011-06-15') {
      throw new ServiceError(
        'InvalidAction',
        400,
        `Could not find operation ${action} for version ${form.get('Version')}`,
      );
    }
    return { operation: action, run: () => run(this.context, { request, form }) };
  }

  fail(error: ServiceError): Answer {
    return failure(error);
  }
}
