import { readInput } from '../shape';
import type { Operation } from './operation';

/** Reads the body of a message as the input of an operation, in wire form. @throws ConnectorError as {@link readInput} */
export function validate<Input extends object, Output extends object>(
  { name, input }: Operation<Input, Output>,
  body: unknown,
  later?: string,
): Input {
  return readInput(name, input, body, later);
}
