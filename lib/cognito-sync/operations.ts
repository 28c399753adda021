import { integer, list, map, oneOf, optional, required, structure, text, texts, timestamp } from '../shape';
import type * as model from './model';
import { body, header, label, operation, query } from './operation';

/**
 * The whole Cognito Sync API, version 2014-06-30, in AWS's order; query members by name, as AWS's SDKs send them.
 * https://docs.aws.amazon.com/cognitosync/latest/APIReference/API_Operations.html
 */

// The model's patterns, anchored: AWS matches whole values.
const idPattern = /^[\w-]+:[0-9a-f-]+$/;
const poolId = text('an identity pool id, such as us-east-1:12345678-1234-1234-1234-123456789012', {
  max: 55,
  pattern: idPattern,
});
const identityId = text('an identity id, such as us-east-1:12345678-1234-1234-1234-123456789012', {
  max: 55,
  pattern: idPattern,
});
// «.» and «..» fit AWS's patterns, but as a path segment they would address another resource.
const datasetName = text('a dataset name of 1 to 128 letters, digits, _ . : or -, other than . and ..', {
  max: 128,
  pattern: /^(?!\.{1,2}$)[a-zA-Z0-9_.:-]+$/,
});
const deviceId = text('a device id of 1 to 256 characters, other than . and ..', {
  max: 256,
  pattern: /^(?!\.{1,2}$)[^]+$/,
});
const token = text('the token of an earlier answer', { hidden: true });
const pageSize = integer(1);
const count = integer(0);
const roleArn = text('a role ARN of 20 to 2048 characters, such as arn:aws:iam::123456789012:role/CognitoSync', {
  min: 20,
  max: 2048,
  pattern: /^arn:aws:iam::\d+:role\/.*$/,
});

const recordPatch = structure<model.RecordPatch>({
  Op: required(oneOf(['replace', 'remove'])),
  Key: required(text('text of 1 to 1024 characters', { max: 1024, hidden: true })),
  SyncCount: required(count),
  Value: optional(text('text of at most 1048575 characters', { min: 0, max: 1_048_575, hidden: true })),
  DeviceLastModifiedDate: optional(timestamp),
});

const pushSync = structure<model.PushSync>({
  ApplicationArns: optional(
    texts(
      text('the ARN of an SNS platform application, such as arn:aws:sns:us-east-1:123456789012:app/GCM/MyApp', {
        pattern: /^arn:aws:sns:[-0-9a-z]+:\d+:app\/[A-Z_]+\/[a-zA-Z0-9_.-]+$/,
      }),
    ),
  ),
  RoleArn: optional(roleArn),
});

const cognitoStreams = structure<model.CognitoStreams>({
  StreamName: optional(text('a stream name of 1 to 128 characters', { max: 128 })),
  RoleArn: optional(roleArn),
  StreamingStatus: optional(oneOf(['ENABLED', 'DISABLED'])),
});

export const BulkPublish = operation<model.Pool, model.BulkPublishResponse>({
  name: 'BulkPublish',
  method: 'POST',
  path: '/identitypools/{IdentityPoolId}/bulkpublish',
  members: { IdentityPoolId: label(poolId) },
  idempotent: false,
  authorisation: 'developer',
});

export const DeleteDataset = operation<model.DatasetOfIdentity, model.DatasetAnswer>({
  name: 'DeleteDataset',
  method: 'DELETE',
  path: '/identitypools/{IdentityPoolId}/identities/{IdentityId}/datasets/{DatasetName}',
  members: { IdentityPoolId: label(poolId), IdentityId: label(identityId), DatasetName: label(datasetName) },
  idempotent: false,
  authorisation: 'either',
});

export const DescribeDataset = operation<model.DatasetOfIdentity, model.DatasetAnswer>({
  name: 'DescribeDataset',
  method: 'GET',
  path: '/identitypools/{IdentityPoolId}/identities/{IdentityId}/datasets/{DatasetName}',
  members: { IdentityPoolId: label(poolId), IdentityId: label(identityId), DatasetName: label(datasetName) },
  idempotent: true,
  authorisation: 'either',
});

export const DescribeIdentityPoolUsage = operation<model.Pool, model.DescribeIdentityPoolUsageResponse>({
  name: 'DescribeIdentityPoolUsage',
  method: 'GET',
  path: '/identitypools/{IdentityPoolId}',
  members: { IdentityPoolId: label(poolId) },
  idempotent: true,
  authorisation: 'developer',
});

export const DescribeIdentityUsage = operation<model.Identity, model.DescribeIdentityUsageResponse>({
  name: 'DescribeIdentityUsage',
  method: 'GET',
  path: '/identitypools/{IdentityPoolId}/identities/{IdentityId}',
  members: { IdentityPoolId: label(poolId), IdentityId: label(identityId) },
  idempotent: true,
  authorisation: 'either',
});

export const GetBulkPublishDetails = operation<model.Pool, model.GetBulkPublishDetailsResponse>({
  name: 'GetBulkPublishDetails',
  method: 'POST',
  path: '/identitypools/{IdentityPoolId}/getBulkPublishDetails',
  members: { IdentityPoolId: label(poolId) },
  idempotent: true,
  authorisation: 'developer',
});

export const GetCognitoEvents = operation<model.Pool, model.GetCognitoEventsResponse>({
  name: 'GetCognitoEvents',
  method: 'GET',
  path: '/identitypools/{IdentityPoolId}/events',
  members: { IdentityPoolId: label(poolId) },
  idempotent: true,
  authorisation: 'developer',
});

export const GetIdentityPoolConfiguration = operation<model.Pool, model.IdentityPoolConfiguration>({
  name: 'GetIdentityPoolConfiguration',
  method: 'GET',
  path: '/identitypools/{IdentityPoolId}/configuration',
  members: { IdentityPoolId: label(poolId) },
  idempotent: true,
  authorisation: 'developer',
});

export const ListDatasets = operation<model.ListDatasetsRequest, model.ListDatasetsResponse>({
  name: 'ListDatasets',
  method: 'GET',
  path: '/identitypools/{IdentityPoolId}/identities/{IdentityId}/datasets',
  members: {
    IdentityPoolId: label(poolId),
    IdentityId: label(identityId),
    MaxResults: query('maxResults', pageSize),
    NextToken: query('nextToken', token),
  },
  idempotent: true,
  authorisation: 'either',
});

export const ListIdentityPoolUsage = operation<model.Page, model.ListIdentityPoolUsageResponse>({
  name: 'ListIdentityPoolUsage',
  method: 'GET',
  path: '/identitypools',
  members: { MaxResults: query('maxResults', pageSize), NextToken: query('nextToken', token) },
  idempotent: true,
  authorisation: 'developer',
});

export const ListRecords = operation<model.ListRecordsRequest, model.ListRecordsResponse>({
  name: 'ListRecords',
  method: 'GET',
  path: '/identitypools/{IdentityPoolId}/identities/{IdentityId}/datasets/{DatasetName}/records',
  members: {
    IdentityPoolId: label(poolId),
    IdentityId: label(identityId),
    DatasetName: label(datasetName),
    LastSyncCount: query('lastSyncCount', count),
    MaxResults: query('maxResults', pageSize),
    NextToken: query('nextToken', token),
    SyncSessionToken: query('syncSessionToken', token),
  },
  idempotent: true,
  authorisation: 'either',
});

export const RegisterDevice = operation<model.RegisterDeviceRequest, model.RegisterDeviceResponse>({
  name: 'RegisterDevice',
  method: 'POST',
  path: '/identitypools/{IdentityPoolId}/identity/{IdentityId}/device',
  members: {
    IdentityPoolId: label(poolId),
    IdentityId: label(identityId),
    Platform: body(required(oneOf(['APNS', 'APNS_SANDBOX', 'GCM', 'ADM']))),
    Token: body(required(text('the push token of a device', { hidden: true }))),
  },
  idempotent: false,
  authorisation: 'identity',
});

export const SetCognitoEvents = operation<model.SetCognitoEventsRequest, model.Empty>({
  name: 'SetCognitoEvents',
  method: 'POST',
  path: '/identitypools/{IdentityPoolId}/events',
  members: {
    IdentityPoolId: label(poolId),
    Events: body(required(map(text('the ARN of a Lambda function, or blank to remove it', { min: 0 }), 1))),
  },
  idempotent: true,
  authorisation: 'developer',
  answersNothing: true,
});

export const SetIdentityPoolConfiguration = operation<
  model.SetIdentityPoolConfigurationRequest,
  model.IdentityPoolConfiguration
>({
  name: 'SetIdentityPoolConfiguration',
  method: 'POST',
  path: '/identitypools/{IdentityPoolId}/configuration',
  members: {
    IdentityPoolId: label(poolId),
    PushSync: body(optional(pushSync)),
    CognitoStreams: body(optional(cognitoStreams)),
  },
  idempotent: true,
  authorisation: 'developer',
});

export const SubscribeToDataset = operation<model.Subscription, model.Empty>({
  name: 'SubscribeToDataset',
  method: 'POST',
  path: '/identitypools/{IdentityPoolId}/identities/{IdentityId}/datasets/{DatasetName}/subscriptions/{DeviceId}',
  members: {
    IdentityPoolId: label(poolId),
    IdentityId: label(identityId),
    DatasetName: label(datasetName),
    DeviceId: label(deviceId),
  },
  idempotent: true,
  authorisation: 'identity',
  answersNothing: true,
});

export const UnsubscribeFromDataset = operation<model.Subscription, model.Empty>({
  name: 'UnsubscribeFromDataset',
  method: 'DELETE',
  path: '/identitypools/{IdentityPoolId}/identities/{IdentityId}/datasets/{DatasetName}/subscriptions/{DeviceId}',
  members: {
    IdentityPoolId: label(poolId),
    IdentityId: label(identityId),
    DatasetName: label(datasetName),
    DeviceId: label(deviceId),
  },
  idempotent: true,
  authorisation: 'identity',
  answersNothing: true,
});

export const UpdateRecords = operation<model.UpdateRecordsRequest, model.UpdateRecordsResponse>({
  name: 'UpdateRecords',
  method: 'POST',
  path: '/identitypools/{IdentityPoolId}/identities/{IdentityId}/datasets/{DatasetName}',
  members: {
    IdentityPoolId: label(poolId),
    IdentityId: label(identityId),
    DatasetName: label(datasetName),
    SyncSessionToken: body(required(token)),
    DeviceId: body(optional(deviceId)),
    RecordPatches: body(optional(list(recordPatch))),
    // Node would alter or refuse other characters after signing.
    ClientContext: header('x-amz-Client-Context', text('printable ASCII text', { pattern: /^[!-~](?:[ -~]*[!-~])?$/ })),
  },
  idempotent: false,
  authorisation: 'either',
});
