import type * as model from '../../lib/cognito-sync/model';
import { always, choice, count, date, exampleOfAnswers, list, object, text, texts, titled, type Answers } from '../answers';
import * as example from './examples';

/** The data that several steps emit: pools, identities, datasets, records, settings. */

export const poolId = always(text('The identity pool.', example.POOL));
export const identityId = always(text('The identity.', example.IDENTITY));
export const datasetName = always(text('The dataset.', 'profile'));
/** Where a record is. */
export const place = { IdentityPoolId: poolId, IdentityId: identityId, DatasetName: datasetName };
export const syncCount = count('State of the dataset when it was read.', 9);
/** @param what who did what */
export const lastModifiedBy = (what: string) => text(`${what}: an identity ID, or an AWS account number when an access key was used.`, example.IDENTITY, example.ACCOUNT);
/** The pool of an operation that changes or reads something about it. */
export const poolAskedFor = always(text('The identity pool that was asked for.', example.POOL));

const storage = count('Size of all keys and values in bytes.', 16);

export const dataset: Answers<model.Dataset> = {
  IdentityId: always(text('The identity that the dataset belongs to.', example.IDENTITY)),
  DatasetName: always(text('Name of the dataset.', 'profile')),
  CreationDate: date('When the dataset got its first record.', example.CREATED),
  LastModifiedDate: date('When a record of the dataset was last written or removed.', example.MODIFIED),
  LastModifiedBy: lastModifiedBy('Who wrote last'),
  DataStorage: storage,
  NumRecords: titled('Number of Records', count('How many records the dataset holds.', 1)),
};
export const aDataset = exampleOfAnswers(dataset);

export const record: Answers<model.Record> = {
  Key: always(text('Name of the record within the dataset.', 'theme')),
  Value: text('Content of the record. A removed record has none: absent in a list, null in a message of its own.', 'dark'),
  SyncCount: always(count('The sync count that the dataset had after the last change of this record. The next Update Records of the record has to name it.', 9)),
  LastModifiedDate: date('When the service took the last change.', example.MODIFIED),
  LastModifiedBy: lastModifiedBy('Who made the last change'),
  DeviceLastModifiedDate: date('When the change was made on the device, by its own clock.', example.CHANGED),
};
export const aRecord = exampleOfAnswers(record);
/** As a list shows it: without a value. */
export const aRemovedRecord = { Key: 'draft', SyncCount: 9, LastModifiedDate: example.MODIFIED, LastModifiedBy: example.ACCOUNT };

export const mergedDatasetNames = texts('Datasets of the same name that came from another identity when the two were merged. They stay listed until they are deleted.', example.MERGED);
export const pageCount = (items: string, example: number) => always(count(`How many ${items} the page holds.`, example));
export const nextToken = text('There is a further page: give this token with the next call. Absent on the last page.', example.NEXT_TOKEN);

export const poolUsage: Answers<model.IdentityPoolUsage> = {
  IdentityPoolId: poolId,
  SyncSessionsCount: count('How many sync sessions the pool has had. Absent when it has had none.', 12),
  DataStorage: count('Size of all data of the pool in bytes.', 2048),
  LastModifiedDate: date('When the pool was last changed.', example.MODIFIED),
};

export const identityUsage: Answers<model.IdentityUsage> = {
  IdentityId: identityId,
  IdentityPoolId: always(text('The identity pool it belongs to.', example.POOL)),
  LastModifiedDate: date('When data of the identity was last changed.', example.MODIFIED),
  DatasetCount: count('How many datasets the identity has.', 1),
  DataStorage: storage,
};

/** Words for settings that are read and written. */
export const settings = {
  pushRole: 'Push Role ARN',
  streams: 'Sending every change of the pool to a Kinesis stream.',
  streamName: 'Name of a Kinesis stream in the account and region of the pool; 1 to 128 characters.',
  streamRole: 'The IAM role that lets Cognito Sync put records into that stream.',
  streamRoleTitle: 'Stream Role ARN',
  streamingStatus: 'ENABLED sends every change to the stream, DISABLED keeps the settings but sends nothing.',
};

export const configuration: Answers<model.IdentityPoolConfiguration> = {
  IdentityPoolId: poolAskedFor,
  PushSync: object<model.PushSync>('Silent push notifications to devices when a dataset changes. Absent when switched off.', {
    ApplicationArns: texts('ARNs of the SNS platform applications that reach the devices.', ...example.APPLICATIONS),
    RoleArn: titled(settings.pushRole, text('The IAM role by which Cognito Sync publishes through those applications.', example.PUSH_ROLE)),
  }),
  CognitoStreams: object<model.CognitoStreams>(`${settings.streams} Absent when never set up.`, {
    StreamName: text(settings.streamName, 'profile-changes'),
    RoleArn: titled(settings.streamRoleTitle, text(settings.streamRole, example.STREAM_ROLE)),
    StreamingStatus: choice(['ENABLED', 'DISABLED'], settings.streamingStatus),
  }),
};

export const records = (description: string) => always(list<model.Record>(description, record));
export const datasets = (description: string) => always(list<model.Dataset>(description, dataset));
