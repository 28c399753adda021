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
      if (!isBlank(value) && !isBlank(result[name]) && JSON.stringify(value) !== JSON.stringify(result[name])) {
        throw invalidInput(action, `${name} is given twice, and in ${group} with another value`);
      }
      if (isBlank(result[name])) result[name] = value;
    }
  }
  return result;
}

/** The step's fields that stand in for members of the message. */
const DEFAULTED = [
  'IdentityPoolId',
  'IdentityId',
  'DatasetName',
  'IdentityIds',
  'DatasetNames',
  'ModifiedSince',
  'Granularity',
  'Concurrency',
] as const;

/** The value of a field with a drop-down, or the one typed into the field beside it. */
export const chosen = (cfg: Config, field: (typeof DEFAULTED)[number]): unknown => cfg[`Typed${field}`] || cfg[field];

/** Whether a check box is ticked: the platform sends `on` or true, or nothing at all. */
export const isTicked = (cfg: Config, field: string): boolean => Boolean(cfg[field]) && cfg[field] !== 'false';

/** Which member a field stands in for, itself or the one beside it into which one types. */
const MEMBERS = new Map(DEFAULTED.flatMap((field) => [field, `Typed${field}`].map((name) => [name, field] as const)));

/** The members of a message, over the step's fields of the same names as defaults. @throws ConnectorError `InvalidInput` */
export function inputOf(action: string, body: unknown, cfg: Config): Members {
  const message = body ?? {};
  if (!isObject(message)) {
    throw invalidInput(action, 'the message body must be an object with the members of the operation');
  }
  const input: { [member: string]: unknown } = { ...ungrouped(action, message) };
  // By the fields that there are, since to look for one that is not there takes longer.
  for (const field in cfg) {
    const member = MEMBERS.get(field);
    const defaultValue = member && isBlank(input[member]) && chosen(cfg, member);
    if (defaultValue) input[member] = defaultValue;
  }
  return input;
}

/** Members that let whoever reads them act in somebody's name. */
const SECRET = /^(?:Logins|X[-_]Amz[-_](?:Credential|Security[-_]Token|Signature))$/;

/** A message's body for others to see: without its tokens and signatures, in groups as well. */
export function presentable(body: unknown): unknown {
  if (!isObject(body)) return body;
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [
      name,
      SECRET.test(name) ? '[hidden]' : GROUPS.has(name) ? presentable(value) : value,
    ]),
  );
}
