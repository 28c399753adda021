import type { JsonType } from '../lib/shape';

/** A property in the dialect of the platform's mapper: JSON Schema, but for `required`, a boolean on each property. */
export interface Property extends Item {
  readonly format?: 'date-time';
  readonly required: boolean;
  readonly title: string;
  readonly description: string;
}

/** What a list holds. */
export interface Item {
  readonly type: JsonType['type'];
  readonly enum?: readonly string[];
  readonly examples?: readonly unknown[];
  readonly properties?: Properties;
  readonly items?: Item;
}

export interface Properties {
  readonly [member: string]: Property;
}

/** One file of lib/schemas. */
export interface Schema {
  readonly type: 'object';
  readonly properties: Properties;
  readonly examples: readonly object[];
}

/** The words for one member. Its title is its name with spaces, unless given. */
export interface Words {
  readonly title?: string;
  readonly description: string;
  readonly examples?: readonly unknown[];
  /** Of an object, or of what a list holds. */
  readonly members?: { readonly [member: string]: Words };
}

/** Words for a member that is no group. */
export const words = (description: string, ...examples: unknown[]): Words => ({ description, examples });
export const titled = (title: string, rest: Words): Words => ({ ...rest, title });
/** Words for an object, or a list of objects. */
export const group = (description: string, members: { readonly [member: string]: Words }): Words => ({
  description,
  members,
});

/** `IdentityPoolId` is «Identity Pool ID». */
const titleOf = (name: string) =>
  name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/\bId\b/, 'ID')
    .replace(/\bIds\b/, 'IDs')
    .replace(/\bArn(s?)\b/, 'ARN$1');

const itemOf = (json: JsonType, { members = {}, examples = [] }: Words, at: string): Item => ({
  type: json.type,
  ...(json.type === 'object' ? { properties: propertiesOf(json.members ?? {}, members, at) } : { examples }),
});

function propertyOf(json: JsonType, required: boolean, said: Words, at: string): Property {
  const name = at.split('.').at(-1) ?? '';
  const { examples = [], members = {} } = said;
  return {
    type: json.type,
    ...(json.format && { format: json.format }),
    required,
    title: said.title ?? titleOf(name),
    description: said.description,
    ...(json.enum && { enum: json.enum }),
    ...(examples.length > 0 && !json.items && { examples }),
    ...(json.type === 'object' && { properties: propertiesOf(json.members ?? freeKeys(members), members, at) }),
    ...(json.items && { items: itemOf(json.items, said, `${at}[]`) }),
  };
}

/** An object with free keys shows those that have words. */
const freeKeys = (members: object): NonNullable<JsonType['members']> =>
  Object.fromEntries(
    Object.keys(members).map((name) => [name, { required: false, shape: { json: { type: 'string' } } }]),
  );

/**
 * Members with their words, in the order of the members.
 * @param at where they are, for the error
 * @throws Error naming a member without words, or words without a member
 */
export function propertiesOf(
  members: NonNullable<JsonType['members']>,
  said: { readonly [member: string]: Words },
  at: string,
): Properties {
  const lost = Object.keys(said).find((name) => !(name in members));
  if (lost !== undefined) throw new Error(`descriptor: ${at} has no member ${lost}`);
  return Object.fromEntries(
    Object.entries(members).map(([name, { required, shape }]) => {
      const own = said[name];
      if (!own) throw new Error(`descriptor: ${at}.${name} has no words`);
      return [name, propertyOf(shape.json, required, own, `${at}.${name}`)];
    }),
  );
}

/** A message that the properties describe, made of the first example of each. @param isWanted by default all are */
export function exampleOf(
  properties: Properties,
  isWanted: (name: string, property: Property) => boolean = () => true,
): { readonly [member: string]: unknown } {
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([name, property]) => isWanted(name, property))
      .map(([name, property]) => [name, valueOf(property)]),
  );
}

function valueOf({ examples, items, properties }: Item): unknown {
  if (examples?.length) return examples[0];
  if (items) return [valueOf(items)];
  return exampleOf(properties ?? {});
}
