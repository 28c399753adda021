import { hash } from 'node:crypto';
import { newMessageWithBody } from 'elasticio-node/lib/messages';
import type { Trace } from '../aws/call';
import { invalidInput } from '../error';

/** What an emitted message says besides its body. */
export interface Envelope {
  /** Tells this message from the others that come of the same input: a key, a page number. */
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
}

/**
 * A name-based id in the form of a UUID (version 8, RFC 9562): the same input gives the same id, so that whoever receives
 * a message twice after a redelivery can tell.
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
  { item, origin = inputId, trace, identityId, recovered }: Envelope,
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
  return message;
}

const DEFAULT_LIMIT_BYTES = 10_485_760;
/** Up to this length no setting of the runtime makes a message too large, so nothing is measured. */
const ALWAYS_FITS = 500_000;
const ROOM_FOR_ENVELOPE_BYTES = 10_000;

/** How the runtime reads a switch: by anything but `false`. */
const isOn = (value: string | undefined) => Boolean(value) && value !== 'false';

/**
 * The largest body that the runtime sends, in bytes of JSON. It encrypts each message, writes it in base64 (protocol 1)
 * and repeats the body in the passthrough (unless switched off); what is larger than its limit is dropped with an error
 * that an action cannot notice. Names and defaults are those of elasticio-sailor-nodejs 2.7.8, misspelling included.
 */
export function largestBodyBytes(env: NodeJS.ProcessEnv): number {
  if (isOn(env['ELASTICIO_EMIT_LIGHTWEIGHT_MESSAGE'])) return Infinity;
  const limit = Number(env['ELASTICIO_OUTGOING_MESSAGE_SIZE_LIMIT']) || DEFAULT_LIMIT_BYTES;
  const copies = isOn(env['ELASTICIO_NO_SELF_PASSTRHOUGH']) ? 1 : 2;
  const growth = Number(env['ELASTICIO_PROTOCOL_VERSION']) >= 2 ? 1 : 4 / 3;
  return Math.floor(limit / growth / copies) - ROOM_FOR_ENVELOPE_BYTES;
}

/**
 * Refuses a body that the runtime would drop.
 * @param length about how many characters its JSON has
 * @throws ConnectorError `InvalidInput` with advice
 */
export function refuseOversize(action: string, body: object, length: number, env = process.env): void {
  if (length <= ALWAYS_FITS) return;
  const limit = largestBodyBytes(env);
  const size = limit === Infinity ? 0 : Buffer.byteLength(JSON.stringify(body));
  if (size > limit) {
    throw invalidInput(
      action,
      `the message to emit has ${size} bytes, and this step can send ${limit}: set «Emit Behaviour» to one message per page or per item, or lower MaxResults`,
    );
  }
}
