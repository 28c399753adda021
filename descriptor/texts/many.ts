import type { BulkTotals, ItemRow } from '../../lib/datasets/bulk';
import { bulkUpsertInput } from '../../lib/datasets/bulk-input';
import type { DeleteRecordsOutput } from '../../lib/datasets/delete-records';
import { keysInput } from '../../lib/datasets/keys';
import type { LookUpRecordsOutput } from '../../lib/datasets/look-up';
import { upsertInput } from '../../lib/datasets/upsert-input';
import { exportFilesInput } from '../../lib/export/files-input';
import type { FileMessage } from '../../lib/platform/export-files';
import { ownerFields } from '../../lib/platform/owner';
import type { JsonType } from '../../lib/shape';
import { always, choice, count, exampleOfAnswers, flag, list, object, optional, text, texts, titled, type Answers } from '../answers';
import { actingAs, inputOf } from '../input';
import { group, words } from '../schema';
import { step } from '../step';
import { CREDENTIALS } from './credentials';
import * as data from './data';
import { failure } from './emitted-error';
import * as example from './examples';
import { BULK_CONCURRENCY, formOf, ifNotFound, ofBulk, ofExportToFiles } from './form';
import { datasetName, overField, owner } from './members';
import { WITHOUT_TRIGGER } from './operations';
import { ExportIdentityPool, filterWords, membersOf, upsertWords } from './own-steps';

/** Steps for many records, datasets or identities at once. */

const KEY = words('The key of a record: one as text, commas included. In Developer mode also a list of keys.', 'theme');
const missing = always(texts('The keys that have no record.', 'language'));

const itemMembers: NonNullable<JsonType['members']> = {
  ...Object.fromEntries(
    Object.entries(membersOf(upsertInput))
      .filter(([name]) => name !== 'IdentityPoolId')
      .map(([name, { required, shape }]) => [name, { required: required && name !== 'IdentityId', shape }]),
  ),
  ...ownerFields,
};

const anItem = { IdentityId: example.IDENTITY, DatasetName: 'settings', Records: [{ Key: 'theme', Value: 'dark', Remove: false }] };

const item: Answers<ItemRow> = {
  Index: always(count('The place of the item in the message, from 0.', 0)),
  IdentityPoolId: data.poolId,
  IdentityId: text('The identity; null where it could not be found.', example.IDENTITY),
  DatasetName: data.datasetName,
  Outcome: always(choice(['written', 'unchanged', 'failed'], 'What became of the item: written, unchanged where everything was as wanted already, or failed.')),
  DatasetSyncCount: count('State of the dataset after the write, or its present state; null where the item failed.', 9),
  Created: always(count('Records that are new.', 1)),
  Updated: always(count('Records that have another value now.', 0)),
  Removed: always(count('Records that were removed.', 0)),
  Unchanged: always(count('Records that were as wanted already.', 0)),
  KeptRemote: always(count('Records that somebody else wrote meanwhile, and that were left so.', 0)),
  Error: object('Why the item failed; null where it did not.', failure),
};
const { Error: anError, DatasetSyncCount: aSyncCount, ...aRow } = exampleOfAnswers(item);
const anOutcome = { ...aRow, DatasetSyncCount: aSyncCount };
const aFailure = { ...aRow, Index: 1, Outcome: 'failed', Created: 0, Error: { ...(anError as object), name: 'NotAuthorizedException', message: 'Access to Identity is forbidden', statusCode: 403 } };

/** One message for all items, or the members of one item. */
interface BulkMessage extends ItemRow {
  Items: ItemRow[];
  Totals: BulkTotals;
  Part: number;
  Parts: number;
}

export const BulkUpsertRecords = step<BulkMessage>({
  title: 'Bulk Upsert Records',
  description: 'Brings records of many datasets to the values that you give, in one message.',
  help: `Takes up to 10,000 items, each as Upsert Records takes it, for as many identities of one pool. All items are checked before the first is sent. Items for the same dataset are carried out in their order, all others at the same time. Delivered twice, a message changes nothing that is done and finishes what is left. ${WITHOUT_TRIGGER}`,
  credentials: CREDENTIALS.either,
  permissions: ['cognito-sync:ListRecords', 'cognito-sync:UpdateRecords', 'cognito-sync:ListDatasets'],
  fields: ofBulk,
  input: inputOf(
    { ...membersOf(bulkUpsertInput), Items: { required: true, shape: { json: { type: 'array', items: { type: 'object', members: itemMembers } } } } },
    {
      Items: group('What to write: an item for each dataset. The datasets may be of different identities.', { ...upsertWords, ...owner, IdentityId: words('The identity whose dataset it is, as region:UUID. Needed unless User Identifier or Logins finds it.', example.IDENTITY) }),
      Concurrency: overField(BULK_CONCURRENCY, 10),
    },
    [
      { IdentityPoolId: example.POOL, Items: [anItem] },
      {
        IdentityPoolId: example.POOL,
        Items: [
          { ...anItem, Mode: 'merge', OnConflict: 'overwrite', Values: 'text', AllowEmpty: false },
          { DatasetName: 'settings', Records: [{ Key: 'theme', Value: 'light' }], UserIdentifier: 'user-42' },
          { DatasetName: 'settings', Records: [{ Key: 'theme', Remove: true }], Logins: example.LOGINS },
        ],
        Concurrency: 10,
      },
    ],
  ),
  output: {
    ...optional(item),
    IdentityPoolId: data.poolId,
    Items: list<ItemRow>('In one message for all items: what became of each, in their order.', item),
    Totals: object<BulkTotals>('In one message for all items: how many ended how.', {
      Items: always(count('Items of the message.', 2)),
      ItemsWritten: always(count('Items that were written.', 1)),
      ItemsUnchanged: always(count('Items of which everything was as wanted already.', 0)),
      ItemsFailed: always(count('Items that failed.', 1)),
      RecordsCreated: item.Created,
      RecordsUpdated: item.Updated,
      RecordsRemoved: item.Removed,
    }),
    Part: count('Number of the message, from 1: an answer that is too large for one message comes in several.', 1),
    Parts: count('How many messages hold the answer, mostly 1.', 1),
  },
  outputExamples: [{ IdentityPoolId: example.POOL, Items: [anOutcome, aFailure], Totals: { Items: 2, ItemsWritten: 1, ItemsUnchanged: 0, ItemsFailed: 1, RecordsCreated: 1, RecordsUpdated: 0, RecordsRemoved: 0 }, Part: 1, Parts: 1 }, anOutcome, aFailure],
});

export const LookUpRecords = step<LookUpRecordsOutput>({
  title: 'Look Up Records',
  description: 'Reads records of a dataset by their keys.',
  help: 'Answers the records as rows, and as one object of keys and values, which the next step can map as Values.theme. The service has no call for that, so the dataset is listed: mostly one call.',
  credentials: CREDENTIALS.either,
  permissions: ['cognito-sync:ListRecords'],
  fields: formOf(membersOf(keysInput), { ifNotFound: ifNotFound('error', 'Where some of the keys have a record, those are answered and the others are in Missing.', 'none of the keys has a record') }),
  input: actingAs(inputOf(membersOf(keysInput), { DatasetName: datasetName('The dataset to look in.'), Keys: KEY })),
  output: { ...data.place, DatasetSyncCount: always(data.syncCount), Records: always(list('The records that are there, in the order of the keys.', { ...data.place, ...data.record })), Values: always(object<{ [key: string]: string }>('The same as keys and values.', {})), Missing: missing },
  outputExamples: [{ ...example.DATASET, DatasetSyncCount: 9, Records: [{ ...example.DATASET, ...data.aRecord }], Values: { theme: 'dark' }, Missing: ['language'] }],
});

export const DeleteRecords = step<DeleteRecordsOutput>({
  title: 'Delete Records',
  description: 'Removes records of a dataset by their keys.',
  help: `Touches no other record, and leaves the dataset there. A key that has no record is no error, so a message may be delivered twice. ${WITHOUT_TRIGGER}`,
  credentials: CREDENTIALS.either,
  permissions: ['cognito-sync:ListRecords', 'cognito-sync:UpdateRecords'],
  fields: formOf(membersOf(keysInput)),
  input: actingAs(inputOf(membersOf(keysInput), { DatasetName: datasetName('The dataset to remove from.'), Keys: KEY })),
  output: { ...data.place, DatasetSyncCount: always(count('State of the dataset after the deletion, or its present state where nothing had to be removed.', 9)), Deleted: always(texts('The keys whose records were removed.', 'theme')), Missing: missing },
});

export const ExportIdentityPoolToFiles = step<FileMessage>({
  title: 'Export Identity Pool to Files',
  description: 'Writes everything in an identity pool into files, as attachments of messages.',
  help: 'Sends a message for each file, whose attachment is in the object storage of the platform, for steps that take files: S3, SFTP, CSV and others. Delivered twice, a message gives files of the same names. A pool without records gives none.',
  credentials: ExportIdentityPool.credentials ?? '',
  permissions: ExportIdentityPool.permissions,
  fields: ofExportToFiles,
  input: inputOf(membersOf(exportFilesInput), {
    ...filterWords,
    Format: overField('What the files hold: ndjson (default) or csv.', 'ndjson'),
    Compression: overField('Whether the files are compressed: none (default) or gzip.', 'gzip'),
    FileSize: overField('How large a file is at most, in MB of 1,000,000 bytes, from 1 to 95.', 50),
    FileNamePrefix: words('What the names of the files begin with, such as the date; by default the ID of the pool. A number and the format follow.', 'pool-2026-01-31'),
  }),
  output: {
    Kind: always(choice(['file'], 'Always file.')),
    IdentityPoolId: data.poolId,
    FileName: always(text('The name of the file, which is also that of the attachment.', 'pool-2026-01-31-00001.ndjson.gz')),
    ContentType: always(text('The type of the file: application/x-ndjson, text/csv or application/gzip.', 'application/gzip')),
    Size: always(count('Bytes of the file.', 5_242_880)),
    Sha256: always(titled('SHA-256', text('The digest of the file, in hexadecimal digits.', example.SHA256))),
    Records: always(count('How many records the file holds.', 50_000)),
    Part: always(count('Number of the file, from 1.', 1)),
    IsLast: always(flag('Whether it is the last file of the export.', true)),
    Url: always(text('Where the object storage keeps the file, for steps that take an address instead of an attachment.', 'https://storage.example.com/objects/5cd28fbe-dd83-47ab-9f83-19093a5fb014?storage_type=maester')),
  },
});
