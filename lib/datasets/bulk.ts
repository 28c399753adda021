import type { CognitoSync } from '../cognito-sync/client';
import { ConnectorError } from '../error';
import { inParallel } from './parallel';
import { upsertRecords, type RecordOutcome, type UpsertRecordsOutput } from './upsert';
import type { UpsertRecordsInput } from './upsert-input';

/** One dataset that shall hold what the item says. */
export interface BulkItem {
  /** Its place in the message, from 0. */
  readonly index: number;
  /** Blank where `authorise` finds it. */
  readonly IdentityId: string;
  readonly DatasetName: string;
  /** What the calls of items for the same user have in common; undefined where the message names the identity. */
  readonly user: string | undefined;
  /** Reads the item, which is known to be good: thousands of them are not held in two forms. */
  readonly input: () => UpsertRecordsInput;
  /** The same with its identity, and the client that may write to it. @throws ConnectorError */
  readonly authorise: () => Promise<{ readonly client: CognitoSync; readonly request: UpsertRecordsInput }>;
}

/** What became of an item. */
export interface ItemResult {
  readonly index: number;
  /** Null where it could not be found. */
  readonly IdentityId: string | null;
  readonly DatasetName: string;
  readonly result: UpsertRecordsOutput | ConnectorError;
}

/** The members that a message for an item has. */
export interface ItemRow {
  Index: number;
  IdentityPoolId: string;
  IdentityId: string | null;
  DatasetName: string;
  Outcome: 'written' | 'unchanged' | 'failed';
  DatasetSyncCount: number | null;
  Created: number;
  Updated: number;
  Removed: number;
  Unchanged: number;
  KeptRemote: number;
  Error: { name: string; message: string; statusCode: number | null; requestId: string | null } | null;
}

/** How many items ended how, and records of those that did not fail. */
export interface BulkTotals {
  Items: number;
  ItemsWritten: number;
  ItemsUnchanged: number;
  ItemsFailed: number;
  RecordsCreated: number;
  RecordsUpdated: number;
  RecordsRemoved: number;
}

/** An item whose identity is known. */
interface Identified {
  readonly item: BulkItem;
  readonly IdentityId: string;
  /** Undefined where nothing had to be found. */
  readonly client?: CognitoSync;
}

/** Items by a key, each group in their order. */
function grouped<Item>(items: readonly Item[], keyOf: (item: Item) => string): Iterable<readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups.values();
}

/** Finds out whose datasets the items are about, each user once; what could not be found is a result. */
async function identifyAll(
  items: readonly BulkItem[],
  concurrency: number,
  report: (result: ItemResult) => Promise<void>,
) {
  const identified: Identified[] = [];
  const ofUsers = items.filter(({ user }) => user !== undefined);
  for (const item of items) {
    if (item.user === undefined) identified[item.index] = { item, IdentityId: item.IdentityId };
  }
  await inParallel(
    grouped(ofUsers, ({ user = '' }) => user),
    concurrency,
    async (ofUser) => {
      const [first] = ofUser;
      if (!first) return;
      try {
        const { client, request } = await first.authorise();
        for (const item of ofUser) identified[item.index] = { item, client, IdentityId: request.IdentityId };
      } catch (error) {
        if (!(error instanceof ConnectorError)) throw error;
        for (const { index, IdentityId, DatasetName } of ofUser) {
          await report({ index, IdentityId: IdentityId || null, DatasetName, result: error });
        }
      }
    },
  );
  // The places of those that were not found are left empty.
  return identified.filter(() => true);
}

/**
 * Brings many datasets to what is wanted, at most `concurrency` of them at a time. Items for the same dataset are carried out
 * in their order; a failed one does not stop the others. Repeating it with the same items changes nothing that is done.
 * @param report takes the result of each item once it is there; nothing more is begun after it has thrown
 */
export async function bulkUpsert(
  items: readonly BulkItem[],
  concurrency: number,
  report: (result: ItemResult) => Promise<void>,
): Promise<void> {
  const identified = await identifyAll(items, concurrency, report);
  const byDataset = grouped(identified, ({ item, IdentityId }) => `${IdentityId}/${item.DatasetName}`);
  await inParallel(byDataset, concurrency, async (ofDataset) => {
    for (const { item, client, IdentityId } of ofDataset) {
      const { index, DatasetName } = item;
      await report({ index, IdentityId, DatasetName, result: await upsert(item, IdentityId, client) });
    }
  });
}

async function upsert(item: BulkItem, IdentityId: string, client?: CognitoSync): Promise<ItemResult['result']> {
  try {
    const authorised = client ? { client, request: { ...item.input(), IdentityId } } : await item.authorise();
    return (await upsertRecords(authorised.client, authorised.request)).output;
  } catch (error) {
    if (error instanceof ConnectorError) return error;
    throw error;
  }
}

/** A result as the body of a message. */
export function itemRow(IdentityPoolId: string, { index, IdentityId, DatasetName, result }: ItemResult): ItemRow {
  const where = { Index: index, IdentityPoolId, IdentityId, DatasetName };
  if (result instanceof ConnectorError) {
    const { name, text, status = null, requestId = null } = result;
    const nothing = { DatasetSyncCount: null, Created: 0, Updated: 0, Removed: 0, Unchanged: 0, KeptRemote: 0 };
    return {
      ...where,
      Outcome: 'failed',
      ...nothing,
      Error: { name, message: text, statusCode: status, requestId },
    };
  }
  const { IdentityId: written, DatasetSyncCount, Written, Records } = result;
  const count = (outcome: RecordOutcome) => Records.filter(({ Outcome }) => Outcome === outcome).length;
  return {
    ...where,
    IdentityId: written,
    Outcome: Written ? 'written' : 'unchanged',
    DatasetSyncCount,
    Created: count('created'),
    Updated: count('updated'),
    Removed: count('removed'),
    Unchanged: count('unchanged'),
    KeptRemote: count('keptRemote'),
    Error: null,
  };
}

/** The totals of all rows. */
export function bulkTotals(rows: readonly ItemRow[]): BulkTotals {
  const items = (outcome: ItemRow['Outcome']) => rows.filter(({ Outcome }) => Outcome === outcome).length;
  const records = (member: 'Created' | 'Updated' | 'Removed') => rows.reduce((sum, row) => sum + row[member], 0);
  return {
    Items: rows.length,
    ItemsWritten: items('written'),
    ItemsUnchanged: items('unchanged'),
    ItemsFailed: items('failed'),
    RecordsCreated: records('Created'),
    RecordsUpdated: records('Updated'),
    RecordsRemoved: records('Removed'),
  };
}
