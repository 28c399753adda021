import type { Dataset, DatasetOfIdentity, Record } from '../../lib/cognito-sync/model';
import type { ExportTotals } from '../../lib/export/totals';
import { always, choice, count, date, flag, list, object, optional, text, type Answers } from '../answers';
import * as data from './data';
import * as example from './examples';

/** What an export emits: records, datasets or identities and, by choice, a summary. The action and the trigger emit the same. */

type ExportedRecord = DatasetOfIdentity & Record & { Change: 'updated' | 'removed' };
type ExportedDataset = DatasetOfIdentity & Dataset & { DatasetSyncCount: number; Records: ExportedRecord[] };

/** One member for each kind of message: which of them has it stands in its words. */
type ExportedMessage = { Kind: 'record' | 'dataset' | 'identity' | 'presence' | 'summary'; PassId: string; Present: { DatasetName: string; AllRecords: boolean }[] } & ExportedRecord &
  ExportedDataset &
  DatasetOfIdentity & { Datasets: ExportedDataset[]; Part: number; Parts: number; StartedAt: string; ModifiedSince: string; Totals: ExportTotals };

const change = choice(['updated', 'removed'], 'What happened to the record: updated (or created), or removed.');

const record: Answers<ExportedRecord> = { Change: always(change), ...data.place, ...data.record };
const records = list<ExportedRecord>('Where a message holds a whole dataset: its records. Removed ones, which come only for a time range, have null as their Value.', record);
const dataset: Answers<ExportedDataset> = { ...data.place, ...data.dataset, DatasetSyncCount: always(data.syncCount), Records: always(records) };

const totals: Answers<ExportTotals> = {
  Identities: always(count('Identities looked at.', 100_000)),
  Datasets: always(count('Datasets read.', 200_000)),
  Records: always(count('Records delivered with a value.', 1_000_000)),
  Removed: always(count('Records reported as removed.', 0)),
  Bytes: always(count('Size of all keys and values, in UTF-8.', 37_000_000)),
  Unchanged: always(count('Datasets not read, since they were not modified in the time asked for.', 0)),
  Skipped: always(
    list('What could not be delivered, by reason.', {
      Reason: always(text('ResourceNotFoundException or DatasetDeleted: it vanished while it was read. InvalidName: no request can name the dataset. TooLarge: no message can hold the record.', 'DatasetDeleted')),
      Count: always(count('How often.', 1)),
      Example: always(text('The first one: identity ID and dataset name.', `${example.IDENTITY}/profile`)),
    }),
  ),
};

const { CreationDate, DataStorage, NumRecords } = data.dataset;
const { Key, Value, SyncCount, LastModifiedBy, DeviceLastModifiedDate } = optional(data.record);

export const exported: Answers<ExportedMessage> = {
  Kind: always(
    choice(
      ['record', 'dataset', 'identity', 'presence', 'summary'],
      'What the message holds: a record, a dataset or an identity, as the step asks for; which datasets an identity has, and the summary at the end of a pass, where the step asks for them. A message names every member of its kind, null where there is nothing.',
    ),
  ),
  PassId: text('With Report What Is Still There: the pass that the message is of. Later passes have greater ones.', '2026-01-31T00:00:00.000Z'),
  Change: change,
  IdentityPoolId: data.poolId,
  IdentityId: text('The identity; not in the summary.', example.IDENTITY),
  DatasetName: text('The dataset of the record, or the dataset that the message holds.', 'profile'),
  Key,
  Value,
  SyncCount,
  LastModifiedDate: date('When the service took the last change of the record or the dataset.', example.MODIFIED),
  LastModifiedBy,
  DeviceLastModifiedDate,
  CreationDate,
  DataStorage,
  NumRecords,
  DatasetSyncCount: data.syncCount,
  Records: records,
  Datasets: list<ExportedDataset>('Where a message holds a whole identity: its datasets.', dataset),
  Part: count('Number of the message, from 1: a dataset or an identity that is too large for one message comes in several.', 1),
  Parts: count('How many messages hold the dataset or the identity, mostly 1.', 2),
  Present: list<{ DatasetName: string; AllRecords: boolean }>('In a message of the kind presence: the datasets that the identity has.', {
    DatasetName: always(text('Name of the dataset.', 'profile')),
    AllRecords: always(flag('Whether the pass brought all records of the dataset, and not only those that were modified: what it did not bring is gone.', true)),
  }),
  StartedAt: date('In the summary: when the pass began.', '2026-01-31T00:00:00.000Z'),
  ModifiedSince: date('In the summary: only what was modified at this time or later was read. null for a pass over everything.', '2026-01-30T00:00:00.000Z'),
  Totals: object('In the summary: what the pass delivered.', totals),
};

const aRecord = { Change: 'updated', ...example.DATASET, ...data.aRecord };
const aDataset = { ...example.DATASET, ...data.aDataset, DataStorage: 9, DatasetSyncCount: 9, Records: [aRecord] };
const pool = { IdentityPoolId: example.POOL };

export const exportedExamples = [
  { Kind: 'record', ...aRecord },
  { Kind: 'dataset', ...aDataset, Part: 1, Parts: 2 },
  { Kind: 'identity', ...pool, IdentityId: example.IDENTITY, Datasets: [aDataset], Part: 1, Parts: 1 },
  { Kind: 'presence', PassId: '2026-01-31T00:00:00.000Z', ...pool, IdentityId: example.IDENTITY, Present: [{ DatasetName: 'profile', AllRecords: true }] },
  {
    Kind: 'summary',
    ...pool,
    StartedAt: '2026-01-31T00:00:00.000Z',
    ModifiedSince: '2026-01-30T00:00:00.000Z',
    Totals: { Identities: 100_000, Datasets: 200_000, Records: 1_000_000, Removed: 0, Bytes: 37_000_000, Unchanged: 0, Skipped: [{ Reason: 'DatasetDeleted', Count: 1, Example: `${example.IDENTITY}/profile` }] },
  },
];
