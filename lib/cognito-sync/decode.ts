import type { HttpResponse } from '../aws/http';
import { decodeJson, type Kind } from '../aws/json';
import type { Operation } from './operation';

/** The timestamps among the members of all answers: epoch seconds on the wire, ISO 8601 in messages. */
export const TIMESTAMPS: ReadonlySet<string> = new Set([
  'BulkPublishCompleteTime',
  'BulkPublishStartTime',
  'CreationDate',
  'DeviceLastModifiedDate',
  'LastModifiedDate',
]);

/** What the members of all answers are; AWS gives each name one meaning. */
const KINDS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ...[...TIMESTAMPS].map((name) => [name, 'date'] as const),
  ...['Datasets', 'Records', 'IdentityPoolUsages'].map((name) => [name, 'objects'] as const),
  ...['MergedDatasetNames', 'ApplicationArns'].map((name) => [name, 'texts'] as const),
  ...['Dataset', 'IdentityPoolUsage', 'IdentityUsage', 'PushSync', 'CognitoStreams', 'Events'].map(
    (name) => [name, 'object'] as const,
  ),
  ...['DatasetExists', 'DatasetDeletedAfterRequestedSyncCount'].map((name) => [name, 'truth'] as const),
  ...[
    'Count',
    'DatasetCount',
    'DatasetSyncCount',
    'DataStorage',
    'MaxResults',
    'NumRecords',
    'SyncCount',
    'SyncSessionsCount',
  ].map((name) => [name, 'number'] as const),
  ...[
    'BulkPublishStatus',
    'DatasetName',
    'DeviceId',
    'FailureMessage',
    'IdentityId',
    'IdentityPoolId',
    'Key',
    'LastModifiedBy',
    'NextToken',
    'RoleArn',
    'StreamName',
    'StreamingStatus',
    'SyncSessionToken',
    'Value',
  ].map((name) => [name, 'text'] as const),
]);

/**
 * Reads the body of a successful answer.
 * @throws ConnectorError `InvalidResponse` when it is none of AWS's, or empty where the operation answers something
 */
export function decode<Input extends object, Output extends object>(
  { name, answersNothing }: Operation<Input, Output>,
  response: HttpResponse,
): Output {
  if (answersNothing && response.body.trim() === '') return {} as Output;
  return decodeJson(name, response, KINDS);
}
