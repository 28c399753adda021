import type { Operation } from '../lib/cognito-sync/operation';
import type { Answers } from './answers';
import { inputOfOperation } from './input';
import type { Words } from './schema';
import type { Step } from './step';
import { CREDENTIALS } from './texts/credentials';
import { formOf, type Form } from './texts/form';

interface OperationInWords<Request, Response> {
  readonly description: string;
  readonly help: string;
  /** Beside those that its members call for. */
  readonly fields?: Form;
  /** Of the members that no other operation has in the same meaning. */
  readonly input?: { readonly [Member in keyof Request]?: Words };
  readonly inputExamples?: readonly object[];
  readonly output: Answers<Response>;
  readonly outputExamples?: readonly object[];
}

/** An operation of the API as a step; its name with spaces is its title. */
export function stepOf<Request extends object, Response extends object>(
  operation: Operation<Request, Response>,
  said: OperationInWords<Request, Response>,
): Step {
  const { description, help, fields, input, inputExamples, output, outputExamples } = said;
  return {
    title: operation.name.replace(/([a-z])([A-Z])/g, '$1 $2').replace(/\b(To|From)\b/, (word) => word.toLowerCase()),
    description,
    help,
    credentials: CREDENTIALS[operation.authorisation],
    permissions: [`cognito-sync:${operation.name}`],
    fields: formOf(operation.members, fields),
    input: inputOfOperation(operation, input, inputExamples),
    output: { ...output },
    ...(outputExamples && { outputExamples }),
  };
}
