import { ServiceError } from '../errors';
import type { Answer } from '../http/protocol';
import { answer, assumed } from './answers';
import { callerOf, wantedRole, type TokenCall, type TokenContext } from './context';

export function assumeRole(context: TokenContext, { request, form }: TokenCall): Answer {
  const { state, credentials } = context;
  const caller = callerOf(context, request);
  const externalId = form.get('ExternalId') ?? undefined;
  const { roleArn, session, lifetimeMs } = wantedRole(form, (violations) =>
    violations.optional('externalId', externalId, { min: 2, max: 1224, pattern: /^[\w+=,.@:\\/-]*$/ }),
  );
  const role = state.roles.get(roleArn);
  const denied = caller.kind === 'developer' && (caller.deny.includes('*') || caller.deny.includes('AssumeRole'));
  if (!role || denied || (role.externalId !== undefined && role.externalId !== externalId)) {
    throw new ServiceError(
      'AccessDenied',
      403,
      `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
    );
  }
  const vended = { kind: 'role', roleArn, name: session } as const;
  const whom = { session, arn: credentials.arnOf(vended) };
  return answer('AssumeRole', assumed(whom, credentials.vend(vended, lifetimeMs)));
}
