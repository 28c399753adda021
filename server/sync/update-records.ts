import { Body, DEVICE_ID, Violations } from '../constraints';
import { identityNotFound, limitExceeded } from '../errors';
import type { Json } from '../json';
import type { Quotas } from '../options';
import type { Settings } from '../settings';
import type { Dataset, Identity, Pool } from '../state/model';
import { poolOf, type Call, type Context } from './context';
import { patch, StaleSyncCount, type Patched, type RecordPatch, type Write } from './dataset';
import { useUp, writeSession } from './sessions';
import { triggerEvent } from './trigger';
import { wireRecord } from './wire-record';

export function updateRecords(context: Context, call: Call): Json {
  const { settings, clock, store } = context;
  const { assume, quotas } = settings;
  const { token, patches, deviceId } = parseUpdate(Body.parse(call.body));
  const pool = poolOf(context, call.pool);
  const identity = writableIdentity(context, pool, call.identity);
  const early = assume.checkedFirst === 'token' ? writeSession(context, call, token) : undefined;
  if (!patches.length) return { Records: [] };
  checkDatasets(identity, call.dataset, quotas);
  const dataset = identity?.datasets.get(call.dataset);
  const at = clock.now();
  const by = authorOf(call, deviceId, settings);
  const review = isReviewed(call, pool) ? reviewOf(context, call, dataset) : undefined;
  let patched: Patched;
  try {
    patched = patch(dataset, patches, { at, by, quotas, assume, review });
  } catch (error) {
    if (early && assume.tokenAfterConflict === 'used-up' && error instanceof StaleSyncCount) useUp(context, early);
    throw error;
  }
  const session = early ?? writeSession(context, call, token);
  store.commit({
    type: 'records',
    pool: call.pool,
    identity: call.identity,
    dataset: call.dataset,
    syncCount: patched.syncCount,
    at,
    by,
    records: patched.records,
    session: { id: session.sessionId, expiration: session.expiration },
  });
  return { Records: patched.records.map(wireRecord) };
}

/** @throws ServiceError when the write would make one dataset too many. */
function checkDatasets(identity: Identity | undefined, name: string, { datasetsPerIdentity }: Quotas): void {
  if (identity?.datasets.get(name)?.exists) return;
  const existing = [...(identity?.datasets.values() ?? [])].filter(({ exists }) => exists).length;
  if (existing >= datasetsPerIdentity) {
    throw limitExceeded(`An identity holds at most ${datasetsPerIdentity} datasets.`);
  }
}

/** LastModifiedBy of a write. */
function authorOf({ caller }: Call, deviceId: string | undefined, { assume, accountId }: Settings): string {
  if (deviceId !== undefined && assume.lastModifiedByDevice === 'device') return deviceId;
  return caller.kind === 'identity' ? caller.identityId : accountId;
}

/** AWS runs the function for writes of identities only: those with developer credentials bypass it. */
const isReviewed = ({ caller }: Call, { settings }: Pool) =>
  caller.kind === 'identity' && Boolean(settings.Events['SyncTrigger']);

/** The pool's SyncTrigger as what looks at the changes last. */
function reviewOf({ settings, trigger }: Context, call: Call, dataset: Dataset | undefined): Write['review'] {
  const where = {
    region: settings.region,
    identityPoolId: call.pool,
    identityId: call.identity,
    datasetName: call.dataset,
  };
  return (changes) => trigger.review(triggerEvent(where, dataset, changes), dataset, changes);
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

/** The identity that a write goes to, undefined for one that the write brings into being. */
function writableIdentity({ settings }: Context, pool: Pool, id: string): Identity | undefined {
  const identity = pool.identities.get(id);
  const refused = identity ? identity.mergedInto !== null : settings.assume.unknownIdentity === 'refused';
  if (refused) throw identityNotFound(id);
  return identity;
}
