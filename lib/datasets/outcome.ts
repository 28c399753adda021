import type { Answer } from '../aws/call';
import { ConnectorError } from '../error';

/** What becomes of calls that must not be repeated blindly, in the words that all of them share. */

/** An answer; `recovered` when the call's own answer was lost and its effect was found afterwards. */
export interface Outcome<Output> extends Answer<Output> {
  readonly recovered?: boolean;
}

/** No answer, or none of AWS's own, or one that does not say whether anything was done: the call may have taken effect. */
export function isUnclear(error: unknown): error is ConnectorError {
  return error instanceof ConnectorError && error.retry === 'if idempotent';
}

/**
 * Whether the attempt that ended with an unclear failure may still be under way and take effect later. It may not once AWS
 * itself has answered it, which the exception's name and the request id show.
 */
export function mayStillArrive({ name, requestId }: ConnectorError): boolean {
  return requestId === undefined || name === 'InvalidResponse';
}

/** Somebody wrote first. The text is checked too, since one client got it under another name (aws-sdk-net issue 430). */
export function isConflict(error: unknown): error is ConnectorError {
  if (!(error instanceof ConnectorError)) return false;
  return (
    error.name === 'ResourceConflictException' ||
    error.status === 409 ||
    error.text.startsWith('Current SyncCount for:')
  );
}

/** What cannot be known is said as such, and never handed to another attempt. */
export function outcomeUnknown(failure: ConnectorError, sent: string, advice: string): ConnectorError {
  const { operation, name, text, status, requestId } = failure;
  return new ConnectorError('OutcomeUnknown', {
    operation,
    message: `${sent} may or may not have taken effect: ${advice}; the failure was ${name}: ${text}`,
    status,
    requestId,
  });
}
