import type { CredentialSource } from '../aws/attempt';
import { call, type CallOptions } from '../aws/call';
import type { Endpoint } from '../aws/endpoint';
import { requestIdOf } from '../aws/error-response';
import { percentEncode, type HttpRequest, type HttpResponse } from '../aws/http';
import { Sessions, sessionKey, type Expiring } from '../aws/sessions';
import type { Credentials } from '../aws/sign';
import { ConnectorError } from '../error';

/** A role to act as, by the names of the STS API. */
export interface Role {
  readonly roleArn: string;
  readonly externalId?: string | undefined;
  readonly roleSessionName: string;
}

export interface AssumeRoleOptions extends CallOptions {
  readonly region: string;
  /** Of STS. */
  readonly endpoint: Endpoint;
}

type RoleSession = Credentials & Expiring;

const OPERATION = 'AssumeRole';
const sessions = new Sessions<RoleSession>();

/** An answer is some 1,500 characters long. */
const READ_CHARACTERS = 65_536;

/** The content of an element of the answer; credentials hold nothing that XML would escape. */
function element(xml: string, name: string): string {
  return new RegExp(`<${name}>\\s*([^<>&\\s]+)\\s*</${name}>`).exec(xml)?.[1] ?? '';
}

/** Reads the answer, which is XML, without ever quoting it. @throws ConnectorError `InvalidResponse` */
function decode(response: HttpResponse): RoleSession {
  const beginning = response.body.slice(0, READ_CHARACTERS);
  const xml = beginning.slice(beginning.indexOf('<Credentials>'), beginning.indexOf('</Credentials>') + 1);
  const session = {
    accessKeyId: element(xml, 'AccessKeyId'),
    secretAccessKey: element(xml, 'SecretAccessKey'),
    sessionToken: element(xml, 'SessionToken'),
    expiresMs: Date.parse(element(xml, 'Expiration')),
  };
  const { accessKeyId, secretAccessKey, sessionToken, expiresMs } = session;
  if (accessKeyId && secretAccessKey && sessionToken && !Number.isNaN(expiresMs)) return session;
  throw new ConnectorError('InvalidResponse', {
    operation: OPERATION,
    message: `expected the credentials of a role, got ${response.body.length} characters without them`,
    status: response.status,
    requestId: requestIdOf(response),
    retry: 'if idempotent',
  });
}

const requestOf = (form: Readonly<Record<string, string>>): HttpRequest => ({
  method: 'POST',
  target: '/',
  headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
  body: Object.entries(form)
    .map(([name, value]) => `${name}=${percentEncode(value)}`)
    .join('&'),
});

/**
 * The temporary credentials of a role, which `base` may assume: good for an hour, shared by all messages of the process.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export function assumedRole(
  base: () => Credentials,
  { roleArn, externalId, roleSessionName }: Role,
  { region, endpoint, ...options }: AssumeRoleOptions,
): CredentialSource {
  const form = {
    Action: OPERATION,
    Version: '2011-06-15',
    RoleArn: roleArn,
    RoleSessionName: roleSessionName,
    ...(externalId ? { ExternalId: externalId } : {}),
  };
  const fetch = async () => {
    const { output } = await call(
      {
        operation: OPERATION,
        service: 'sts',
        region,
        endpoint,
        request: requestOf(form),
        idempotent: true,
        credentials: { current: base },
        confidential: () => (externalId ? [externalId] : []),
        decode,
      },
      options,
    );
    return output;
  };
  const key = () => sessionKey(base(), form, region, endpoint.origin);
  return {
    current: () => sessions.get(key(), fetch),
    renew: (expired) => sessions.renew(key(), expired as RoleSession, fetch),
  };
}
