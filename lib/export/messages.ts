import type { Identity, Record } from '../cognito-sync/model';
import { parts, sum } from '../datasets/parts';
import { changedRecordRow, datasetRow } from '../datasets/rows';
import type { Granularity } from './input';
import type { ExportedDataset, ExportedIdentity } from './read-pool';
import type { ExportTotals } from './totals';

/** A message of an export: its body, and what distinguishes it from the others. */
export interface ExportMessage {
  readonly body: { readonly Kind: string; readonly [member: string]: unknown };
  readonly item: string;
  /** About how many characters its JSON has. */
  readonly length: number;
}

/** Room for what stands around the records in a body. */
const ROOM_BYTES = 2_000;
/** What JSON can make of one UTF-16 unit: `\u0000`. */
const ESCAPED_BYTES = 6;
/** Names, dates and counts of a record, and where it is. */
const RECORD_BYTES = 750;

const boundOf = ({ Key = '', Value = '' }: Record) => ESCAPED_BYTES * (Key.length + Value.length) + RECORD_BYTES;
const sizeOf = (record: Record) => Buffer.byteLength(JSON.stringify(record)) + RECORD_BYTES;

/** A record too large for any message is counted as skipped, since the export could never get past it. */
export function withoutOversize(identity: ExportedIdentity, limit: number): ExportedIdentity {
  const isTooLarge = (record: Record) => boundOf(record) + ROOM_BYTES > limit && sizeOf(record) + ROOM_BYTES > limit;
  if (!identity.datasets.some(({ Records }) => Records.some(isTooLarge))) return identity;
  const skipped = [...identity.skipped];
  const datasets = identity.datasets.map((dataset) => ({
    ...dataset,
    Records: dataset.Records.filter((record) => {
      if (!isTooLarge(record)) return true;
      skipped.push({ Reason: 'TooLarge', Example: `${identity.IdentityId}/${dataset.DatasetName}` });
      return false;
    }),
  }));
  return { ...identity, datasets, skipped };
}

const recordParts = (dataset: ExportedDataset, limit: number): ExportedDataset[] =>
  parts(dataset.Records, { bound: boundOf, size: sizeOf }, limit).map((Records) => ({ ...dataset, Records }));

/** A dataset with its records as they stand in a message. */
function datasetBody(identity: Identity, { DatasetSyncCount, Records, ...dataset }: ExportedDataset) {
  const where = { ...identity, DatasetName: dataset.DatasetName };
  return {
    ...datasetRow(identity, dataset),
    DatasetSyncCount,
    Records: Records.map((record) => changedRecordRow(where, record)),
  };
}

const markOf = ({ DatasetName, DatasetSyncCount, LastModifiedDate }: ExportedDataset) =>
  `${DatasetName}@${DatasetSyncCount}@${LastModifiedDate}`;

function* recordMessages(identity: Identity, datasets: readonly ExportedDataset[]): Generator<ExportMessage> {
  for (const { DatasetName, Records } of datasets) {
    const where = { ...identity, DatasetName };
    for (const record of Records) {
      yield {
        body: { Kind: 'record', ...changedRecordRow(where, record) },
        item: `${identity.IdentityId}/${DatasetName}/${record.Key}@${record.SyncCount}@${record.LastModifiedDate}`,
        length: boundOf(record),
      };
    }
  }
}

function* datasetMessages(
  identity: Identity,
  datasets: readonly ExportedDataset[],
  { room, since }: { readonly room: number; readonly since: number | undefined },
): Generator<ExportMessage> {
  for (const dataset of datasets) {
    const split = recordParts(dataset, room);
    for (const [index, part] of split.entries()) {
      yield {
        body: { Kind: 'dataset', ...datasetBody(identity, part), Part: index + 1, Parts: split.length },
        item: `${identity.IdentityId}/${markOf(dataset)} since ${since} part ${index} of ${split.length}`,
        length: sum(part.Records, boundOf),
      };
    }
  }
}

function* identityMessages(
  identity: Identity,
  datasets: readonly ExportedDataset[],
  { room, since }: { readonly room: number; readonly since: number | undefined },
): Generator<ExportMessage> {
  if (datasets.length === 0) return;
  const pieces = datasets.flatMap((dataset) => recordParts(dataset, room - ROOM_BYTES));
  const boundOfPiece = ({ Records }: ExportedDataset) => sum(Records, boundOf) + ROOM_BYTES;
  const sizeOfPiece = ({ Records }: ExportedDataset) => sum(Records, sizeOf) + ROOM_BYTES;
  const split = parts(pieces, { bound: boundOfPiece, size: sizeOfPiece }, room);
  const marks = datasets.map(markOf).join(' ');
  for (const [index, part] of split.entries()) {
    const Datasets = part.map((dataset) => datasetBody(identity, dataset));
    yield {
      body: { Kind: 'identity', ...identity, Datasets, Part: index + 1, Parts: split.length },
      item: `${identity.IdentityId} ${marks} since ${since} part ${index} of ${split.length}`,
      length: sum(part, boundOfPiece),
    };
  }
}

/** How messages are made of an identity. */
export interface Splitting {
  readonly granularity: Granularity;
  /** What the records were filtered by, epoch ms. */
  readonly since: number | undefined;
  /** Bytes of a body. */
  readonly limit: number;
}

/**
 * The messages of one identity, each with every member of its kind. What would be larger than the platform takes comes in
 * several, numbered by `Part` and `Parts`; an identity without datasets gives none.
 */
export function exportMessages(
  IdentityPoolId: string,
  { IdentityId, datasets }: ExportedIdentity,
  { granularity, since, limit }: Splitting,
): Generator<ExportMessage> {
  const identity = { IdentityPoolId, IdentityId };
  const options = { since, room: limit - ROOM_BYTES };
  switch (granularity) {
    case 'record':
      return recordMessages(identity, datasets);
    case 'dataset':
      return datasetMessages(identity, datasets, options);
    case 'identity':
      return identityMessages(identity, datasets, options);
  }
}

export interface Closing {
  readonly IdentityPoolId: string;
  /** Epoch ms, by AWS's clock. */
  readonly startedAt: number;
  /** Epoch ms. */
  readonly since: number | undefined;
  readonly totals: ExportTotals;
}

/** The body of the closing message of an export. */
export function closingBody({ IdentityPoolId, startedAt, since, totals }: Closing): ExportMessage['body'] {
  return {
    Kind: 'summary',
    IdentityPoolId,
    StartedAt: new Date(startedAt).toISOString(),
    ModifiedSince: since === undefined ? null : new Date(since).toISOString(),
    Totals: totals,
  };
}
