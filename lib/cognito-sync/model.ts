/**
 * The members of the Cognito Sync API (2014-06-30), by AWS's names, after validation and decoding: a request holds what
 * goes on the wire (timestamps as epoch seconds), an answer holds what a flow sees (timestamps as ISO 8601 text).
 * AWS marks no member of an answer as required, so neither do these types.
 */

export interface Pool {
  IdentityPoolId: string;
}

export interface Identity extends Pool {
  IdentityId: string;
}

export interface DatasetOfIdentity extends Identity {
  DatasetName: string;
}

export interface Subscription extends DatasetOfIdentity {
  DeviceId: string;
}

export interface Page {
  NextToken?: string;
  MaxResults?: number;
}

export interface ListDatasetsRequest extends Identity, Page {}

export interface ListRecordsRequest extends DatasetOfIdentity, Page {
  LastSyncCount?: number;
  SyncSessionToken?: string;
}

export interface RegisterDeviceRequest extends Identity {
  Platform: 'APNS' | 'APNS_SANDBOX' | 'GCM' | 'ADM';
  Token: string;
}

export interface Events {
  [event: string]: string;
}

export interface SetCognitoEventsRequest extends Pool {
  Events: Events;
}

export interface PushSync {
  ApplicationArns?: string[];
  RoleArn?: string;
}

export interface CognitoStreams {
  StreamName?: string;
  RoleArn?: string;
  StreamingStatus?: 'ENABLED' | 'DISABLED';
}

export interface SetIdentityPoolConfigurationRequest extends Pool {
  PushSync?: PushSync;
  CognitoStreams?: CognitoStreams;
}

export interface RecordPatch {
  Op: 'replace' | 'remove';
  Key: string;
  SyncCount: number;
  Value?: string;
  /** Epoch seconds, with milliseconds as the fraction. */
  DeviceLastModifiedDate?: number;
}

export interface UpdateRecordsRequest extends DatasetOfIdentity {
  SyncSessionToken: string;
  DeviceId?: string;
  RecordPatches?: RecordPatch[];
  ClientContext?: string;
}

export interface Dataset {
  IdentityId?: string;
  DatasetName?: string;
  CreationDate?: string;
  LastModifiedDate?: string;
  LastModifiedBy?: string;
  DataStorage?: number;
  NumRecords?: number;
}

export interface DatasetAnswer {
  Dataset?: Dataset;
}

/** A record without `Value` is a removed one. */
export interface Record {
  Key?: string;
  Value?: string;
  SyncCount?: number;
  LastModifiedDate?: string;
  LastModifiedBy?: string;
  DeviceLastModifiedDate?: string;
}

export interface ListDatasetsResponse {
  Datasets?: Dataset[];
  Count?: number;
  NextToken?: string;
}

export interface ListRecordsResponse {
  Records?: Record[];
  NextToken?: string;
  Count?: number;
  DatasetSyncCount?: number;
  LastModifiedBy?: string;
  MergedDatasetNames?: string[];
  DatasetExists?: boolean;
  DatasetDeletedAfterRequestedSyncCount?: boolean;
  SyncSessionToken?: string;
}

export interface UpdateRecordsResponse {
  Records?: Record[];
}

export interface IdentityPoolUsage {
  IdentityPoolId?: string;
  SyncSessionsCount?: number;
  DataStorage?: number;
  LastModifiedDate?: string;
}

export interface DescribeIdentityPoolUsageResponse {
  IdentityPoolUsage?: IdentityPoolUsage;
}

export interface ListIdentityPoolUsageResponse {
  IdentityPoolUsages?: IdentityPoolUsage[];
  MaxResults?: number;
  Count?: number;
  NextToken?: string;
}

export interface IdentityUsage {
  IdentityId?: string;
  IdentityPoolId?: string;
  LastModifiedDate?: string;
  DatasetCount?: number;
  DataStorage?: number;
}

export interface DescribeIdentityUsageResponse {
  IdentityUsage?: IdentityUsage;
}

export interface BulkPublishResponse {
  IdentityPoolId?: string;
}

export interface GetBulkPublishDetailsResponse {
  IdentityPoolId?: string;
  BulkPublishStartTime?: string;
  BulkPublishCompleteTime?: string;
  BulkPublishStatus?: 'NOT_STARTED' | 'IN_PROGRESS' | 'FAILED' | 'SUCCEEDED';
  FailureMessage?: string;
}

export interface GetCognitoEventsResponse {
  Events?: Events;
}

export interface IdentityPoolConfiguration {
  IdentityPoolId?: string;
  PushSync?: PushSync;
  CognitoStreams?: CognitoStreams;
}

export interface RegisterDeviceResponse {
  DeviceId?: string;
}

/** An answer that says only that the call took effect. */
export type Empty = { [member: string]: never };
