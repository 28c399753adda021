import type { CognitoSync } from '../cognito-sync/client';
import type { Operation } from '../cognito-sync/operation';
import type { Outcome } from '../datasets/outcome';
import { sendOnce } from '../datasets/recover';
import { requirementOf } from './authorisation';
import type { Process } from './runtime';
import { step } from './step';

/** Sends one operation; some have a way of their own to deal with a lost answer. */
type Perform<Input, Output> = (client: CognitoSync, input: Input) => Promise<Outcome<Output>>;

/** The action of one operation: a message's members in, the operation's answer out. */
export function action<Input extends object, Output extends object>(
  operation: Operation<Input, Output>,
  handler: Perform<Input, Output> = (client, input) => sendOnce(client, operation, input),
): Process {
  return step(operation.name, async ({ authorise, emit }) => {
    const { client, request } = await authorise(requirementOf(operation));
    const { output, trace, recovered } = await handler(client, request);
    await emit(output, { item: 'answer', trace, recovered, length: trace.length });
  });
}
