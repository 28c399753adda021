import { invalidInput } from '../error';

const DEFAULT_LIMIT_BYTES = 10_485_760;
/** Up to this length no setting of the runtime makes a message too large, so nothing is measured. */
const ALWAYS_FITS = 500_000;
/** A UTF-16 unit as UTF-8; what JSON escapes in a message was escaped in the answer as well. */
const MOST_BYTES_PER_CHARACTER = 3;
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
  // To measure is to write the whole body once more, which costs as much as reading it.
  if (length * MOST_BYTES_PER_CHARACTER <= limit) return;
  const size = limit === Infinity ? 0 : Buffer.byteLength(JSON.stringify(body));
  if (size > limit) {
    throw invalidInput(
      action,
      `the message to emit has ${size} bytes, and this step can send ${limit}: set «Emit Behavior» to one message per page or per item, or lower MaxResults`,
    );
  }
}
