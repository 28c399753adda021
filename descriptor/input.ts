import type { Operation } from '../lib/cognito-sync/operation';
import { ownerFields } from '../lib/platform/owner';
import type { JsonType } from '../lib/shape';
import { exampleOf, propertiesOf, type Properties, type Schema, type Words } from './schema';
import type { Input } from './step';
import { ACT_AS, COMMON, predecessor } from './texts/members';

type Members = NonNullable<JsonType['members']>;
type ManyWords = { readonly [member: string]: Words };

/** The step's fields may name the pool, and the user the identity. */
const FOUND_OTHERWISE = ['IdentityPoolId', 'IdentityId'];

/** Members of a step with the words that are its own; those of {@link COMMON} need none. */
export const inputOf = (
  members: Members,
  own: ManyWords = {},
  examples?: readonly object[],
): Input & { readonly words: ManyWords } => ({
  members: Object.fromEntries(
    Object.entries(members).map(([name, { required, shape }]) => [
      name,
      { required: required && !FOUND_OTHERWISE.includes(name), shape },
    ]),
  ),
  words: { ...Object.fromEntries(Object.entries(COMMON).filter(([name]) => name in members)), ...own },
  ...(examples && { examples }),
});

/** Adds a group of the form beside the members of the operation. */
const withGroup = ({ members, words, ...rest }: Input, name: string, own: Words, within: Members): Input => ({
  ...rest,
  members: { ...members, [name]: { required: false, shape: { json: { type: 'object', members: within } } } },
  words: { ...words, [name]: own },
});

/** Adds the group *Act as a User*. */
export const actingAs = (input: Input): Input => withGroup(input, 'ActAs', ACT_AS, ownerFields);

/** Adds the group for messages of the predecessors, all of whose members are text. */
function withPredecessor(input: Input, operation: string): Input {
  const own = predecessor(operation);
  const text = { required: false, shape: { json: { type: 'string' } } } as const;
  const within = Object.fromEntries(Object.keys(own.members ?? {}).map((name) => [name, text]));
  return withGroup(input, 'Predecessor', own, within);
}

/** The input of an operation of the API: its members, and the groups that go with it. */
export function inputOfOperation<Request extends object, Response extends object>(
  { name, members, authorisation }: Operation<Request, Response>,
  own: { readonly [Member in keyof Request]?: Words } = {},
  examples?: readonly object[],
): Input {
  const plain = inputOf(members, own as ManyWords, examples);
  const input = authorisation === 'developer' ? plain : actingAs(plain);
  return withPredecessor(input, name);
}

/** The group's own example beside a message; a message that acts as somebody needs no identity. */
function examplesWithGroups(properties: Properties, message: object): object[] {
  const { ActAs, Predecessor } = properties;
  const withoutIdentity = Object.fromEntries(Object.entries(message).filter(([name]) => name !== 'IdentityId'));
  const owners = Object.entries(ActAs?.properties ?? {}).map(([name, { examples = [] }]) => ({
    ...withoutIdentity,
    ActAs: { [name]: examples[0] },
  }));
  const theirs = Predecessor && { Predecessor: exampleOf(Predecessor.properties ?? {}) };
  return [...owners, ...(theirs ? [{ ...message, ...theirs }] : [])];
}

const GROUPS = ['ActAs', 'Predecessor'];

/** The schema of what a step takes. @param at the step's id, for errors */
export function inputSchema(at: string, { members, words: said, examples }: Input): Schema {
  const properties = propertiesOf(members, said, `${at}.in`);
  const isOwn = (name: string) => !GROUPS.includes(name);
  const least = exampleOf(
    properties,
    (name, { required }) => isOwn(name) && (required || FOUND_OTHERWISE.includes(name)),
  );
  const full = exampleOf(properties, isOwn);
  const own = examples ?? (JSON.stringify(least) === JSON.stringify(full) ? [least] : [least, full]);
  return { type: 'object', properties, examples: [...own, ...examplesWithGroups(properties, own[0] ?? {})] };
}
