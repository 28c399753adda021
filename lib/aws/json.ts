import { isObject } from '../shape';
import { invalidResponse } from './error-response';
import type { HttpResponse } from './http';
import { isoDate } from './iso-date';

class TooDeep extends Error {}

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

const FITS: Readonly<Record<Kind, (value: unknown) => boolean>> = {
  text: isText,
  number: (value) => typeof value === 'number',
  truth: (value) => typeof value === 'boolean',
  date: (value) => typeof value !== 'object',
  object: isObject,
  texts: (value) => Array.isArray(value) && value.every(isText),
  objects: (value) => Array.isArray(value) && value.every(isObject),
};

/** The first member that is not of the kind that it must be; undefined when all are. */
function misfit(value: object, kinds: ReadonlyMap<string, Kind>): string | undefined {
  const members = value as { [member: string]: unknown };
  for (const name in members) {
    const kind = kinds.get(name);
    if (kind === undefined) continue;
    const member = members[name];
    if (!FITS[kind](member)) return name;
    if (kind === 'object') {
      const within = misfit(member as object, kinds);
      if (within !== undefined) return within;
    } else if (kind === 'objects') {
      for (const entry of member as object[]) {
        const within = misfit(entry, kinds);
        if (within !== undefined) return within;
      }
    }
  }
  return undefined;
}

/**
 * Leaves out what is null, turns timestamps into ISO 8601, and keeps every member, known or not. It edits what was parsed, since
 * a copy of a page of 1,000 records costs as much as parsing half of it.
 */
function normalise(value: object, timestamps: ReadonlySet<string>, depth = 1): object {
  if (depth > MAX_DEPTH) throw new TooDeep();
  if (Array.isArray(value)) {
    const entries: unknown[] = value;
    for (const [index, entry] of entries.entries()) {
      if (typeof entry === 'object' && entry !== null) entries[index] = normalise(entry, timestamps, depth + 1);
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
      const normalised = normalise(member, timestamps, depth + 1);
      if (normalised !== member) members[name] = normalised;
    }
  }
  return hasNull ? withoutNulls(members) : members;
}

/**
 * Reads the body of a successful answer.
 * @param timestamps the members that hold epoch seconds, which become ISO 8601
 * @param kinds what members must be, by their names at any level; those without a kind may be anything
 * @throws ConnectorError `InvalidResponse` when it is no JSON object, is nested deeper than 100 levels, or has a member of
 * another kind
 */
export function decodeJson<Output extends object>(
  operation: string,
  response: HttpResponse,
  timestamps: ReadonlySet<string>,
  kinds: ReadonlyMap<string, Kind> = new Map(),
): Output {
  let parsed: unknown;
  try {
    parsed = JSON.parse(response.body);
  } catch {
    throw invalidResponse(operation, response);
  }
  if (!isObject(parsed)) throw invalidResponse(operation, response);
  const output = normalised(parsed, timestamps);
  if (!output) throw invalidResponse(operation, response, `at most ${MAX_DEPTH} levels of JSON`);
  const wrong = misfit(output, kinds);
  if (wrong === undefined) return output as Output;
  throw invalidResponse(operation, response, `${wrong} to be ${WANTED[kinds.get(wrong) as Kind]}`);
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

/** Undefined where the answer is nested too deep. */
function normalised(parsed: object, timestamps: ReadonlySet<string>): object | undefined {
  try {
    return normalise(parsed, timestamps);
  } catch (error) {
    if (error instanceof TooDeep) return undefined;
    throw error;
  }
}
