import { invalidInput } from '../error';
import type { Config } from './runtime';

/**
 * What is chosen in a field of a step.
 * @param defaultChoice what a blank field means
 * @throws ConnectorError `InvalidInput` for a choice that there is not
 */
export function choiceOf<Choice extends string>(
  { name, cfg }: { readonly name: string; readonly cfg: Config },
  field: string,
  choices: readonly Choice[],
  defaultChoice: NoInfer<Choice>,
): Choice {
  const value = cfg[field];
  if (!value) return defaultChoice;
  const choice = choices.find((known) => known === value);
  if (!choice) throw invalidInput(name, `${field} must be one of ${choices.join(', ')}`);
  return choice;
}
