import type { Operation } from '../cognito-sync/operation';
import { validate } from '../cognito-sync/validate';
import type { Process } from './runtime';
import { step } from './step';

/** The action of one operation: a message's members in, the operation's answer out. */
export function action<Input extends object, Output extends object>(operation: Operation<Input, Output>): Process {
  return step(operation.name, async ({ input, client, emit }) => {
    const request = validate(operation, input);
    const { output, trace } = await client().send(operation, request);
    await emit(output, { item: 'answer', trace });
  });
}
