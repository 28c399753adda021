import type { CognitoSync } from '../cognito-sync/client';
import type { Operation } from '../cognito-sync/operation';
import type { Outcome } from '../cognito-sync/recover';
import { wantedBy } from './authorisation';
import type { Process } from './runtime';
import { step } from './step';

/** Sends one operation; some have a way of their own to deal with a lost answer. */
type Perform<Input, Output> = (client: CognitoSync, input: Input) => Promise<Outcome<Output>>;

/** The action of one operation: a message's members in, the operation's answer out. */
export function action<Input extends object, Output extends object>(
  operation: Operation<Input, Output>,
  perform: Perform<Input, Output> = (client, input) => client.send(operation, input),
): Process {
  return step(operation.name, async ({ authorise, emit }) => {
    const { client, request } = await authorise(wantedBy(operation));
    const { output, trace, recovered } = await perform(client, request);
    await emit(output, { item: 'answer', trace, recovered, length: trace.length });
  });
}
