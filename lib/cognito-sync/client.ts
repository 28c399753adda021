import type { CredentialSource, GivenSignature } from '../aws/attempt';
import { backoffMs, call, realIo, type Answer, type CallOptions } from '../aws/call';
import type { Endpoint } from '../aws/endpoint';
import type { HttpRequest } from '../aws/http';
import { decode } from './decode';
import type { Operation } from './operation';
import { buildRequest } from './request';

/** Where the calls of a client go and in whose name. */
export interface ClientOptions extends CallOptions {
  readonly region: string;
  readonly endpoint: Endpoint;
  readonly credentials: CredentialSource | GivenSignature;
}

/** Sends operations of Cognito Sync. */
export interface CognitoSync {
  /**
   * Sends one operation with validated input.
   * @throws ConnectorError
   */
  readonly send: <Input extends object, Output extends object>(
    operation: Operation<Input, Output>,
    input: Input,
  ) => Promise<Answer<Output>>;
  /** How often several calls that belong together may begin anew: as often as a single call. */
  readonly retries: number;
  /** Waits before attempt number `attempt + 1`, with full jitter. */
  readonly backOff: (attempt: number) => Promise<void>;
  /** Epoch ms, by our own clock. */
  readonly now: () => number;
}

/** The members whose texts an error must not repeat, in a body and in a query. */
const CONFIDENTIAL: ReadonlySet<string> = new Set(['Value', 'Token', 'SyncSessionToken']);
const CONFIDENTIAL_QUERY: ReadonlySet<string> = new Set(['nextToken', 'syncSessionToken']);

function confidentialTexts({ target, body }: HttpRequest): string[] {
  const texts: string[] = [];
  if (body !== undefined) {
    JSON.parse(body, (name, value: unknown) => {
      if (CONFIDENTIAL.has(name) && typeof value === 'string') texts.push(value);
      return value;
    });
  }
  for (const part of target.split(/[?&]/).slice(1)) {
    const [name = '', text = ''] = part.split('=');
    if (CONFIDENTIAL_QUERY.has(name)) texts.push(decodeURIComponent(text));
  }
  return texts;
}

export function cognitoSync(options: ClientOptions): CognitoSync {
  const { region, endpoint, credentials, policy, io = realIo } = options;
  return {
    retries: policy.retries,
    now: () => io.now(),
    backOff: (attempt) => io.wait(backoffMs(attempt, io.random())),
    send: (operation, input) => {
      const request = buildRequest(operation, input);
      return call(
        {
          operation: operation.name,
          service: 'cognito-sync',
          region,
          endpoint,
          request,
          idempotent: operation.idempotent,
          credentials,
          confidential: () => confidentialTexts(request),
          decode: (response) => decode(operation, response),
        },
        options,
      );
    },
  };
}
