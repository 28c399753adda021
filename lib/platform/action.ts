import type { CognitoSync } from '../cognito-sync/client';
import type { Operation } from '../cognito-sync/operation';
import type { Outcome } from '../datasets/outcome';
import { sendOnce } from '../datasets/recover';
import { orIfNotFound, type IfNotFound } from './not-found';
import type { Process } from './runtime';
import { step } from './step';

/** Sends one operation; some have a way of their own to deal with a lost answer. */
type Perform<Input, Output> = (client: CognitoSync, input: Input) => Promise<Outcome<Output>>;

interface ActionOptions<Input, Output> {
  readonly perform?: Perform<Input, Output>;
  /** What a blank field `ifNotFound` means; the step has none where this is left out. */
  readonly ifNotFound?: IfNotFound;
}

/** The action of one operation: a message's members in, the operation's answer out. */
export function action<Input extends object, Output extends object>(
  operation: Operation<Input, Output>,
  { perform = (client, input) => sendOnce(client, operation, input), ifNotFound }: ActionOptions<Input, Output> = {},
): Process {
  const requirement = { ...operation, predecessor: true };
  return step(operation.name, async (current) => {
    const { authorise, emit } = current;
    const answer = async () => {
      const { client, request } = await authorise(requirement);
      const { output, trace, recovered } = await perform(client, request);
      await emit(output, { item: 'answer', trace, recovered, length: trace.length });
    };
    await (ifNotFound ? orIfNotFound(current, ifNotFound, answer) : answer());
  });
}
