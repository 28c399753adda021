import type { Caller } from '../callers';
import { identityNotFound, invalidParameter, limitExceeded } from '../errors';
import type { Json } from '../json';
import { keyOf, LONGEST_PAGE, nextToken } from '../paging';
import type { Identity, Pool, StoredRecord } from '../state/model';
import { Body, DEVICE_ID, long, Violations, wholeNumber } from '../constraints';
import { date, poolOf, type Call, type Context } from './context';
import { list, patch, StaleSyncCount, type RecordPatch } from './dataset';
import { decodeToken, encodeToken, openSession, type SyncSession } from './tokens';
import { triggerEvent } from './trigger';

export function listRecords(context: Context, call: Call): Json {
  const { settings, clock, store } = context;
  const pool = poolOf(context, call.pool);
  const identity = pool.identities.get(call.identity);
  const since = long('lastSyncCount', call.query.get('lastSyncCount'));
  const size = Math.min(
    wholeNumber('maxResults', call.query.get('maxResults'), 1, settings.recordsPerPage),
    LONGEST_PAGE,
  );
  const scope = `${call.identity}/${call.dataset}/`;
  const after = keyOf(scope, call.query.get('nextToken'));
  const given = call.query.get('syncSessionToken');
  const session = given === undefined ? undefined : listSession(context, call, given);
  const view = list(identity?.datasets.get(call.dataset), since, after, size, settings.assume);
  // Usage numbers lag behind at AWS too, so a session waits for the next write.
  if (!session && after === undefined) pool.usage.sessions += 1;
  const expiration = clock.now() + settings.tokenLifetimeMs;
  const opened = openSession(call.identity, call.dataset, expiration, session?.sessionId);
  const merged = identity ? mergedDatasetNames(identity, call.dataset) : [];
  return {
    Count: view.page.items.length,
    DatasetDeletedAfterRequestedSyncCount: view.deleted,
    DatasetExists: view.exists,
    DatasetSyncCount: view.syncCount,
    LastModifiedBy: view.lastModifiedBy,
    MergedDatasetNames: merged.length ? merged : null,
    NextToken: view.page.next === undefined ? null : nextToken(scope, view.page.next),
    Records: view.page.items.map(wireRecord),
    SyncSessionToken: encodeToken(opened, store.state.secret),
  };
}

export function updateRecords(context: Context, call: Call): Json {
  const { settings, clock, store } = context;
  const body = Body.parse(call.body);
  const { token, patches, deviceId } = parseUpdate(body);
  const pool = poolOf(context, call.pool);
  const identity = writableIdentity(context, pool, call.identity);
  const { assume, quotas } = settings;
  const admit = () => writeSession(context, call, token);
  const early = assume.checkedFirst === 'token' ? admit() : undefined;
  if (!patches.length) return { Records: [] };
  const dataset = identity?.datasets.get(call.dataset);
  const existing = identity ? [...identity.datasets.values()].filter((each) => each.exists).length : 0;
  if (!dataset?.exists && existing >= settings.quotas.datasetsPerIdentity) {
    throw limitExceeded(`An identity holds at most ${settings.quotas.datasetsPerIdentity} datasets.`);
  }
  const at = clock.now();
  const by =
    deviceId !== undefined && settings.assume.lastModifiedByDevice === 'device'
      ? deviceId
      : nameOf(call.caller, settings.accountId);
  const where = {
    region: settings.region,
    identityPoolId: call.pool,
    identityId: call.identity,
    datasetName: call.dataset,
  };
  const review = (changes: readonly RecordPatch[]) =>
    context.trigger.review(triggerEvent(where, dataset, changes), dataset, changes);
  // AWS runs the function for writes of identities only: those with developer credentials bypass it.
  const reviewed = call.caller.kind === 'identity' && Boolean(pool.settings.Events['SyncTrigger']);
  let patched;
  try {
    patched = patch(dataset, patches, { at, by, quotas, assume, ...(reviewed && { review }) });
  } catch (error) {
    if (early && assume.tokenAfterConflict === 'used-up' && error instanceof StaleSyncCount) useUp(context, early);
    throw error;
  }
  const session = early ?? admit();
  const { syncCount, records } = patched;
  store.commit({
    type: 'records',
    pool: call.pool,
    identity: call.identity,
    dataset: call.dataset,
    syncCount,
    at,
    by,
    records,
    session: { id: session.sessionId, expiration: session.expiration },
  });
  return { Records: records.map(wireRecord) };
}

function parseUpdate(body: Body) {
  const token = body.text('SyncSessionToken');
  const deviceId = body.text('DeviceId');
  const violations = new Violations();
  if (token === undefined) violations.missing('syncSessionToken');
  violations.optional('deviceId', deviceId, DEVICE_ID);
  const patches = (body.objects('RecordPatches') ?? []).map((item, i): RecordPatch => {
    const at = `recordPatches.${i + 1}.member`;
    const op = item.text('Op');
    const key = item.text('Key');
    const syncCount = item.long('SyncCount');
    const value = item.text('Value');
    const seconds = item.number('DeviceLastModifiedDate');
    violations.text(`${at}.op`, op, { values: ['replace', 'remove'] });
    violations.text(`${at}.key`, key, { min: 1, max: 1024, hidden: true });
    if (syncCount === undefined) violations.missing(`${at}.syncCount`);
    else violations.atLeast(`${at}.syncCount`, syncCount, 0);
    violations.optional(`${at}.value`, value, { max: 1_048_575, hidden: true });
    if (op === 'replace' && value === undefined) violations.missing(`${at}.value`);
    return {
      op: op === 'remove' ? 'remove' : 'replace',
      key: key ?? '',
      syncCount: syncCount ?? 0n,
      value,
      deviceLastModifiedDate: seconds === undefined ? undefined : Math.round(seconds * 1000),
    };
  });
  violations.check();
  return { token: token ?? '', deviceId, patches };
}

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
function listSession(context: Context, call: Call, token: string): SyncSession | undefined {
  const session = sessionOf(context, call, token);
  if (!isUsed(context, session)) return session;
  if (context.settings.assume.usedTokenInList === 'refused') throw invalidParameter(NOT_VALID);
  return undefined;
}

/** The session that a write uses up. @throws ServiceError when another one did, unless AWS is assumed to pass that over. */
function writeSession(context: Context, call: Call, token: string): SyncSession {
  const session = sessionOf(context, call, token);
  if (isUsed(context, session) && context.settings.assume.usedTokenInWrite === 'refused') {
    throw invalidParameter(NOT_VALID);
  }
  return session;
}

const isUsed = ({ store }: Context, { sessionId }: SyncSession) => store.state.burntSessions.has(sessionId);

const useUp = ({ store, clock }: Context, { sessionId, expiration }: SyncSession) =>
  store.commit({ type: 'sessions-burnt', sessions: [[sessionId, expiration]], at: clock.now() });

/** The identity that a write goes to, undefined for one that the write brings into being. */
export function writableIdentity({ settings }: Context, pool: Pool, id: string): Identity | undefined {
  const identity = pool.identities.get(id);
  const refused = identity ? identity.mergedInto !== null : settings.assume.unknownIdentity === 'refused';
  if (refused) throw identityNotFound(id);
  return identity;
}

const nameOf = (caller: Caller, accountId: string) => (caller.kind === 'identity' ? caller.identityId : accountId);

/** Datasets of absorbed identities that still wait beside the one of the same name. */
function mergedDatasetNames({ absorbed, datasets }: Identity, name: string): string[] {
  return absorbed.map((id) => `${name}.${id}`).filter((merged) => datasets.get(merged)?.exists);
}

const wireRecord = (record: StoredRecord): Json => ({
  DeviceLastModifiedDate: date(record.deviceLastModifiedDate),
  Key: record.key,
  LastModifiedBy: record.lastModifiedBy,
  LastModifiedDate: date(record.lastModifiedDate),
  SyncCount: record.syncCount,
  Value: record.value,
});
