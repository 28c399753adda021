import type { HttpResponse } from '../aws/http';
import { decodeJson } from '../aws/json';

/** The timestamps among the members of all answers: epoch seconds on the wire, ISO 8601 in messages. */
export const TIMESTAMPS: ReadonlySet<string> = new Set([
  'BulkPublishCompleteTime',
  'BulkPublishStartTime',
  'CreationDate',
  'DeviceLastModifiedDate',
  'LastModifiedDate',
]);

/**
 * Reads the body of a successful answer of Cognito Sync; an empty one is an answer without members.
 * @throws ConnectorError `InvalidResponse` when it is no JSON object
 */
export const decode = <Output extends object>(operation: string, response: HttpResponse): Output =>
  decodeJson(operation, response, TIMESTAMPS);
