import { randomUUID } from 'node:crypto';
import type { TemporaryCredentials } from '../credentials';
import type { ServiceError } from '../errors';
import type { Answer } from '../http/protocol';

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';
const CORS = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Expose-Headers': 'x-amzn-RequestId,Date' };

// The Query protocol has names of its own for what the JSON protocols say.
const QUERY_NAMES: Readonly<Record<string, string>> = {
  AccessDeniedException: 'AccessDenied',
  ExpiredTokenException: 'ExpiredToken',
  IncompleteSignatureException: 'IncompleteSignature',
  InternalErrorException: 'InternalFailure',
  InvalidParameterException: 'ValidationError',
  InvalidSignatureException: 'SignatureDoesNotMatch',
  MissingAuthenticationTokenException: 'MissingAuthenticationToken',
  TooManyRequestsException: 'Throttling',
  UnrecognizedClientException: 'InvalidClientTokenId',
};

/** An answer of the Query protocol; `result` is XML. */
export const answer = (operation: string, result: string): Answer => ({
  status: 200,
  contentType: 'text/xml',
  headers: CORS,
  body:
    `<${operation}Response xmlns="${NAMESPACE}"><${operation}Result>${result}</${operation}Result>` +
    `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></${operation}Response>`,
});

/** An expired web identity has a name of the model's own, with status 400; an expired key another one. */
const codeOf = ({ name, status }: ServiceError) =>
  name === 'ExpiredTokenException' && status === 400 ? name : (QUERY_NAMES[name] ?? name);

export function failure(error: ServiceError): Answer {
  const body =
    `<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>${error.status < 500 ? 'Sender' : 'Receiver'}</Type>` +
    `<Code>${xml(codeOf(error))}</Code><Message>${xml(error.message)}</Message></Error><RequestId>${randomUUID()}</RequestId></ErrorResponse>`;
  return { status: error.status, contentType: 'text/xml', headers: { ...CORS, ...error.headers }, body };
}

/** What every way to a role answers: whom the session stands for, and its keys. */
export const assumed = (
  { session, arn }: { session: string; arn: string },
  { accessKeyId, secretAccessKey, sessionToken, expiration }: TemporaryCredentials,
) =>
  `<AssumedRoleUser><AssumedRoleId>AROALOCAL:${xml(session)}</AssumedRoleId><Arn>${xml(arn)}</Arn></AssumedRoleUser>` +
  `<Credentials><AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>${secretAccessKey}</SecretAccessKey>` +
  `<SessionToken>${sessionToken}</SessionToken><Expiration>${expiration.toISOString().replace('.000', '')}</Expiration></Credentials>`;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

export const xml = (text: string) => text.replace(/[&<>"']/g, (c) => ENTITIES[c] ?? c);
