import { invalidInput } from '../error';
import { isObject } from '../shape';
import type { Config } from './runtime';

/** Members by name, before they are validated. */
export interface Members {
  readonly [member: string]: unknown;
}

/**
 * Objects in a message whose members count as if they stood beside them: groups of the form, and the objects in which the
 * DataFire (`body`) and flowground (`requestBody`) connectors took some members.
 */
const GROUPS: ReadonlySet<string> = new Set(['ActAs', 'Predecessor', 'body', 'requestBody']);

/** What an unmapped field delivers. */
const isBlank = (value: unknown) => value === undefined || value === null || value === '';

/** Opens the groups of a message. @throws ConnectorError `InvalidInput` when a member is given twice, with two values */
export function ungrouped(action: string, message: Members): Members {
  if (!Object.keys(message).some((name) => GROUPS.has(name))) return message;
  const result: { [member: string]: unknown } = { ...message };
  for (const group of GROUPS) {
    const members = message[group];
    delete result[group];
    if (isBlank(members)) continue;
    if (!isObject(members)) throw invalidInput(action, `${group} must be an object with members of the operation`);
    for (const [name, value] of Object.entries(members)) {
      // To assign this one would set the prototype, whose members would count as the message's own.
      if (name === '__proto__') throw invalidInput(action, `${group} has no member "__proto__"`);
      if (!isBlank(value) && !isBlank(result[name]) && JSON.stringify(value) !== JSON.stringify(result[name])) {
        throw invalidInput(action, `${name} is given twice, and in ${group} with another value`);
      }
      if (isBlank(result[name])) result[name] = value;
    }
  }
  return result;
}

/** The step's fields that are defaults of members of the message. */
const DEFAULTED = [
  'IdentityPoolId',
  'IdentityId',
  'DatasetName',
  'IdentityIds',
  'DatasetNames',
  'ModifiedSince',
  'Granularity',
  'Concurrency',
  'Format',
  'Compression',
  'FileSize',
  'FileNamePrefix',
] as const;

/** The value of a field with a drop-down, or the one typed into the field beside it. */
export const chosen = (cfg: Config, field: (typeof DEFAULTED)[number]): unknown => cfg[`Typed${field}`] || cfg[field];

/** Whether a check box is ticked: the platform sends `on` or true, or nothing at all. */
export const isTicked = (cfg: Config, field: string): boolean => Boolean(cfg[field]) && cfg[field] !== 'false';

/** The members of a message, over the step's fields of the same names as defaults. @throws ConnectorError `InvalidInput` */
export function inputOf(action: string, body: unknown, cfg: Config): Members {
  const message = body ?? {};
  if (!isObject(message)) {
    throw invalidInput(action, 'the message body must be an object with the members of the operation');
  }
  const deep = nestedTooDeep(message);
  if (deep !== undefined) throw invalidInput(action, `${deep.slice(0, 60)} is nested over ${MAX_LEVELS} levels deep`);
  const input: { [member: string]: unknown } = { ...ungrouped(action, message) };
  for (const member of DEFAULTED) {
    const defaultValue = isBlank(input[member]) && chosen(cfg, member);
    if (defaultValue) input[member] = defaultValue;
  }
  return input;
}

/** Deeper than any message means anything; what goes much deeper breaks the runtime that sends it on. */
const MAX_LEVELS = 100;

/** The first member that is nested deeper than 100 levels; undefined where none is. */
function nestedTooDeep(message: Members): string | undefined {
  return Object.keys(message).find((name) => isDeeper(message[name], MAX_LEVELS - 1));
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  const members: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  return members.some((member) => isDeeper(member, levels - 1));
}

/** Members that let whoever reads them act in somebody's name, write in somebody's session, or send to somebody's device. */
const SECRET =
  /^(?:Logins|Token|SyncSessionToken|SessionToken|Authorization|X[-_]Amz[-_](?:Credential|Security[-_]Token|Signature))$/i;

/** Members whose own members have names that the user chose. */
const DATA: ReadonlySet<string> = new Set(['Records']);

/** A message's body for others to see: without its tokens and signatures, at whatever level. */
export function presentable(body: unknown): unknown {
  if (Array.isArray(body)) return body.map(presentable);
  if (!isObject(body)) return body;
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => {
      if (SECRET.test(name)) return [name, '[hidden]'];
      if (nestedTooDeep({ [name]: value }) !== undefined) return [name, '[nested too deep]'];
      return [name, DATA.has(name) ? value : presentable(value)];
    }),
  );
}

/** Of a member that is left out, what it was. */
const leftOut = (json: string) => `[left out: ${json.length} characters of JSON]`;

/**
 * A message's body for others to see, no longer than `mostBytes` of JSON: the longest members give way first.
 * @returns the body, and that something was left out where that is so
 */
export function presentableWithin(body: unknown, mostBytes: number): { input: unknown; inputIsShortened?: true } {
  // Whatever it is, it is looked at as a member, whose depth is bounded.
  const { body: input } = presentable({ body }) as { body: unknown };
  const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value) ?? '');
  let bytes = bytesOf(input);
  if (bytes <= mostBytes) return { input };
  if (!isObject(input)) return { input: leftOut(JSON.stringify(input)), inputIsShortened: true };
  const members = new Map(Object.entries(input));
  const longestFirst = [...members].map(([name, value]) => [name, bytesOf(value)] as const).sort((a, b) => b[1] - a[1]);
  for (const [name, length] of longestFirst) {
    if (bytes <= mostBytes) break;
    const note = leftOut(JSON.stringify(members.get(name)));
    members.set(name, note);
    bytes += note.length + 2 - length;
  }
  const shortened: unknown = Object.fromEntries(members);
  // So many members, or names so long, that not even these fit.
  return { input: bytes <= mostBytes ? shortened : leftOut(JSON.stringify(input)), inputIsShortened: true };
}
