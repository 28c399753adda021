import type { ConnectorError } from '../error';
import { presentableWithin } from './input';
import { largestBodyBytes } from './message-size';

/** What a step does when AWS keeps refusing: the choices of the field `errorPolicy`, worded as elsewhere on the platform. */
export const ERROR_POLICIES = ['retry', 'rebound', 'emit', 'fail'] as const;
export type ErrorPolicy = (typeof ERROR_POLICIES)[number];

/** What an error takes at most: 2,000 characters of text, in JSON, and a few names. */
const ROOM_FOR_ERROR_BYTES = 20_000;

/**
 * An error as the body of a message, for a flow that branches on it, with the input that it is about: without tokens, and
 * shortened where the runtime would drop the message, which `inputIsShortened` says then.
 */
export function errorBody(error: ConnectorError, input: unknown) {
  const { name, text: message, status: statusCode, requestId, operation } = error;
  const most = largestBodyBytes(process.env) - ROOM_FOR_ERROR_BYTES;
  return { error: { name, message, statusCode, requestId, operation }, ...presentableWithin(input ?? {}, most) };
}
