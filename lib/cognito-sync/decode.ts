import { invalidResponse } from '../aws/error';
import type { HttpResponse } from '../aws/http';
import { isObject } from './shape';

/** The timestamps among the members of all answers: epoch seconds on the wire, ISO 8601 in messages. */
export const TIMESTAMPS: ReadonlySet<string> = new Set([
  'BulkPublishCompleteTime',
  'BulkPublishStartTime',
  'CreationDate',
  'DeviceLastModifiedDate',
  'LastModifiedDate',
]);

/** Leaves out what is null, turns timestamps into ISO 8601, and keeps every member, known or not. */
function decoded(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decoded);
  if (!isObject(value)) return value;
  const result: { [member: string]: unknown } = {};
  for (const name in value) {
    const member = value[name];
    if (member === null) continue;
    if (typeof member === 'object') result[name] = decoded(member);
    else
      result[name] =
        typeof member === 'number' && TIMESTAMPS.has(name) ? new Date(member * 1000).toISOString() : member;
  }
  return result;
}

/**
 * Reads the body of a successful answer; an empty one is an answer without members.
 * @throws ConnectorError `InvalidResponse` when it is no JSON object
 */
export function decode<Output extends object>(operation: string, response: HttpResponse): Output {
  if (response.body.trim() === '') return {} as Output;
  let parsed: unknown;
  try {
    parsed = JSON.parse(response.body);
  } catch {
    throw invalidResponse(operation, response);
  }
  if (!isObject(parsed)) throw invalidResponse(operation, response);
  return decoded(parsed) as Output;
}
