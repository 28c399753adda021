import { long, wholeNumber } from '../constraints';
import type { Json } from '../json';
import { keyOf, LONGEST_PAGE, nextToken } from '../paging';
import type { Identity } from '../state/model';
import { poolOf, type Call, type Context } from './context';
import { list } from './dataset';
import { listSession } from './sessions';
import { encodeToken, openSession } from './tokens';
import { wireRecord } from './wire-record';

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
  const view = list(identity?.datasets.get(call.dataset), { since, after, size }, settings.assume);
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

/** Datasets of absorbed identities that still wait beside the one of the same name. */
function mergedDatasetNames({ absorbed, datasets }: Identity, name: string): string[] {
  return absorbed.map((id) => `${name}.${id}`).filter((merged) => datasets.get(merged)?.exists);
}
