import jsonata from 'jsonata';
import type { Mapping } from '../protocol';

/** Applies a JSONata expression, as the mapper of the platform does; the platform's own functions other than `$getPassthrough()` are missing. */
export async function applyMapping({ expression, sample, passthrough = {} }: Mapping): Promise<unknown> {
  const compiled = jsonata(expression);
  compiled.registerFunction('getPassthrough', () => passthrough);
  const result: unknown = await compiled.evaluate(sample);
  // JSONata's lists carry marks of their own; what travels is JSON.
  return result === undefined ? undefined : (JSON.parse(JSON.stringify(result)) as unknown);
}
