import { pages, type Paged } from '../aws/pages';
import type { CognitoSync } from '../cognito-sync/client';
import type { Dataset, Identity, Record } from '../cognito-sync/model';
import { ListDatasets, ListRecords } from '../cognito-sync/operations';
import { listPages } from '../cognito-sync/pages';
import { wholeDataset } from '../datasets/whole-dataset';
import { ConnectorError } from '../error';
import { isObject, Mismatch } from '../shape';
import { inOrder } from './in-order';

/** A page of the identities of a pool. */
export interface IdentitiesPage {
  readonly ids: readonly string[];
  readonly NextToken?: string | undefined;
}

/** Where an export reads from. */
export interface ExportSource {
  readonly client: CognitoSync;
  readonly IdentityPoolId: string;
  /** Lists identities, from the first page where there is no token. @throws ConnectorError */
  readonly identities: (NextToken: string | undefined) => Promise<IdentitiesPage>;
}

/** What an export reads: everything, unless filtered. */
export interface ExportFilter {
  readonly IdentityIds?: readonly string[] | undefined;
  readonly DatasetNames?: readonly string[] | undefined;
  /** Only what was modified then or later, epoch ms; removed records are included too. */
  readonly since?: number | undefined;
  /**
   * A dataset that has been deleted and made anew is read as a whole whatever `since` says: records of the one before are
   * gone without being listed as removed.
   */
  readonly wholeAfterDeletion?: boolean;
}

/** A place in the list of identities: all before it have been exported. It takes a few hundred bytes in any pool. */
export interface ExportCursor {
  /** The page's token; absent on the first page. */
  readonly token?: string;
  /** The last identity of the page that is done. */
  readonly after?: string;
}

/** Whether what was saved is a place in the list of identities. */
export function isCursor(saved: unknown): saved is ExportCursor {
  const isTextOrNothing = (value: unknown) => value === undefined || typeof value === 'string';
  return isObject(saved) && isTextOrNothing(saved['token']) && isTextOrNothing(saved['after']);
}

export interface ExportedDataset extends Dataset {
  readonly DatasetName: string;
  readonly DatasetSyncCount: number;
  readonly Records: readonly Record[];
}

/** Something that could not be exported, and why: the name of AWS's exception, or `DatasetDeleted` or `InvalidName`. */
export interface Skipped {
  readonly Reason: string;
  readonly Example: string;
}

/** A dataset that is there; `isWhole` where all its records were read, and not only those that were modified. */
export interface PresentDataset {
  readonly DatasetName: string;
  readonly isWhole: boolean;
}

export interface ExportedIdentity {
  readonly IdentityId: string;
  readonly datasets: readonly ExportedDataset[];
  /** All that the filter's names allow, modified or not. */
  readonly present: readonly PresentDataset[];
  /** Datasets that were not modified since the filter's time. */
  readonly unchanged: number;
  readonly skipped: readonly Skipped[];
  /** Where to go on; undefined after the last identity. */
  readonly next: ExportCursor | undefined;
}

interface Place {
  readonly IdentityId: string;
  readonly next: ExportCursor | undefined;
}

/** AWS does not say how long it honours a token. A run that goes on from an old one begins anew when it is refused. */
function isRefusedToken(error: unknown): boolean {
  return error instanceof ConnectorError && error.name === 'InvalidParameterException';
}

/** The pages of identities from a cursor's token on, from the first one where AWS no longer takes the token. */
async function* pagesFrom(
  { client, identities }: ExportSource,
  token: string | undefined,
  restarted: () => void,
): AsyncGenerator<Paged<IdentitiesPage>, void, void> {
  const read = (NextToken: string | undefined) => withRetry(client, () => identities(NextToken));
  const from = (NextToken: string | undefined) =>
    pages('ListIdentities', read, (page: IdentitiesPage) => page.NextToken, NextToken);
  let isFirst = true;
  try {
    for await (const page of from(token)) {
      isFirst = false;
      yield page;
    }
  } catch (error) {
    if (!isFirst || token === undefined || !isRefusedToken(error)) throw error;
    restarted();
    yield* from(undefined);
  }
}

async function* onePage(ids: readonly string[]): AsyncGenerator<Paged<IdentitiesPage>, void, void> {
  yield await Promise.resolve({ page: { ids }, token: undefined });
}

async function* places(
  source: ExportSource,
  { IdentityIds }: ExportFilter,
  cursor: ExportCursor,
  restarted: () => void,
): AsyncGenerator<Place, void, void> {
  let { after } = cursor;
  const listed = IdentityIds ? onePage(IdentityIds) : pagesFrom(source, cursor.token, restarted);
  for await (const { page, token } of listed) {
    const { ids, NextToken } = page;
    // Where the identity is gone the page is read anew, since identities may have moved across its borders.
    const rest = after !== undefined && token === cursor.token ? ids.slice(ids.indexOf(after) + 1) : ids;
    after = undefined;
    for (const [i, IdentityId] of rest.entries()) {
      const isLast = i === rest.length - 1;
      const onThisPage = { ...(token === undefined ? {} : { token }), after: IdentityId };
      yield { IdentityId, next: isLast ? (NextToken ? { token: NextToken } : undefined) : onThisPage };
    }
  }
}

/** A dataset that keeps changing, or a service that cannot be reached, is given more time than a single call gives it. */
async function withRetry<Result>(client: CognitoSync, call: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      // Throttling comes with a status; the call itself has waited for its end.
      const isPassing = error instanceof ConnectorError && error.retry === 'always' && error.status === undefined;
      if (!isPassing || attempt > 2 * client.retries) throw error;
      await client.backOff(attempt + 3);
    }
  }
}

async function datasetsOf(client: CognitoSync, identity: Identity): Promise<Dataset[]> {
  const datasets: Dataset[] = [];
  for await (const { output } of listPages(client, ListDatasets, { ...identity, MaxResults: 60 })) {
    datasets.push(...(output.Datasets ?? []));
  }
  return datasets;
}

/** Whether a name is one that a request can carry: `.` and `..` would address another resource. */
function isAddressable(name: string): boolean {
  try {
    return ListRecords.members.DatasetName.shape.read(name) === name;
  } catch (error) {
    if (error instanceof Mismatch) return false;
    throw error;
  }
}

const isSince = (date: string | undefined, since: number) => !date || !(Date.parse(date) < since);

type Read = { readonly dataset: ExportedDataset; readonly isWhole: boolean } | { readonly skipped: string };

async function read(
  client: CognitoSync,
  identity: Identity,
  dataset: Dataset,
  { since, wholeAfterDeletion = false }: ExportFilter,
): Promise<Read> {
  const { DatasetName = '' } = dataset;
  if (!isAddressable(DatasetName)) return { skipped: 'InvalidName' };
  try {
    const where = { ...identity, DatasetName };
    const whole = await withRetry(client, () => wholeDataset(client, where));
    // A list from the beginning need not show removed records; one from a sync count does.
    const later = since === undefined ? whole : await withRetry(client, () => wholeDataset(client, where, 1));
    const { exists, syncCount, deletedSince } = later;
    if (!exists) return { skipped: 'DatasetDeleted' };
    const isAnew = since !== undefined && (deletedSince || isSince(dataset.CreationDate, since));
    const isWhole = since === undefined || (wholeAfterDeletion && isAnew);
    const wanted = [...new Map([...whole.records, ...later.records]).values()].filter(({ Value, LastModifiedDate }) =>
      isWhole ? Value !== undefined : isSince(LastModifiedDate, since ?? 0),
    );
    return { dataset: { ...dataset, DatasetName, DatasetSyncCount: syncCount, Records: wanted }, isWhole };
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.name !== 'ResourceNotFoundException') throw error;
    return { skipped: error.name };
  }
}

async function readIdentity(
  source: ExportSource,
  { IdentityId, next }: Place,
  filter: ExportFilter,
): Promise<ExportedIdentity> {
  const { client, IdentityPoolId } = source;
  const { DatasetNames, since } = filter;
  const identity = { IdentityPoolId, IdentityId };
  const datasets: ExportedDataset[] = [];
  const present: PresentDataset[] = [];
  const skipped: Skipped[] = [];
  let unchanged = 0;
  try {
    for (const dataset of await withRetry(client, () => datasetsOf(client, identity))) {
      const { DatasetName = '', LastModifiedDate } = dataset;
      if (DatasetNames && !DatasetNames.includes(DatasetName)) continue;
      if (since !== undefined && !isSince(LastModifiedDate, since)) {
        unchanged++;
        present.push({ DatasetName, isWhole: false });
        continue;
      }
      const result = await read(client, identity, dataset, filter);
      if ('dataset' in result) {
        datasets.push(result.dataset);
        present.push({ DatasetName, isWhole: result.isWhole });
      } else skipped.push({ Reason: result.skipped, Example: `${IdentityId}/${DatasetName}` });
    }
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.name !== 'ResourceNotFoundException') throw error;
    skipped.push({ Reason: error.name, Example: IdentityId });
  }
  return { IdentityId, datasets, present, unchanged, skipped, next };
}

export interface ExportOptions {
  /** Identities that are read at a time, 1 to 10. At most this many are held in memory. */
  readonly concurrency: number;
  /** Called when the cursor's token is refused, so that the export begins anew. */
  readonly restarted: () => void;
}

/**
 * Reads a pool, identity by identity in the order of AWS's list, from a cursor on. Identities are read ahead of the
 * consumer but delivered in order, so that each one's `next` says that everything before it has been delivered.
 * @throws ConnectorError, after which the export can go on from the last cursor
 */
export async function* exportPool(
  source: ExportSource,
  filter: ExportFilter,
  cursor: ExportCursor,
  { concurrency, restarted }: ExportOptions,
): AsyncGenerator<ExportedIdentity, void, void> {
  yield* inOrder(places(source, filter, cursor, restarted), concurrency, (place) =>
    readIdentity(source, place, filter),
  );
}
