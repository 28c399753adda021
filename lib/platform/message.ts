import { hash } from 'node:crypto';
import { newMessageWithBody } from 'elasticio-node/lib/messages';
import type { Trace } from '../aws/call';

/** A file that a message brings along. */
export interface Attachment {
  readonly url: string;
  readonly 'content-type': string;
  /** Bytes. */
  readonly size: number;
}

/** What an emitted message says besides its body. */
export interface Envelope {
  /** Distinguishes this message from the others that come of the same input: a key, a page number. */
  readonly item: string;
  /**
   * What the item belongs to, for the id: by default the input message. A trigger names the place in Cognito Sync that its
   * data is from, since the messages of the scheduler have nothing to do with it.
   */
  readonly origin?: string | undefined;
  readonly trace?: Trace | undefined;
  /** The identity that the call was made for, where the message named another one or none. */
  readonly identityId?: string | undefined;
  /** The answer to an ambiguous failure was found out afterwards. */
  readonly recovered?: boolean | undefined;
  /** The list goes on after this page. */
  readonly hasMore?: boolean | undefined;
  /** What an export has delivered, in its last message. */
  readonly totals?: object | undefined;
  /** Files in the platform's object storage, by name. */
  readonly attachments?: { readonly [name: string]: Attachment } | undefined;
}

/**
 * A name-based id in the form of a UUID (version 8, RFC 9562): the same input gives the same id, so that whoever receives
 * a message twice after a redelivery can notice.
 */
export function deterministicId(...names: string[]): string {
  const hex = hash('sha256', names.join('\0'));
  const variant = ((parseInt(hex.charAt(16), 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The message to emit. Without an id of the input, the platform's random one stays. */
export function messageOf(
  action: string,
  inputId: string | undefined,
  body: object,
  { item, origin = inputId, trace, identityId, recovered, hasMore, totals, attachments }: Envelope,
) {
  const message = newMessageWithBody(body);
  if (origin) message.id = deterministicId(origin, action, item);
  if (trace?.requestId) message.headers['cognito-sync-request-id'] = trace.requestId;
  if (trace) {
    message.headers['cognito-sync-attempts'] = String(trace.attempts);
    message.headers['cognito-sync-duration-ms'] = String(trace.durationMs);
  }
  if (identityId) message.headers['cognito-sync-identity-id'] = identityId;
  if (recovered) message.headers['cognito-sync-recovered'] = 'true';
  if (hasMore) message.headers['cognito-sync-has-more'] = 'true';
  if (totals) message.headers['cognito-sync-totals'] = JSON.stringify(totals);
  if (attachments) message.attachments = attachments;
  return message;
}
