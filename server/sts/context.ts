import type { Caller } from '../callers';
import type { Clock } from '../clock';
import { Violations } from '../constraints';
import type { Credentials } from '../credentials';
import type { Answer } from '../http/protocol';
import type { Providers } from '../identity/providers';
import type { Settings } from '../settings';
import { verify, type WireRequest } from '../sigv4';
import type { State } from '../state/model';

export interface TokenContext {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly state: State;
  readonly credentials: Credentials;
  readonly providers: Providers;
}

/** A call with the members of its form. */
export interface TokenCall {
  readonly request: WireRequest;
  readonly form: URLSearchParams;
}

export type TokenOperation = (context: TokenContext, call: TokenCall) => Answer | Promise<Answer>;

/** Who signed the call. @throws ServiceError for a request that AWS would not let in. */
export function callerOf({ settings, clock, credentials }: TokenContext, request: WireRequest): Caller {
  return verify(request, {
    service: 'sts',
    // The global endpoint, which SDKs of old take by default, is signed for us-east-1.
    region: request.headers.authorization?.includes('/us-east-1/sts/') ? 'us-east-1' : settings.region,
    now: clock.now(),
    maxSkewMs: settings.maxSkewMs,
    skewError: settings.assume.skewError,
    lookUp: credentials.lookUp,
  });
}

/** What every call for a role names. */
export interface WantedRole {
  readonly roleArn: string;
  /** RoleSessionName */
  readonly session: string;
  readonly lifetimeMs: number;
}

/**
 * Reads role, session name and duration of a form.
 * @param more Adds what is wrong with further members.
 * @throws ServiceError naming every violation.
 */
export function wantedRole(form: URLSearchParams, more: (violations: Violations) => void): WantedRole {
  const roleArn = form.get('RoleArn') ?? undefined;
  const session = form.get('RoleSessionName') ?? undefined;
  const seconds = Number(form.get('DurationSeconds') ?? 3600);
  const violations = new Violations();
  violations.text('roleArn', roleArn, { min: 20, max: 2048 });
  violations.text('roleSessionName', session, { min: 2, max: 64, pattern: /^[\w+=,.@-]*$/ });
  more(violations);
  violations.between('durationSeconds', seconds, 900, 43_200);
  violations.check();
  return { roleArn: roleArn ?? '', session: session ?? '', lifetimeMs: seconds * 1000 };
}
