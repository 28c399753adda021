import type { HttpResponse } from '../aws/http';
import { decodeJson } from '../aws/json';
import type { Operation } from './operation';

/** The timestamps among the members of all answers: epoch seconds on the wire, ISO 8601 in messages. */
export const TIMESTAMPS: ReadonlySet<string> = new Set([
  'BulkPublishCompleteTime',
  'BulkPublishStartTime',
  'CreationDate',
  'DeviceLastModifiedDate',
  'LastModifiedDate',
]);

/**
 * Reads the body of a successful answer.
 * @throws ConnectorError `InvalidResponse` when it is no JSON object, or empty where the operation answers something
 */
export function decode<Input extends object, Output extends object>(
  { name, answersNothing }: Operation<Input, Output>,
  response: HttpResponse,
): Output {
  if (answersNothing && response.body.trim() === '') return {} as Output;
  return decodeJson(name, response, TIMESTAMPS);
}
