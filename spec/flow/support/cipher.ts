import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';

/** The platform encrypts every message: AES-256-CBC, the key being the SHA-256 of a password. */
export const CRYPTO = { password: 'local-message-password', iv: 'local-message-iv' };
const key = createHash('sha256').update(CRYPTO.password).digest();

/** `value` as JSON, encrypted. */
export function sealed(value: unknown): Buffer {
  const cipher = createCipheriv('aes-256-cbc', key, CRYPTO.iv);
  return Buffer.concat([cipher.update(JSON.stringify(value)), cipher.final()]);
}

/** The reverse of `sealed`. */
export function opened(bytes: Buffer): unknown {
  const decipher = createDecipheriv('aes-256-cbc', key, CRYPTO.iv);
  return JSON.parse(Buffer.concat([decipher.update(bytes), decipher.final()]).toString());
}

export const sealedText = (value: unknown): string => sealed(value).toString('base64');
export const openedText = (text: string): unknown => opened(Buffer.from(text, 'base64'));
