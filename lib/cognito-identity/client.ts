import type { CredentialSource } from '../aws/attempt';
import { call, type Answer, type CallOptions } from '../aws/call';
import type { Endpoint } from '../aws/endpoint';
import { decodeJson, type Kind } from '../aws/json';
import type { IdentityOperation } from './model';

/** Where the calls of a client go and in whose name. */
export interface IdentityClientOptions extends CallOptions {
  readonly region: string;
  readonly endpoint: Endpoint;
  /** Used by the signed operations only. */
  readonly credentials: CredentialSource;
}

/** Sends operations of Cognito Identity. */
export interface CognitoIdentity {
  /** @throws ConnectorError */
  readonly send: <Input extends object, Output extends object>(
    operation: IdentityOperation<Input, Output>,
    input: Input,
  ) => Promise<Answer<Output>>;
}

const KINDS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ...['CreationDate', 'LastModifiedDate', 'Expiration'].map((name) => [name, 'date'] as const),
  ['Identities', 'objects'],
  ['Logins', 'texts'],
  ['Credentials', 'object'],
  ...['AccessKeyId', 'IdentityId', 'IdentityPoolId', 'NextToken', 'SecretKey', 'SessionToken', 'Token'].map(
    (name) => [name, 'text'] as const,
  ),
]);

export function cognitoIdentity(options: IdentityClientOptions): CognitoIdentity {
  const { region, endpoint, credentials } = options;
  return {
    send: ({ name, signed, idempotent }, input) =>
      call(
        {
          operation: name,
          service: 'cognito-identity',
          region,
          endpoint,
          request: {
            method: 'POST',
            target: '/',
            headers: {
              'content-type': 'application/x-amz-json-1.1',
              'x-amz-target': `AWSCognitoIdentityService.${name}`,
            },
            body: JSON.stringify(input),
          },
          idempotent,
          credentials: signed ? credentials : undefined,
          confidential: () => ('Logins' in input ? Object.values(input.Logins as Record<string, string>) : []),
          decode: (response) => decodeJson(name, response, KINDS),
        },
        options,
      ),
  };
}
