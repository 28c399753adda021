/** Where the calls of one service in one region go. */
export interface Endpoint {
  /** Scheme, host and port, without a path. */
  readonly origin: string;
  /** What the `Host` header says. */
  readonly host: string;
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;
/** A region becomes part of a host name, so it decides where signed requests go. */
const REGION = /^[a-z]{2,}(?:-[a-z]+)+-\d{1,2}$/;

/** The suffixes of AWS's host names outside of its main partition, by the beginning of the region's name. */
const DNS_SUFFIXES = [
  ['cn-', 'amazonaws.com.cn'],
  ['eusc-', 'amazonaws.eu'],
  ['us-iso-', 'c2s.ic.gov'],
  ['us-isob-', 'sc2s.sgov.gov'],
  ['us-isof-', 'csp.hci.ic.gov'],
  ['eu-isoe-', 'cloud.adc-e.uk'],
] as const;

function dnsSuffix(region: string): string {
  return DNS_SUFFIXES.find(([prefix]) => region.startsWith(prefix))?.[1] ?? 'amazonaws.com';
}

/** Whether `region` has the form of an AWS region, such as `eu-central-1`. */
export const isRegion = (region: string): boolean => REGION.test(region);

/** AWS's own endpoint of a service, such as `cognito-sync.eu-central-1.amazonaws.com`. */
export function awsEndpoint(service: string, region: string): Endpoint {
  const host = `${service}.${region}.${dnsSuffix(region)}`;
  return { origin: `https://${host}`, host };
}

/** Custom endpoints that have been read: a component has one or two. */
const endpoints = new Map<string, Endpoint>();

/**
 * Whether plain http may go to a host: to loopback, and where whoever runs the component names it in the variable
 * `COGNITO_SYNC_HTTP_HOSTS`, with commas between names. A credential alone never decides it.
 */
function mayUseHttp(hostname: string): boolean {
  if (LOOPBACK.test(hostname)) return true;
  const named = process.env['COGNITO_SYNC_HTTP_HOSTS'] ?? '';
  return named.split(',').some((name) => name.trim().toLowerCase() === hostname);
}

/**
 * Reads a custom endpoint: https, or http where {@link mayUseHttp}, without user, path, query or fragment.
 * Returns the problem as text where it is none, to follow «endpoint must be».
 */
export function customEndpoint(text: string): Endpoint | { readonly problem: string } {
  const known = endpoints.get(text);
  if (known) return known;
  const expected = 'an https address such as https://vpce-1234.example.com, or http on loopback';
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return { problem: `${expected}, got something that is no address` };
  }
  const { protocol, hostname } = url;
  if (protocol !== 'https:' && protocol !== 'http:')
    return { problem: `${expected}, got one that begins with ${protocol}` };
  if (url.username || url.password) return { problem: `${expected}, got one with a user name or password` };
  if (url.pathname !== '/' || /[?#]/.test(text))
    return { problem: `${expected}, got one with a path, query or fragment` };
  if (protocol === 'http:' && !mayUseHttp(hostname)) {
    const advice = 'whoever runs the component may allow it by COGNITO_SYNC_HTTP_HOSTS';
    return { problem: `${expected}, got http to ${hostname}; ${advice}` };
  }
  const endpoint = { origin: url.origin, host: url.host };
  if (endpoints.size >= 100) endpoints.clear();
  endpoints.set(text, endpoint);
  return endpoint;
}
