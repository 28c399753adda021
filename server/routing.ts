import type { IncomingMessage } from 'node:http';
import { CONTROL_PREFIX } from './control/service';
import { controlRefusal, refusal, type AccessRules } from './http/access';
import type { Front, Route } from './http/front';
import { isProbe } from './http/probes';
import type { Protocol } from './http/protocol';
import { TARGET_PREFIX } from './identity/service';
import type { Settings } from './settings';

/** Everything that answers on the one port. */
export interface Protocols {
  readonly control: Protocol;
  readonly identity: Protocol;
  readonly probes: Protocol;
  readonly sts: Protocol;
  readonly sync: Protocol;
}

/** How a request finds what answers it, and whether it is let in. */
export function routing(settings: Settings, protocols: Protocols): Front['routeOf'] {
  const rules: AccessRules = { ...settings, isTls: settings.tls !== undefined };
  return (request): Route => {
    const { url = '', method } = request;
    if (isProbe(url)) return { protocol: protocols.probes, refusal: undefined, isCall: false };
    const refused = refusal(request, rules);
    if (!isControl(url)) return { protocol: serviceOf(request, protocols), refusal: refused, isCall: true };
    // A preflight cannot carry the token; the call behind it will.
    const forbidden = method === 'OPTIONS' ? undefined : controlRefusal(request, rules);
    return { protocol: protocols.control, refusal: refused ?? forbidden, isCall: false };
  };
}

/** The AWS service that a request speaks to. */
function serviceOf({ url, headers }: IncomingMessage, { identity, sts, sync }: Protocols): Protocol {
  if (String(headers['x-amz-target']).startsWith(TARGET_PREFIX)) return identity;
  if (headers['content-type']?.startsWith('application/x-www-form-urlencoded') && url === '/') return sts;
  return sync;
}

const isControl = (url: string) => url === CONTROL_PREFIX || url.startsWith(`${CONTROL_PREFIX}/`);
