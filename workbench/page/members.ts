import type { Schema } from '../protocol';

/** Messages as the form sees them: members that are absent, blank or null are three different things. */

export type Members = Readonly<Record<string, unknown>>;

export const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The members with one of them set, in its place; a new one goes where the schema has it; pure. */
export function withMember(members: Members, name: string, value: unknown, order: readonly string[]): Members {
  if (name in members) return { ...members, [name]: value };
  const names = [...Object.keys(members), name];
  const place = (each: string) => (order.includes(each) ? order.indexOf(each) : order.length);
  names.sort((one, other) => place(one) - place(other));
  return Object.fromEntries(names.map((each) => [each, each === name ? value : members[each]]));
}

/** The members without one; pure. */
export function withoutMember(members: Members, name: string): Members {
  return Object.fromEntries(Object.entries(members).filter(([each]) => each !== name));
}

/** What the form can edit as such; anything else is edited as JSON. */
export type Widget = 'text' | 'number' | 'choice' | 'truth' | 'group' | 'table' | 'list' | 'json';

/** The widget of a member, by its schema and by what it holds now; pure. */
export function widgetOf({ type, enum: choices, properties, items }: Schema, value: unknown): Widget {
  const isUnset = value === undefined || value === null;
  switch (type) {
    case 'object':
      if (!properties || Object.keys(properties).length === 0) return 'json';
      return isUnset || isMembers(value) ? 'group' : 'json';
    case 'array': {
      if (!isUnset && !Array.isArray(value)) return 'json';
      const rows = (value ?? []) as readonly unknown[];
      if (items?.properties) return rows.every(isMembers) ? 'table' : 'json';
      return rows.every((row) => typeof row === 'string') ? 'list' : 'json';
    }
    case 'boolean':
      return isUnset || typeof value === 'boolean' ? 'truth' : 'json';
    case 'integer':
    case 'number':
      return isUnset || typeof value === 'number' || typeof value === 'string' ? 'number' : 'json';
    default:
      if (!isUnset && typeof value !== 'string') return 'json';
      return choices ? 'choice' : 'text';
  }
}

/** The badge in front of a member's title, as the platform's designer has it. */
export const badgeOf = ({ type }: Schema): string =>
  ({ string: 'ABC', integer: '123', number: '123', boolean: 'Y/N', object: '{ }', array: '[ ]' })[type ?? 'string'] ??
  'ABC';

/** What a person types into the field of a number: a number where it is one, so that the connector judges the rest; pure. */
export function numberOr(text: string): number | string {
  return text.trim() !== '' && Number.isFinite(Number(text)) && String(Number(text)) === text.trim()
    ? Number(text)
    : text;
}

/** A value for every member, from the schema's examples, as the platform's stub sample; pure. */
export function stubOf(schema: Schema): unknown {
  if (schema.properties && Object.keys(schema.properties).length > 0) {
    return Object.fromEntries(Object.entries(schema.properties).map(([name, member]) => [name, stubOf(member)]));
  }
  const [example] = schema.examples ?? [];
  if (example !== undefined && schema.type !== 'array') return example;
  switch (schema.type) {
    case 'array':
      return schema.items ? [stubOf(schema.items)] : (example ?? []);
    case 'object':
      return {};
    case 'integer':
    case 'number':
      return 1;
    case 'boolean':
      return true;
    default:
      return schema.enum?.[0] ?? schema.title ?? 'text';
  }
}

/** The example of a schema with the ids of a pool that there is; pure. */
export function exampleOf(schema: Schema | undefined, pool: string, index = 0): Members {
  const example = schema?.examples?.[index] ?? schema?.examples?.[0];
  const members = isMembers(example) ? example : {};
  return 'IdentityPoolId' in members ? { ...members, IdentityPoolId: pool } : members;
}
