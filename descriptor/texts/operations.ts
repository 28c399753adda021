import * as operations from '../../lib/cognito-sync/operations';
import { always, choice, count, date, flag, list, object, text } from '../answers';
import * as data from './data';
import * as example from './examples';
import { ifNotFound } from './form';
import { datasetName, pageSize, SECRET } from './members';
import { group, titled, words } from '../schema';
import { stepOf } from '../operation';
import type { Step } from '../step';

export const WITHOUT_TRIGGER = 'A write with an access key does not run the Lambda function of the pool (Sync Trigger).';
const LAG = 'The figures may lag behind.';

const syncSessionToken = (description: string) => words(description, example.SESSION);
const deviceId = (description: string) => words(description, example.DEVICE);

const ListRecords = stepOf(operations.ListRecords, {
  description: 'Reads the records of a dataset, all of them or those changed since a known sync count.',
  help: 'Returns the records together with the sync count of the dataset and a session token for Update Records. A dataset that does not exist gives an empty list, not an error. Removed records are listed without a value.',
  input: {
    DatasetName: datasetName('The dataset to read. One that does not exist yet gives an empty list.'),
    LastSyncCount: words('Return only what was changed or removed after this sync count: the Dataset Sync Count of an earlier answer. Leave it out, or give 0, for everything.', 0, 42),
    MaxResults: pageSize('records'),
    SyncSessionToken: syncSessionToken('The session to go on with, from an earlier List Records of the same dataset. Without it a new session begins.'),
  },
  output: {
    Records: data.records('The records on this page: all of them, or those changed after the Last Sync Count. Removed ones have no Value.'),
    Count: data.pageCount('records', 2),
    NextToken: data.nextToken,
    DatasetSyncCount: always(count('State of the dataset: every successful write adds one. Give it as Last Sync Count next time to receive only what is new. 0 when there is no dataset.', 9)),
    LastModifiedBy: data.lastModifiedBy('Who wrote to the dataset last'),
    MergedDatasetNames: data.mergedDatasetNames,
    DatasetExists: always(flag('Whether there is a dataset of this name.', true)),
    DatasetDeletedAfterRequestedSyncCount: flag('The dataset was deleted since the Last Sync Count of the request, and perhaps made anew: drop what you hold and take this list instead.', false),
    SyncSessionToken: always(text('Hand it to Update Records of this dataset within about five minutes.', example.SESSION)),
  },
  outputExamples: [
    { Records: [data.aRecord, data.aRemovedRecord], Count: 2, DatasetSyncCount: 9, LastModifiedBy: example.IDENTITY, MergedDatasetNames: [example.MERGED], DatasetExists: true, DatasetDeletedAfterRequestedSyncCount: false, SyncSessionToken: example.SESSION },
    { Records: [data.aRecord], Count: 1, NextToken: example.NEXT_TOKEN, DatasetSyncCount: 9, LastModifiedBy: example.IDENTITY, DatasetExists: true, DatasetDeletedAfterRequestedSyncCount: false, SyncSessionToken: example.SESSION },
    { Records: [], Count: 0, DatasetSyncCount: 0, DatasetExists: false, DatasetDeletedAfterRequestedSyncCount: false, SyncSessionToken: example.SESSION },
  ],
});

const UpdateRecords = stepOf(operations.UpdateRecords, {
  description: 'Writes and removes records of a dataset, each guarded by its own sync count.',
  help: `Takes the session token and the sync counts of a List Records just before. If somebody else wrote a record meanwhile, the whole call is refused as a conflict. ${WITHOUT_TRIGGER}`,
  input: {
    DatasetName: datasetName('The dataset to write to. It comes into being with its first record.'),
    SyncSessionToken: syncSessionToken('The token of a List Records answer for the same dataset. It lives for about five minutes and serves one successful write.'),
    DeviceId: deviceId('The device that makes the change, if it is registered.'),
    RecordPatches: group('The changes: one entry per record.', {
      Op: titled('Operation', words('replace creates the record or overwrites its value, remove deletes it.', 'replace')),
      Key: words('Name of the record within the dataset, 1 to 1024 characters. Some of the mobile apps that share a dataset take no more than 128.', 'theme'),
      SyncCount: words('The Sync Count of this very record in the latest List Records, or 0 for a new one. It is not the Dataset Sync Count; any other number is refused as a conflict.', 0, 7),
      Value: words('The new content as text, at most 1048575 characters. Required with replace, left out with remove.', 'dark'),
      DeviceLastModifiedDate: words('When the change was made on the device: ISO 8601, or epoch seconds.', example.CHANGED),
    }),
    ClientContext: words('Sent along as the header x-amz-Client-Context: printable ASCII text without blanks at its ends. AWS documents no effect.', 'import-2026-01'),
  },
  inputExamples: [
    {
      ...example.DATASET,
      SyncSessionToken: example.SESSION,
      DeviceId: example.DEVICE,
      ClientContext: 'import-2026-01',
      RecordPatches: [
        { Op: 'replace', Key: 'theme', SyncCount: 0, Value: 'dark', DeviceLastModifiedDate: example.CHANGED },
        { Op: 'remove', Key: 'draft', SyncCount: 7 },
      ],
    },
    { ...example.DATASET, SyncSessionToken: example.SESSION, RecordPatches: [{ Op: 'replace', Key: 'theme', SyncCount: 7, Value: 'light' }] },
  ],
  output: { Records: data.records('Every record that the call changed, those changed by a Lambda function of the pool included.') },
  outputExamples: [{ Records: [data.aRecord, data.aRemovedRecord] }],
});

const ListDatasets = stepOf(operations.ListDatasets, {
  description: 'Lists the datasets of an identity with their size and last change.',
  help: 'An identity that has no data gives an empty list.',
  input: { MaxResults: pageSize('datasets') },
  output: { Datasets: data.datasets('The datasets of the identity on this page.'), Count: data.pageCount('datasets', 1), NextToken: data.nextToken },
  outputExamples: [
    { Datasets: [data.aDataset], Count: 1, NextToken: example.NEXT_TOKEN },
    { Datasets: [], Count: 0 },
  ],
});

const DescribeDataset = stepOf(operations.DescribeDataset, {
  description: 'Returns size, number of records and dates of one dataset.',
  help: `Says nothing of the records themselves: List Records reads them. If Not Found decides what comes of a dataset that does not exist, by default an error.`,
  fields: { ifNotFound: ifNotFound('error', 'An empty object or nothing suits a flow that looks first and then writes.') },
  input: { DatasetName: datasetName('The dataset to describe.') },
  output: { Dataset: object('What the service knows about the dataset, without its records. Absent where there is none and If Not Found emits an empty object.', data.dataset) },
  outputExamples: [{ Dataset: data.aDataset }, {}],
});

const DeleteDataset = stepOf(operations.DeleteDataset, {
  description: 'Deletes a dataset with all its records.',
  help: `There is no way back. Apps that still hold the dataset learn of it at their next sync and may write it anew. If Not Found decides what comes of a dataset that does not exist, by default an empty object.`,
  fields: { ifNotFound: ifNotFound('emptyObject', 'A message that is delivered twice finds nothing the second time, which is no failure by default.') },
  input: { DatasetName: datasetName('The dataset to delete with all its records.') },
  output: { Dataset: object('The deleted dataset as it was. Absent where there was none and If Not Found emits an empty object.', data.dataset) },
  outputExamples: [{ Dataset: data.aDataset }, {}],
});

const DescribeIdentityUsage = stepOf(operations.DescribeIdentityUsage, {
  description: 'Returns how many datasets an identity has and how many bytes they take.',
  help: 'An identity that the pool does not know is an error.',
  output: { IdentityUsage: always(object('How much the identity stores.', data.identityUsage)) },
});

const ListIdentityPoolUsage = stepOf(operations.ListIdentityPoolUsage, {
  description: 'Lists the identity pools of the account in one region with their usage figures.',
  help: `Set the region in the credential: here no identity pool id names it. ${LAG}`,
  input: { MaxResults: pageSize('identity pools') },
  output: { IdentityPoolUsages: always(list('The identity pools of the account in this region on this page, and how much they store and are used.', data.poolUsage)), MaxResults: count('The page size that was asked for.', 10), Count: data.pageCount('identity pools', 2), NextToken: data.nextToken },
});

const DescribeIdentityPoolUsage = stepOf(operations.DescribeIdentityPoolUsage, { description: 'Returns the usage figures of one identity pool.', help: `Counts sync sessions and bytes. ${LAG}`, output: { IdentityPoolUsage: always(object(`How much the pool stores and is used. ${LAG}`, data.poolUsage)) } });

const ONLY_POOL = { IdentityPoolId: example.POOL };
const CONFIGURED = { ...ONLY_POOL, PushSync: { ApplicationArns: example.APPLICATIONS, RoleArn: example.PUSH_ROLE }, CognitoStreams: { StreamName: 'profile-changes', RoleArn: example.STREAM_ROLE, StreamingStatus: 'ENABLED' } };

const GetIdentityPoolConfiguration = stepOf(operations.GetIdentityPoolConfiguration, { description: 'Reads the push and streaming settings of an identity pool.', help: 'A setting that was never made is absent from the answer.', output: data.configuration, outputExamples: [CONFIGURED, ONLY_POOL] });

const SetIdentityPoolConfiguration = stepOf(operations.SetIdentityPoolConfiguration, {
  description: 'Changes the push or streaming settings of an identity pool.',
  help: 'Changes settings that all users of the pool share. An empty Push Sync object switches push off. The roles named here must let Cognito Sync assume them.',
  input: {
    PushSync: group('Silent push notifications to devices when a dataset changes. Give both members: what is set here replaces the earlier setting. An empty object switches push off.', {
      ApplicationArns: words('ARNs of SNS platform applications, with commas between them. In Developer mode a list of texts is taken as well.', example.APPLICATIONS[0], example.APPLICATIONS.join(',')),
      RoleArn: titled(data.settings.pushRole, words('The IAM role that lets Cognito Sync publish through those applications.', example.PUSH_ROLE)),
    }),
    CognitoStreams: group(data.settings.streams, { StreamName: words(data.settings.streamName, 'profile-changes'), RoleArn: titled(data.settings.streamRoleTitle, words(data.settings.streamRole, example.STREAM_ROLE)), StreamingStatus: words(data.settings.streamingStatus, 'ENABLED') }),
  },
  inputExamples: [{ ...CONFIGURED, PushSync: { ...CONFIGURED.PushSync, ApplicationArns: example.APPLICATIONS.join(', ') } }],
  output: data.configuration,
  outputExamples: [CONFIGURED, ONLY_POOL],
});

const LAMBDA = 'ARN of the Lambda function that checks or changes records while they are written.';
const EVENTS = 'Which Lambda function runs on which event of the pool';

const GetCognitoEvents = stepOf(operations.GetCognitoEvents, {
  description: 'Reads which Lambda functions run on events of an identity pool.',
  help: 'A pool without such a function gives an empty object.',
  output: { Events: always(object(`${EVENTS}. Empty when none does.`, { SyncTrigger: text(LAMBDA, example.LAMBDA) })) },
  outputExamples: [{ Events: { SyncTrigger: example.LAMBDA } }, { Events: {} }],
});

const SetCognitoEvents = stepOf(operations.SetCognitoEvents, {
  description: 'Sets or removes the Lambda function that runs while records are written.',
  help: 'The function sees every write that is made with credentials of an identity and may change or refuse it, so a faulty one stops the apps of all users. Writes with an access key do not run it. A blank ARN removes it.',
  input: { Events: group(`${EVENTS}: at most one entry. Other event names can be given in Developer mode, but Sync Trigger is the only one the service documents.`, { SyncTrigger: words(`${LAMBDA} Blank text removes the function.`, example.LAMBDA) }) },
  inputExamples: [example.LAMBDA, ''].map((SyncTrigger) => ({ ...ONLY_POOL, Events: { SyncTrigger } })),
  output: {},
});

const BulkPublish = stepOf(operations.BulkPublish, {
  description: 'Starts sending all existing datasets of an identity pool to its Kinesis stream.',
  help: 'Needs a stream set up and enabled by Set Identity Pool Configuration. It runs on after the answer: follow it with Get Bulk Publish Details. The service allows one successful run in 24 hours, and the stream may hold records twice.',
  output: { IdentityPoolId: data.poolAskedFor },
});

const STARTED = '2026-01-31T09:00:00.000Z';
const COMPLETED = '2026-01-31T09:20:00.000Z';
const FAILURE = 'The Kinesis stream does not exist.';

const GetBulkPublishDetails = stepOf(operations.GetBulkPublishDetails, {
  description: 'Returns the state of the latest bulk publish of an identity pool.',
  help: 'Before the first run the state is NOT_STARTED.',
  output: {
    IdentityPoolId: data.poolAskedFor,
    BulkPublishStartTime: date('When the latest run began. Absent before the first one.', STARTED),
    BulkPublishCompleteTime: date('When the latest run ended well. Absent otherwise.', COMPLETED),
    BulkPublishStatus: always(choice(['NOT_STARTED', 'IN_PROGRESS', 'FAILED', 'SUCCEEDED'], 'State of the latest run; NOT_STARTED before the first one.', 'SUCCEEDED')),
    FailureMessage: text('Why the latest run failed. Absent otherwise.', FAILURE),
  },
  outputExamples: [
    { ...ONLY_POOL, BulkPublishStartTime: STARTED, BulkPublishCompleteTime: COMPLETED, BulkPublishStatus: 'SUCCEEDED' },
    { ...ONLY_POOL, BulkPublishStartTime: STARTED, BulkPublishStatus: 'FAILED', FailureMessage: FAILURE },
    { ...ONLY_POOL, BulkPublishStatus: 'NOT_STARTED' },
  ],
});

const RegisterDevice = stepOf(operations.RegisterDevice, {
  description: 'Registers a device of an identity for silent push notifications.',
  help: 'Returns the device id that the subscriptions need. The pool needs push set up for the platform of the device.',
  input: {
    Platform: words('The push service of the device: APNS and APNS_SANDBOX for Apple, GCM for Google, ADM for Amazon. The pool must have an application of that kind configured.', 'GCM'),
    Token: titled('Push Token', words(`The token by which the push service reaches the app on this device. ${SECRET}`, 'example-push-token')),
  },
  output: { DeviceId: always(text('The device from now on: give it to Subscribe to Dataset and Update Records.', example.DEVICE)) },
});

const SubscribeToDataset = stepOf(operations.SubscribeToDataset, {
  description: 'Lets a registered device be notified when a dataset is changed by another one.',
  help: 'The dataset must exist and the device be registered. The answer is empty.',
  input: { DatasetName: datasetName('The dataset to be notified about. It must exist: write to it once first.'), DeviceId: deviceId('The device to notify, as Register Device returned it.') },
  output: {},
});

const UnsubscribeFromDataset = stepOf(operations.UnsubscribeFromDataset, {
  description: 'Ends the notifications of a device about a dataset.',
  help: 'The device stays registered. The answer is empty.',
  input: { DatasetName: datasetName('The dataset whose changes the device is no longer notified of.'), DeviceId: deviceId('The device that is subscribed, as Register Device returned it.') },
  output: {},
});

/** The operations of the API, those that flows need most first. */
export const operationSteps: Readonly<Record<keyof typeof operations, Step>> = {
  ListRecords,
  UpdateRecords,
  ListDatasets,
  DescribeDataset,
  DeleteDataset,
  DescribeIdentityUsage,
  ListIdentityPoolUsage,
  DescribeIdentityPoolUsage,
  GetIdentityPoolConfiguration,
  SetIdentityPoolConfiguration,
  GetCognitoEvents,
  SetCognitoEvents,
  BulkPublish,
  GetBulkPublishDetails,
  RegisterDevice,
  SubscribeToDataset,
  UnsubscribeFromDataset,
};
