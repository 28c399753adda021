import { invalidParameter } from '../errors';
import type { Call, Context } from './context';
import { decodeToken, type SyncSession } from './tokens';

const NOT_VALID = 'SyncSessionToken not valid for these inputs';

/** The session of a token. @throws ServiceError when it is none of this identity and dataset, or expired. */
function sessionOf({ store, clock, settings }: Context, call: Call, token: string): SyncSession {
  const session = decodeToken(token, store.state.secret);
  if (session?.identityId !== call.identity || session.datasetName !== call.dataset) throw invalidParameter(NOT_VALID);
  if (session.expiration <= clock.now()) {
    const { expiredTokenText } = settings.assume;
    throw invalidParameter(expiredTokenText === 'expired' ? 'SyncSessionToken has expired' : NOT_VALID);
  }
  return session;
}

/** The session that a list goes on with, undefined for a used one that AWS is assumed to pass over. @throws ServiceError */
export function listSession(context: Context, call: Call, token: string): SyncSession | undefined {
  const session = sessionOf(context, call, token);
  if (!isUsed(context, session)) return session;
  if (context.settings.assume.usedTokenInList === 'refused') throw invalidParameter(NOT_VALID);
  return undefined;
}

/** The session that a write uses up. @throws ServiceError when another one did, unless AWS is assumed to pass that over. */
export function writeSession(context: Context, call: Call, token: string): SyncSession {
  const session = sessionOf(context, call, token);
  if (isUsed(context, session) && context.settings.assume.usedTokenInWrite === 'refused') {
    throw invalidParameter(NOT_VALID);
  }
  return session;
}

const isUsed = ({ store }: Context, { sessionId }: SyncSession) => store.state.usedSessions.has(sessionId);

/** Uses a session up without a write. */
export const useUp = ({ store, clock }: Context, { sessionId, expiration }: SyncSession) =>
  store.commit({ type: 'sessions-burnt', sessions: [[sessionId, expiration]], at: clock.now() });
