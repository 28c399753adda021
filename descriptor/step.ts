import type { JsonType } from '../lib/shape';
import type { AnyAnswers, Answers } from './answers';
import type { Form } from './texts/form';
import type { Words } from './schema';

/** What a step takes: members with their words, and messages that show them. */
export interface Input {
  readonly members: NonNullable<JsonType['members']>;
  readonly words: { readonly [member: string]: Words };
  /** In place of those made of the members' own examples: one with the required members only, one with all. */
  readonly examples?: readonly object[];
}

/** A step in words. Its place in the list of steps is its place on the platform. */
export interface Step {
  readonly title: string;
  readonly description: string;
  /** Follows the description: what to know before using it. */
  readonly help: string;
  /** Which credentials AWS takes; a trigger says nothing of it. */
  readonly credentials?: string;
  /** IAM actions, with words behind them where they are not always needed. */
  readonly permissions: readonly string[];
  readonly fields: Form;
  readonly input?: Input;
  readonly output: AnyAnswers;
  /** In place of one message made of the members' own examples. */
  readonly outputExamples?: readonly object[];
}

export interface Steps {
  readonly [id: string]: Step;
}

/** A step, its output checked against the type of what it emits. */
export const step = <Output extends object>(
  one: Omit<Step, 'output'> & { readonly output: Answers<Output> },
): Step => ({ ...one, output: one.output });
