import { invalidResponse } from './error';
import type { HttpResponse } from './http';
import { isoDate } from './iso-date';

/** An object with members: neither null nor a list. */
export function isObject(value: unknown): value is { [member: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Leaves out what is null, turns timestamps into ISO 8601, and keeps every member, known or not. It edits what was parsed, since
 * a copy of a page of 1,000 records costs as much as parsing half of it.
 */
function settle(value: object, timestamps: ReadonlySet<string>): object {
  if (Array.isArray(value)) {
    const entries: unknown[] = value;
    entries.forEach((entry, index) => {
      if (typeof entry === 'object' && entry !== null) entries[index] = settle(entry, timestamps);
    });
    return entries.includes(null) ? entries.filter((entry) => entry !== null) : entries;
  }
  const members = value as { [member: string]: unknown };
  let hasNull = false;
  for (const name in members) {
    const member = members[name];
    if (typeof member === 'number') {
      if (timestamps.has(name)) members[name] = isoDate(member);
    } else if (member === null) hasNull = true;
    else if (typeof member === 'object') members[name] = settle(member, timestamps);
  }
  return hasNull ? Object.fromEntries(Object.entries(members).filter(([, member]) => member !== null)) : members;
}

/**
 * Reads the body of a successful answer.
 * @param timestamps the members that hold epoch seconds, which become ISO 8601
 * @throws ConnectorError `InvalidResponse` when it is no JSON object
 */
export function decodeJson<Output extends object>(
  operation: string,
  response: HttpResponse,
  timestamps: ReadonlySet<string>,
): Output {
  let parsed: unknown;
  try {
    parsed = JSON.parse(response.body);
  } catch {
    throw invalidResponse(operation, response);
  }
  if (!isObject(parsed)) throw invalidResponse(operation, response);
  return settle(parsed, timestamps) as Output;
}
