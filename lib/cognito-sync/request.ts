import { percentEncode, type HttpRequest } from '../aws/http';
import type { Binding, Operation } from './operation';

/** Builds the request of an operation from its validated input; pure. The signature comes later. */
export function buildRequest<Input extends object, Output extends object>(
  { method, path, members }: Operation<Input, Output>,
  input: Input,
): HttpRequest {
  let target = path;
  let query = '';
  let body: { [member: string]: unknown } | undefined;
  const headers: Record<string, string> = {};

  for (const [name, binding] of Object.entries<Binding>(members)) {
    const value = input[name as keyof Input];
    // An operation with members in its body sends an object even when none is given, as AWS's SDKs do.
    if (binding.in === 'body') body ??= {};
    if (value === undefined) continue;
    switch (binding.in) {
      case 'label':
        target = target.replace(`{${name}}`, percentEncode(String(value)));
        break;
      case 'query':
        query += `${query ? '&' : '?'}${binding.as}=${percentEncode(String(value))}`;
        break;
      case 'header':
        headers[binding.as.toLowerCase()] = String(value);
        break;
      case 'body':
        body![name] = value;
    }
  }
  if (!body) return { method, target: target + query, headers };
  headers['content-type'] = 'application/json';
  return { method, target: target + query, headers, body: JSON.stringify(body) };
}
