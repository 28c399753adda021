/**
 * An answer other than 200. The protocol that carries it decides its form: a header and a body for Cognito Sync, a `__type`
 * for Cognito Identity, XML for STS.
 */
export class ServiceError extends Error {
  readonly headers: Readonly<Record<string, string>>;
  readonly delayMs: number;

  constructor(
    /** AWS's name of the exception. */
    override readonly name: string,
    readonly status: number,
    message: string,
    { headers = {}, delayMs = 0 }: ErrorDelivery = {},
  ) {
    super(message);
    this.headers = headers;
    this.delayMs = delayMs;
  }
}

/** How an error is answered, where that is out of the ordinary. */
export interface ErrorDelivery {
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds that the answer takes longer than others. */
  readonly delayMs?: number;
}

export const invalidParameter = (message: string) => new ServiceError('InvalidParameterException', 400, message);
export const notAuthorized = (message: string) => new ServiceError('NotAuthorizedException', 403, message);
export const resourceNotFound = (message: string) => new ServiceError('ResourceNotFoundException', 404, message);
export const limitExceeded = (message: string) => new ServiceError('LimitExceededException', 400, message);
export const serialization = (message: string) => new ServiceError('SerializationException', 400, message);
export const unknownOperation = (message: string) => new ServiceError('UnknownOperationException', 404, message);
export const poolNotFound = (id: string) => resourceNotFound(`IdentityPool '${id}' not found.`);
export const identityNotFound = (id: string) => resourceNotFound(`Identity '${id}' not found.`);
export const datasetNotFound = (name: string) => resourceNotFound(`Dataset '${name}' not found.`);

/** What came, in a message: quoted, and no longer than anybody reads. */
export const quoted = (text: string) => `'${text.length > 200 ? `${text.slice(0, 200)}…` : text}'`;
