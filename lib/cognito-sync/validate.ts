import { invalidInput } from '../aws/error';
import type { Operation } from './operation';
import { Mismatch } from './shape';

/**
 * Reads the body of a message as the input of an operation, in wire form.
 * @throws ConnectorError `InvalidInput`, naming the field, what was expected and what came
 */
export function validate<Input extends object, Output extends object>(
  { name, input }: Operation<Input, Output>,
  body: unknown,
): Input {
  try {
    return input.read(body);
  } catch (error) {
    if (error instanceof Mismatch) throw invalidInput(name, error.sentence);
    throw error;
  }
}
