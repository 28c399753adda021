import { isObject } from '../shape';
import { invalidResponse } from './error-response';
import type { HttpResponse } from './http';
import { isoDate } from './iso-date';

/** A copy without what is null. */
function withoutNulls(members: { readonly [member: string]: unknown }): object {
  const copy: { [member: string]: unknown } = {};
  for (const name in members) {
    const member = members[name];
    if (member === null) continue;
    // To assign this one would set the prototype.
    if (name === '__proto__') {
      Object.defineProperty(copy, name, { value: member, configurable: true, enumerable: true, writable: true });
    } else copy[name] = member;
  }
  return copy;
}

/**
 * Leaves out what is null, turns timestamps into ISO 8601, and keeps every member, known or not. It edits what was parsed, since
 * a copy of a page of 1,000 records costs as much as parsing half of it.
 */
function normalise(value: object, timestamps: ReadonlySet<string>): object {
  if (Array.isArray(value)) {
    const entries: unknown[] = value;
    for (const [index, entry] of entries.entries()) {
      if (typeof entry === 'object' && entry !== null) entries[index] = normalise(entry, timestamps);
    }
    return entries.includes(null) ? entries.filter((entry) => entry !== null) : entries;
  }
  const members = value as { [member: string]: unknown };
  let hasNull = false;
  for (const name in members) {
    const member = members[name];
    // Most members are text, and need no further look.
    if (typeof member === 'string') continue;
    if (typeof member === 'number') {
      if (timestamps.has(name)) members[name] = isoDate(member);
    } else if (member === null) hasNull = true;
    else if (typeof member === 'object') {
      const normalised = normalise(member, timestamps);
      if (normalised !== member) members[name] = normalised;
    }
  }
  return hasNull ? withoutNulls(members) : members;
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
  return normalise(parsed, timestamps) as Output;
}
