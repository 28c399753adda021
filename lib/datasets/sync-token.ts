import { gunzipSync } from 'node:zlib';
import { isObject } from '../shape';

/** A token is some 330 characters long, and what it unpacks to is not much longer. */
const MAX_UNPACKED_BYTES = 16_384;

/**
 * When a SyncSessionToken ends, as its claims say it: epoch ms by AWS's clock. AWS does not document the form, which is that
 * of tokens seen on the wire: base64 of gzip of `<base64 of JSON>:1:<signature>`. Undefined for any other text.
 */
export function expirationOf(token: string): number | undefined {
  try {
    const unpacked = gunzipSync(Buffer.from(token, 'base64'), { maxOutputLength: MAX_UNPACKED_BYTES }).toString();
    const claims: unknown = JSON.parse(Buffer.from(unpacked.split(':', 1)[0] ?? '', 'base64').toString());
    const expiration = isObject(claims) ? claims['expiration'] : undefined;
    return typeof expiration === 'number' && Number.isFinite(expiration) ? expiration : undefined;
  } catch {
    return undefined;
  }
}

/** How long AWS's tokens are good for. */
export const TOKEN_LIFETIME_MS = 5 * 60_000;
