import type { Answer } from '../http/protocol';
import { answer, xml } from './answers';
import { callerOf, type TokenCall, type TokenContext } from './context';

export function getCallerIdentity(context: TokenContext, { request }: TokenCall): Answer {
  const { arn } = callerOf(context, request);
  const user = arn.includes(':user/') ? 'AIDALOCAL' : `AROALOCAL:${arn.slice(arn.lastIndexOf('/') + 1)}`;
  return answer(
    'GetCallerIdentity',
    `<Arn>${xml(arn)}</Arn><UserId>${xml(user)}</UserId><Account>${context.settings.accountId}</Account>`,
  );
}
