/**
 * Whether another attempt makes sense. `always`: AWS turned the request away before acting, or it never left.
 * `if idempotent`: it may have taken effect. `never`: the input, a permission or the data must change first.
 */
export type Retry = 'always' | 'if idempotent' | 'never';

/**
 * The names that the connector gives errors of its own. `InvalidInput`: a message or a setting cannot be used; nothing was
 * sent. `NetworkError`, `Timeout`: no answer came. `InvalidResponse`: what came is no answer of AWS. `OutcomeUnknown`: a call
 * that must not be repeated blindly got no answer, and nothing shows whether it took effect. `ItemsFailed`: items of a bulk
 * failed for several reasons. `FileError`, `ObjectStorageError`: an export could not write a file, or not store it.
 */
export const OWN_ERROR_NAMES = [
  'InvalidInput',
  'NetworkError',
  'Timeout',
  'InvalidResponse',
  'OutcomeUnknown',
  'ItemsFailed',
  'FileError',
  'ObjectStorageError',
] as const;
export type OwnErrorName = (typeof OWN_ERROR_NAMES)[number];

/** One of ours, or whatever AWS calls its exception: names that its model lacks occur too. */
export type ErrorName = OwnErrorName | (string & {});

export interface ErrorDetails {
  readonly operation: string;
  readonly message: string;
  /** HTTP status, where there was an answer. */
  readonly status?: number | undefined;
  readonly requestId?: string | undefined;
  readonly retry?: Retry;
  /** How long AWS asks to wait before another attempt, in ms. */
  readonly retryAfterMs?: number | undefined;
}

/** The text with where it came from, as ` (HTTP <status>, request id <id>)`, as far as that is known. */
export function withOrigin(text: string, { status, requestId }: Pick<ErrorDetails, 'status' | 'requestId'>): string {
  const origin = [status && `HTTP ${status}`, requestId && `request id ${requestId}`].filter(Boolean).join(', ');
  return origin ? `${text} (${origin})` : text;
}

/**
 * The one error of the connector. `name` is AWS's exception name, or one of {@link OWN_ERROR_NAMES}. The platform keeps only
 * name, message and stack, so the message carries everything a flow builder needs:
 * `<Action>: <name>: <text> (HTTP <status>, request id <id>)`. It holds no `cause`, which could hold a signature.
 */
export class ConnectorError extends Error {
  override readonly name: ErrorName;
  readonly operation: string;
  /** The message without operation, name, status and request id. */
  readonly text: string;
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  readonly retry: Retry;
  readonly retryAfterMs: number | undefined;

  constructor(name: ErrorName, { operation, message, status, requestId, retry = 'never', retryAfterMs }: ErrorDetails) {
    super(withOrigin(`${operation}: ${name}: ${message}`, { status, requestId }));
    this.name = name;
    this.operation = operation;
    this.text = message;
    this.status = status;
    this.requestId = requestId;
    this.retry = retry;
    this.retryAfterMs = retryAfterMs;
  }

  /** The same error of another action, for one that makes several calls. */
  as(operation: string): ConnectorError {
    if (operation === this.operation) return this;
    const { name, text, status, requestId, retry, retryAfterMs } = this;
    return new ConnectorError(name, {
      operation,
      message: `${text} [${this.operation}]`,
      status,
      requestId,
      retry,
      retryAfterMs,
    });
  }
}

/** A value of a message or a setting that cannot be used; nothing was sent. */
export function invalidInput(operation: string, message: string): ConnectorError {
  return new ConnectorError('InvalidInput', { operation, message });
}
