import { invalidInput, type ConnectorError } from '../error';
import type { Config } from './runtime';

/** What a step does when AWS keeps refusing: the choices of the field `errorPolicy`, worded as elsewhere on the platform. */
export const ERROR_POLICIES = ['retry', 'rebound', 'emit', 'fail'] as const;
export type ErrorPolicy = (typeof ERROR_POLICIES)[number];

/** @throws ConnectorError `InvalidInput` for a choice that there is not */
export function errorPolicyOf(name: string, cfg: Config): ErrorPolicy {
  const value = cfg['errorPolicy'];
  if (!value) return 'retry';
  const policy = ERROR_POLICIES.find((known) => known === value);
  if (!policy) throw invalidInput(name, `errorPolicy must be one of ${ERROR_POLICIES.join(', ')}`);
  return policy;
}

/** An error as the body of a message, for a flow that branches on it. */
export function described({ name, text, status, requestId, operation }: ConnectorError) {
  return { name, message: text, statusCode: status, requestId, operation };
}
