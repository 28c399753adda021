import * as operations from '../../lib/cognito-sync/operations';

const escaped = (text: string) => text.replace(/[.*+?^$()|[\]\\]/g, '\\$&');

const TABLE = Object.values(operations).map(({ name, method, path }) => ({
  name,
  method,
  pattern: new RegExp(`^${escaped(path).replace(/\{\w+\}/g, '[^/]+')}(?:\\?|$)`),
}));

/** AWS's name of the operation that a request calls; its method where it is none that is known; pure. */
export function operationOf(
  method: string,
  target: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): string {
  const identity = /^AWSCognitoIdentityService\.(\w+)$/.exec(headers['x-amz-target'] ?? '')?.[1];
  if (identity) return identity;
  const action = headers['content-type']?.startsWith('application/x-www-form-urlencoded')
    ? new URLSearchParams(body).get('Action')
    : undefined;
  if (action) return action;
  if (/^\/objects(?:\/|$)/.test(target)) return 'Object storage';
  return TABLE.find((row) => row.method === method && row.pattern.test(target))?.name ?? method;
}
