import type { RunRequest, StepInfo } from '../protocol';
import { problemOf } from './json-problem';
import { exampleOf, isMembers, type Members } from './members';

/** How the message of a step is written. */
export const MODES = ['Integrator', 'Developer', 'Mapping'] as const;
export type Mode = (typeof MODES)[number];

/** What a person has filled in for a step. */
export interface Draft {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly body: Members;
  /** The text of the editor; absent while it says what `body` says. */
  readonly text?: string;
  readonly mode: Mode;
  readonly expression: string;
  readonly sample: string;
  readonly snapshot?: unknown;
}

/** The identity of the first try, one that the local server makes when it is first written to. */
const IDENTITY = 'us-east-1:87654321-4321-4321-4321-210987654321';

/** A draft before anything is filled in: the schema's example for the local pool; a trigger has its place in the fields. */
export function firstDraft({ kind, in: input, fields }: StepInfo, pool: string): Draft {
  const body = kind === 'action' ? exampleOf(input, pool) : {};
  const place = { IdentityPoolId: pool, IdentityId: IDENTITY, DatasetName: 'profile' };
  const own = kind === 'trigger' ? Object.entries(place).filter(([name]) => name in fields) : [];
  return {
    fields: Object.fromEntries(own),
    body,
    mode: 'Integrator',
    expression: '$',
    sample: JSON.stringify(body, null, 2),
  };
}

/** The text of a draft's message, as its mode writes it. */
export const textOf = ({ text, body }: Draft): string => text ?? JSON.stringify(body, null, 2);

/** The message of a draft, as a run takes it; pure. */
export function messageOf({ kind }: StepInfo, filled: Draft): Pick<RunRequest, 'body' | 'mapping'> {
  if (kind === 'trigger') return { body: {} };
  if (filled.mode !== 'Mapping') return { body: JSON.parse(textOf(filled)) as unknown };
  return { mapping: { expression: filled.expression, sample: JSON.parse(filled.sample) as unknown } };
}

/** Why the form cannot show a text: it edits objects, so a message of another kind stays in the editor; pure. */
export const formProblem = (text: string): string | undefined =>
  problemOf(text) ?? (isMembers(JSON.parse(text)) ? undefined : 'This is no object');

/** Why the message of a draft cannot be sent, undefined where it can. */
export function messageProblem({ kind }: StepInfo, filled: Draft): string | undefined {
  if (kind === 'trigger') return undefined;
  return problemOf(filled.mode === 'Mapping' ? filled.sample : textOf(filled));
}
