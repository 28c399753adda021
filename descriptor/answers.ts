import type { JsonType } from '../lib/shape';
import { exampleOf, propertiesOf, type Properties, type Words } from './schema';

/** One member of what a step emits, for a value of type `T`: an invented, forgotten or wrongly typed one does not compile. */
export interface Answer<T> {
  readonly json: JsonType;
  /** It is always there. */
  readonly required: boolean;
  readonly words: Words;
  /** Carries the type only. */
  readonly of?: T;
}

/** One entry for each member of a message. */
export type Answers<T> = { readonly [Member in keyof T]-?: Answer<NonNullable<T[Member]>> };

const answer = <T>(json: JsonType, description: string, examples: readonly unknown[]): Answer<T> => ({
  json,
  required: false,
  words: { description, examples },
});

export const text = (description: string, ...examples: string[]): Answer<string> =>
  answer({ type: 'string' }, description, examples);
export const date = (description: string, example: string): Answer<string> =>
  answer({ type: 'string', format: 'date-time' }, description, [example]);
export const count = (description: string, example: number): Answer<number> =>
  answer({ type: 'integer' }, description, [example]);
export const flag = (description: string, example: boolean): Answer<boolean> =>
  answer({ type: 'boolean' }, description, [example]);
/** One of some values; the first is the example unless another is given. */
export const choice = <const Value extends string>(
  values: readonly Value[],
  description: string,
  example = values[0],
): Answer<Value> => answer({ type: 'string', enum: values }, description, [example]);
export const texts = (description: string, ...examples: string[]): Answer<string[]> =>
  answer({ type: 'array', items: { type: 'string' } }, description, examples);

/** Answers to any message, without its type. */
export interface AnyAnswers {
  readonly [member: string]: Answer<unknown>;
}

const wordsOf = (answers: AnyAnswers): Record<string, Words> =>
  Object.fromEntries(Object.entries(answers).map(([name, { words }]) => [name, words]));

const membersOf = (answers: AnyAnswers): NonNullable<JsonType['members']> =>
  Object.fromEntries(
    Object.entries(answers).map(([name, { json, required }]) => [name, { required, shape: { json } }]),
  );

export const object = <T extends object>(description: string, members: Answers<T>): Answer<T> => ({
  json: { type: 'object', members: membersOf(members) },
  required: false,
  words: { description, members: wordsOf(members) },
});

export const list = <T extends object>(description: string, item: Answers<T>): Answer<T[]> => ({
  json: { type: 'array', items: { type: 'object', members: membersOf(item) } },
  required: false,
  words: { description, members: wordsOf(item) },
});

/** A member that every message has. */
export const always = <T>(one: Answer<T>): Answer<T> => ({ ...one, required: true });
/** As members that a message may lack. */
export const optional = <T>(answers: Answers<T>): Answers<T> =>
  Object.fromEntries(
    Object.entries(answers).map(([name, one]) => [name, { ...(one as Answer<unknown>), required: false }]),
  ) as unknown as Answers<T>;
export const titled = <T>(title: string, one: Answer<T>): Answer<T> => ({ ...one, words: { ...one.words, title } });

/** The properties of a message. @param at whose, for errors */
export const propertiesOfAnswer = (answers: AnyAnswers, at: string): Properties =>
  propertiesOf(membersOf(answers), wordsOf(answers), at);

/** A message made of the members' own examples. */
export const exampleOfAnswers = (answers: AnyAnswers): { readonly [member: string]: unknown } =>
  exampleOf(propertiesOfAnswer(answers, 'an example'));
