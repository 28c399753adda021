import { ConnectorError } from '../error';
import { choiceOf } from './choice';
import type { Step } from './step';

/** What a step does when the service knows nothing of what it was asked for: the choices of the field `ifNotFound`. */
export const IF_NOT_FOUND = ['error', 'emptyObject', 'nothing'] as const;
export type IfNotFound = (typeof IF_NOT_FOUND)[number];

/** A pool that is not there is a mistake in the flow, whatever was looked for in it. The text is AWS's. */
const isMissing = (error: unknown): boolean =>
  error instanceof ConnectorError &&
  error.name === 'ResourceNotFoundException' &&
  !/^identity ?pool\b/i.test(error.text);

/**
 * Runs `call`, and does what the step's field `ifNotFound` says where there is no such thing.
 * @param defaultChoice what a blank field means
 * @throws ConnectorError
 */
export async function orIfNotFound(step: Step, defaultChoice: IfNotFound, call: () => Promise<void>): Promise<void> {
  const choice = choiceOf(step, 'ifNotFound', IF_NOT_FOUND, defaultChoice);
  try {
    await call();
  } catch (error) {
    if (choice === 'error' || !isMissing(error)) throw error;
    step.log(
      `${step.name}: there is no such thing, so ${choice === 'nothing' ? 'nothing' : 'an empty object'} is emitted`,
    );
    if (choice === 'emptyObject') await step.emit({}, { item: 'answer', length: 0 });
  }
}
