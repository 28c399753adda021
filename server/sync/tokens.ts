import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { gzipStored } from './gzip';

/** What a SyncSessionToken says. */
export interface SyncSession {
  readonly sessionId: string;
  /** Epoch milliseconds. */
  readonly expiration: number;
  readonly identityId: string;
  readonly datasetName: string;
}

/**
 * Text in the form of a real token, seen in a capture of 2023: base64 of gzip of `<base64 JSON>:1:<base64 MAC>`. Clients
 * must take it as opaque; its alphabet has `+`, `/` and `=`.
 */
export function encodeToken(session: SyncSession, secret: string): string {
  const claims = Buffer.from(JSON.stringify(session)).toString('base64');
  return gzipStored(Buffer.from(`${claims}:1:${mac(claims, secret)}`)).toString('base64');
}

/** The session of a token that this server made, undefined for any other text. */
export function decodeToken(token: string, secret: string): SyncSession | undefined {
  let text: string;
  try {
    text = gunzipSync(Buffer.from(token, 'base64'), { maxOutputLength: 4096 }).toString();
  } catch {
    return undefined;
  }
  const [claims = '', version, theirs = ''] = text.split(':');
  const ours = Buffer.from(mac(claims, secret));
  const given = Buffer.from(theirs);
  if (version !== '1' || given.length !== ours.length || !timingSafeEqual(given, ours)) return undefined;
  return JSON.parse(Buffer.from(claims, 'base64').toString()) as SyncSession;
}

/** A session of ListRecords: a new one, or the given one with a fresh expiry. */
export const openSession = (
  identityId: string,
  datasetName: string,
  expiration: number,
  sessionId: string = randomUUID(),
): SyncSession => ({ sessionId, expiration, identityId, datasetName });

const mac = (claims: string, secret: string) => createHmac('sha256', secret).update(claims).digest('base64');
