import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** What decides whether a request may pass. */
export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

export interface Refusal {
  readonly status: number;
  readonly message: string;
}

const refusal = (status: number, message: string): Refusal => ({ status, message });

/** Whether a token is the expected one; hashed first, so that the comparison takes as long for one of any length. */
export function isSame(given: string, expected: string): boolean {
  const [one, other] = [given, expected].map((text) => createHash('sha256').update(text).digest());
  return timingSafeEqual(one as Buffer, other as Buffer);
}

/**
 * Why a request is refused; undefined where it may pass; pure. The server signs calls for whoever reaches it, so only its own page,
 * opened from the terminal, may: a name that somebody's DNS points here is no host of ours, another origin is none of ours, and
 * without the token of this start nothing is done.
 */
export function refusalOf({ method, url, headers }: Asked, port: number, token: string): Refusal | undefined {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  const { host = '', origin, 'sec-fetch-site': site, authorization = '' } = headers;
  if (!hosts.includes(host)) return refusal(421, 'This host name is not the workbench.');
  if (origin !== undefined && origin !== `http://${host}`) return refusal(403, 'Another origin may not call.');
  // The header may be absent, so this is an extra only.
  if (site !== undefined && site !== 'same-origin' && site !== 'none') {
    return refusal(403, 'Another site may not call.');
  }
  if (!url.startsWith('/api/')) return method === 'GET' ? undefined : refusal(405, 'Files are read by GET.');
  if (method !== 'POST') return refusal(405, 'Calls are made by POST.');
  if (!/^application\/json *(?:;|$)/.test(headers['content-type'] ?? '')) {
    return refusal(415, 'Calls are made as application/json.');
  }
  if (!isSame(authorization, `Bearer ${token}`)) return refusal(401, 'Open the link from the terminal.');
  return undefined;
}

/**
 * The headers of every answer. Scripts and connections come from this server alone, styles too, or with the nonce; Trusted Types
 * leave no way from text to script.
 */
export function securityHeaders(nonce: string): Record<string, string> {
  const policy = {
    'default-src': "'none'",
    'script-src': "'self'",
    'style-src': `'self' 'nonce-${nonce}'`,
    'font-src': "'self'",
    'connect-src': "'self'",
    'img-src': "'self' data:",
    'frame-ancestors': "'none'",
    'base-uri': "'none'",
    'form-action': "'none'",
    'require-trusted-types-for': "'script'",
    'trusted-types': "'none'",
  };
  return {
    'Content-Security-Policy': Object.entries(policy)
      .map((directive) => directive.join(' '))
      .join('; '),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Cache-Control': 'no-store',
  };
}
