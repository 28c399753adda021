import { invalidInput } from '../aws/error';
import type { Operation } from './operation';
import { Mismatch, type Shape } from './shape';

/**
 * Reads the body of a message by its shape.
 * @param action whose input it is, for the error
 * @throws ConnectorError `InvalidInput`, naming the field, what was expected and what came
 */
export function readInput<Input>(action: string, shape: Shape<Input>, body: unknown): Input {
  try {
    return shape.read(body);
  } catch (error) {
    if (error instanceof Mismatch) throw invalidInput(action, error.sentence);
    throw error;
  }
}

/** Reads the body of a message as the input of an operation, in wire form. @throws ConnectorError as {@link readInput} */
export function validate<Input extends object, Output extends object>(
  { name, input }: Operation<Input, Output>,
  body: unknown,
): Input {
  return readInput(name, input, body);
}
