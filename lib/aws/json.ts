import { isObject } from '../shape';
import { invalidResponse } from './error-response';
import type { HttpResponse } from './http';
import { isoDate } from './iso-date';

/** What an answer ought to have been, where it was something else. */
class Unexpected extends Error {}

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

/** What a member must be, where AWS's model says it; a date is epoch seconds on the wire. */
export type Kind = 'text' | 'number' | 'truth' | 'date' | 'object' | 'texts' | 'objects';

/** AWS's own answers are four levels deep; what a member unknown so far may hold is deeper, but not by much. */
const MAX_DEPTH = 100;

const isText = (value: unknown) => typeof value === 'string';

function fits(kind: Kind, value: unknown): boolean {
  switch (kind) {
    case 'text':
      return isText(value);
    case 'number':
      return typeof value === 'number';
    case 'truth':
      return typeof value === 'boolean';
    case 'date':
      return typeof value !== 'object';
    case 'object':
      return isObject(value);
    case 'texts':
      return Array.isArray(value) && value.every(isText);
    case 'objects':
      return Array.isArray(value) && value.every(isObject);
  }
}

const WANTED: Readonly<Record<Kind, string>> = {
  text: 'text',
  number: 'a number',
  truth: 'true or false',
  date: 'a date',
  object: 'an object',
  texts: 'a list of texts',
  objects: 'a list of objects',
};

/**
 * Checks what has a kind, leaves out what is null, turns dates into ISO 8601, and keeps every member, known or not. It edits what
 * was parsed, since a copy of a page of 1,000 records costs as much as parsing half of it.
 * @throws Unexpected
 */
function normalise(value: object, kinds: ReadonlyMap<string, Kind>, depth = 1): object {
  if (depth > MAX_DEPTH) throw new Unexpected(`at most ${MAX_DEPTH} levels of JSON`);
  if (Array.isArray(value)) {
    const entries: unknown[] = value;
    for (const [index, entry] of entries.entries()) {
      if (typeof entry === 'object' && entry !== null) entries[index] = normalise(entry, kinds, depth + 1);
    }
    return entries.includes(null) ? entries.filter((entry) => entry !== null) : entries;
  }
  const members = value as { [member: string]: unknown };
  let hasNull = false;
  for (const name in members) {
    const member = members[name];
    if (member === null) {
      hasNull = true;
      continue;
    }
    const kind = kinds.get(name);
    if (kind !== undefined && !fits(kind, member)) throw new Unexpected(`${name} to be ${WANTED[kind]}`);
    if (typeof member === 'object') {
      // What AWS's model does not know may have members of any kind.
      const normalised = normalise(member, kind === undefined ? UNKNOWN : kinds, depth + 1);
      if (normalised !== member) members[name] = normalised;
    } else if (kind === 'date' && typeof member === 'number') members[name] = isoDate(member);
  }
  return hasNull ? withoutNulls(members) : members;
}

const UNKNOWN: ReadonlyMap<string, Kind> = new Map();

/**
 * Reads the body of a successful answer.
 * @param kinds what members must be, by their names at any level; those without a kind may be anything. Dates become ISO 8601
 * @throws ConnectorError `InvalidResponse` when it is no JSON object, is nested deeper than 100 levels, or has a member of
 * another kind
 */
export function decodeJson<Output extends object>(
  operation: string,
  response: HttpResponse,
  kinds: ReadonlyMap<string, Kind>,
): Output {
  try {
    const parsed: unknown = JSON.parse(response.body);
    if (isObject(parsed)) return normalise(parsed, kinds) as Output;
  } catch (error) {
    throw invalidResponse(operation, response, error instanceof Unexpected ? error.message : undefined);
  }
  throw invalidResponse(operation, response);
}
