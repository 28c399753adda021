import { invalidResponse } from './error';
import type { HttpResponse } from './http';

function isObject(value: unknown): value is { [member: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The range of a Date, in ms from the epoch. */
const LAST_DATE_MS = 8.64e15;

function isoOf(epochSeconds: number): string | number {
  const ms = Math.round(epochSeconds * 1000);
  return Math.abs(ms) <= LAST_DATE_MS ? new Date(ms).toISOString() : epochSeconds;
}

/** Leaves out what is null, turns timestamps into ISO 8601, and keeps every member, known or not. */
function decoded(value: unknown, timestamps: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.filter((entry) => entry !== null).map((entry) => decoded(entry, timestamps));
  if (!isObject(value)) return value;
  const result: { [member: string]: unknown } = {};
  for (const name in value) {
    const member = value[name];
    if (member === null) continue;
    if (typeof member === 'object') result[name] = decoded(member, timestamps);
    else result[name] = typeof member === 'number' && timestamps.has(name) ? isoOf(member) : member;
  }
  return result;
}

/**
 * Reads the body of a successful answer; an empty one is an answer without members.
 * @param timestamps the members that hold epoch seconds, which become ISO 8601
 * @throws ConnectorError `InvalidResponse` when it is no JSON object
 */
export function decodeJson<Output extends object>(
  operation: string,
  response: HttpResponse,
  timestamps: ReadonlySet<string>,
): Output {
  if (response.body.trim() === '') return {} as Output;
  let parsed: unknown;
  try {
    parsed = JSON.parse(response.body);
  } catch {
    throw invalidResponse(operation, response);
  }
  if (!isObject(parsed)) throw invalidResponse(operation, response);
  return decoded(parsed, timestamps) as Output;
}
