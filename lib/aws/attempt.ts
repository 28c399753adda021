import { ConnectorError } from '../error';
import { TransportFailure } from './adapter';
import type { Endpoint } from './endpoint';
import { errorFrom, requestIdOf } from './error-response';
import type { HttpRequest, HttpResponse } from './http';
import type { Clock } from './rate';
import { redaction } from './redact';
import type { Send } from './send';
import { signRequest, type Credentials } from './sign';

/** Where credentials come from. */
export interface CredentialSource {
  current(): Credentials | Promise<Credentials>;
  /** Fetches fresh ones after AWS called `expired` expired; absent where the user must do that. */
  renew?(expired: Credentials): Promise<Credentials>;
}

/** A signature that the sender of the message made: sent as given, once. */
export interface GivenSignature {
  readonly headers: Readonly<Record<string, string>>;
}

/** The outside world, replaced in tests. */
export interface Io extends Clock {
  readonly send: Send;
  /** From 0 to 1, as Math.random. */
  random(): number;
}

/** One call of one AWS service. */
export interface Call<Output> {
  readonly operation: string;
  /** The signing name, such as `cognito-sync`. */
  readonly service: string;
  readonly region: string;
  readonly endpoint: Endpoint;
  readonly request: HttpRequest;
  /** A repeat has the effect of one call. */
  readonly idempotent: boolean;
  /** Undefined for the operations that AWS takes unsigned. */
  readonly credentials: CredentialSource | GivenSignature | undefined;
  /** Texts of the request that no error may repeat, such as values of records and tokens. */
  readonly confidential?: () => readonly string[];
  /** @throws ConnectorError `InvalidResponse` when the body of a success is not what it must be */
  readonly decode: (response: HttpResponse) => Output;
}

export function isSource(credentials: CredentialSource | GivenSignature): credentials is CredentialSource {
  return 'current' in credentials;
}

/** The headers of a request whose signature somebody else made; names in lower case, so that none stands there twice. */
function givenHeaders(credentials: GivenSignature | undefined): Record<string, string> {
  const headers = Object.entries(credentials?.headers ?? {});
  return Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value]));
}

/** One attempt: the request as it is sent, and what came of it. */
export interface Attempt<Output> {
  readonly signedFor: number;
  readonly response?: HttpResponse;
  readonly requestId?: string | undefined;
  readonly outcome: { readonly output: Output } | { readonly error: ConnectorError };
}

/** Whether AWS turned the call away before acting, since there were too many. */
export const isThrottled = ({ response, outcome }: Attempt<unknown>): boolean =>
  response !== undefined && 'error' in outcome && outcome.error.retry === 'always';

/** Sends a call once. */
export async function attempt<Output>(
  { operation, service, region, endpoint, request, credentials, confidential, decode }: Call<Output>,
  { io, keys, signedFor, timeoutMs }: { io: Io; keys: Credentials | undefined; signedFor: number; timeoutMs: number },
): Promise<Attempt<Output>> {
  const { origin, host } = endpoint;
  const given = credentials && !isSource(credentials) ? credentials : undefined;
  const signed = keys
    ? signRequest(request, { service, region, host, credentials: keys, nowMs: signedFor })
    : { ...request, headers: { ...request.headers, host, ...givenHeaders(given) } };
  // Made where something is shown only: it takes longer than many a call.
  const redact = (text: string) =>
    redaction([
      keys?.secretAccessKey,
      signed.headers['authorization']?.split('Signature=')[1],
      signed.headers['x-amz-security-token'],
      ...(confidential?.() ?? []),
    ])(text);
  let response: HttpResponse | undefined;
  try {
    response = await io.send(signed, { origin, timeoutMs });
    if (response.status < 200 || response.status >= 300) throw errorFrom(operation, response, signedFor, redact);
    return { signedFor, response, requestId: requestIdOf(response, redact), outcome: { output: decode(response) } };
  } catch (cause) {
    const error = asConnectorError(cause, operation);
    return { signedFor, ...(response ? { response } : {}), requestId: error.requestId, outcome: { error } };
  }
}

/** Whatever went wrong as the one error. */
function asConnectorError(cause: unknown, operation: string): ConnectorError {
  if (cause instanceof ConnectorError) return cause;
  if (!(cause instanceof TransportFailure)) throw cause;
  const { kind, message, sent } = cause;
  return new ConnectorError(kind, { operation, message, retry: sent ? 'if idempotent' : 'always' });
}
