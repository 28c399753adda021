import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { ServiceError } from '../errors';
import type { Answer } from './protocol';

/** What decides who may reach the server, of its settings. */
export interface AccessRules {
  /** Origins whose pages may call, besides those of loopback hosts; `*` for any. */
  readonly allowOrigins: readonly string[];
  /** Without it only this machine reaches the control; with it, whoever has it. */
  readonly controlToken: string | undefined;
  /** Whether there is a control. */
  readonly control: boolean;
  /** Whether clients check a certificate, so that a name that somebody else pointed here does not get through. */
  readonly isTls: boolean;
}

/** Of a URL or an Origin: the host, without its port. */
const LOOPBACK = String.raw`(?:localhost|(?:[a-z0-9-]+\.)+localhost|127(?:\.\d{1,3}){3}|\[::1\])`;
const LOOPBACK_ORIGIN = new RegExp(`^[a-z][a-z0-9+.-]*://${LOOPBACK}(?::\\d+)?$`, 'i');
const LOOPBACK_HOST = new RegExp(`^${LOOPBACK}(?::\\d+)?$`, 'i');
const LOOPBACK_ADDRESS = /^(?:::ffff:)?127\.|^::1$/;

/**
 * Hosts that public DNS cannot point here: addresses, names without a dot, and names kept for private networks (RFC 6761,
 * RFC 6762, RFC 8375, ICANN's `.internal`, and the services of a cluster).
 */
const PRIVATE_HOST =
  /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:.]+\]|[\w-]+|[\w.-]+\.(?:localhost|local|internal|test|home\.arpa|svc|svc\.cluster\.local))(?::\d+)?$/i;

/** Proxies set these, or speak HTTP/1.0. What they say is never believed, only that somebody is in between. */
const SET_BY_PROXIES = /^(?:forwarded|via|x-forwarded-.*|x-real-ip|x-client-ip|true-client-ip|cf-connecting-ip)$/;

/** Why a request is not let in whatever it asks for, undefined when it may go on. Nothing of it has been looked at yet but its head. */
export function refusal({ headers }: IncomingMessage, rules: AccessRules): ServiceError | undefined {
  const { origin, host } = headers;
  if (origin !== undefined && !isAllowedOrigin(origin, rules)) {
    return forbidden(
      `Pages of ${shown(origin)} may not call this server. Start it with --allow-origin ${shown(origin)} to let them.`,
    );
  }
  if (host !== undefined && !isAllowedHost(host, rules)) {
    return forbidden(
      `Host ${shown(host)} is a name that anybody may have pointed here. Start the server with --allow-origin ${rules.isTls ? 'https' : 'http'}://${shown(host)} to be reached by it.`,
    );
  }
  return undefined;
}

/** Why a request that `refusal` let in may not use the control, undefined when it may. */
export function controlRefusal(request: IncomingMessage, rules: AccessRules): ServiceError | undefined {
  const { headers } = request;
  const { controlToken } = rules;
  if (!rules.control) return forbidden('The control is switched off: the server was started with --no-control.');
  if (controlToken === undefined) return remoteRefusal(request);
  if (isBearer(headers.authorization ?? '', controlToken)) return undefined;
  return new ServiceError('Unauthorized', 401, 'Expected Authorization: Bearer with the token of --control-token.', {
    headers: { 'WWW-Authenticate': 'Bearer' },
  });
}

/** Why a request without a token is not one of a process on this machine, undefined when it is. */
function remoteRefusal({ socket, headers, httpVersion }: IncomingMessage): ServiceError | undefined {
  const refuse = (what: string) => forbidden(`The control is not for ${what} without the token of --control-token.`);
  if (!LOOPBACK_ADDRESS.test(socket.remoteAddress ?? '')) return refuse('other machines');
  if (headers.origin !== undefined || (headers['sec-fetch-site'] ?? 'none') !== 'none') {
    return refuse('pages of a browser');
  }
  // A name that somebody else's DNS points here would let a page in.
  if (!LOOPBACK_HOST.test(headers.host ?? '')) return refuse('names other than those of loopback');
  if (httpVersion !== '1.1' || Object.keys(headers).some((name) => SET_BY_PROXIES.test(name))) {
    return refuse('what comes through a proxy');
  }
  return undefined;
}

function isAllowedOrigin(origin: string, { allowOrigins }: AccessRules): boolean {
  return LOOPBACK_ORIGIN.test(origin) || allowOrigins.includes('*') || allowOrigins.includes(origin.toLowerCase());
}

function isAllowedHost(host: string, { allowOrigins, isTls }: AccessRules): boolean {
  if (isTls || PRIVATE_HOST.test(host) || allowOrigins.includes('*')) return true;
  const name = hostName(host.toLowerCase());
  return allowOrigins.some((origin) => hostName(origin.slice(origin.indexOf('://') + 3)) === name);
}

const hostName = (host: string) => host.replace(/:\d+$/, '');

/** Compares in constant time whatever the lengths. */
function isBearer(authorization: string, token: string): boolean {
  const given = /^Bearer +(\S+) *$/i.exec(authorization)?.[1] ?? '';
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}

const forbidden = (message: string) => new ServiceError('Forbidden', 403, message);

/** What a client sent, short and plain enough for a message. */
const shown = (text: string) => text.replace(/[^\x21-\x7e]/g, '?').slice(0, 200);

/** What a browser needs to read an answer; AWS sends the same. Whoever may not call is refused before there is an answer. */
export const CORS: Readonly<Record<string, string>> = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': 'x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date',
};

/** Seconds that a browser may remember a preflight. */
const PREFLIGHT_SECONDS = 600;

/** The answer to a preflight of a page that may call. */
export function preflight({ headers }: IncomingMessage): Answer {
  return {
    status: 200,
    contentType: 'application/json',
    headers: {
      ...CORS,
      // The wildcard is not known to old WebViews, and never stands for Authorization.
      'Access-Control-Allow-Headers': headers['access-control-request-headers'] ?? '*,Authorization',
      'Access-Control-Allow-Methods': 'GET,POST,DELETE',
      'Access-Control-Max-Age': String(PREFLIGHT_SECONDS),
      ...(headers['access-control-request-private-network'] !== undefined && {
        'Access-Control-Allow-Private-Network': 'true',
      }),
    },
    body: '',
  };
}

/** A refusal in a protocol's form: with its own status, and without what would let a page read it. */
export const refused = (answer: Answer, status: number): Answer => ({
  ...answer,
  status,
  headers: Object.fromEntries(
    Object.entries(answer.headers ?? {}).filter(([name]) => !name.startsWith('Access-Control-')),
  ),
});
