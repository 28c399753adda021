import { quoted, ServiceError } from '../errors';
import type { Answer, Exchange, Protocol } from '../http/protocol';
import type { WireRequest } from '../sigv4';
import { failure } from './answers';
import { assumeRole } from './assume-role';
import { assumeRoleWithWebIdentity } from './assume-role-with-web-identity';
import type { TokenContext, TokenOperation } from './context';
import { getCallerIdentity } from './get-caller-identity';

const VERSION = '2011-06-15';

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
    if (!run || form.get('Version') !== VERSION) {
      const came = `Could not find operation ${quoted(action)} for version ${quoted(form.get('Version') ?? '')}`;
      const known = `Known for version ${VERSION}: ${Object.keys(OPERATIONS).join(', ')}.`;
      throw new ServiceError('InvalidAction', 400, `${came}. ${known}`);
    }
    return { operation: action, run: () => run(this.context, { request, form }) };
  }

  fail(error: ServiceError): Answer {
    return failure(error);
  }
}
