/** Inputs of each operation as a flow would map them: the least, everything, and what encoders trip over. */

const IdentityPoolId = 'us-east-1:1699ebc0-7900-4099-b910-2df94f52a030';
const IdentityId = 'us-east-1:a9643f52-1f0a-4d0e-8c8b-2a1b5c3d4e5f';
const pool = { IdentityPoolId };
const identity = { IdentityPoolId, IdentityId };
const dataset = { ...identity, DatasetName: 'profile' };
const awkwardDataset = { ...identity, DatasetName: 'my_data-set.v1:x' };
const subscription = { ...dataset, DeviceId: '5cd28fbe-dd83-47ab-9f83-19093a5fb014' };
const awkwardDevices = [
  "we/ird %+id'()*!~é",
  '日本 😀?#&=@$,;:"<>[]{}|\\^`',
  '...',
  'a//b/../c',
  '%2e%2e',
  ' leading and trailing ',
];
const awkwardToken = 'H4sI+/Q== a&b=c%2B"\'()*!~ü';
const roleArn = 'arn:aws:iam::123456789012:role/CognitoSync';

export const samples: Readonly<Record<string, readonly { readonly [member: string]: unknown }[]>> = {
  BulkPublish: [
    pool,
    { IdentityPoolId: 'eu-central-1:ffffffff-0000-4000-8000-abcdefabcdef' },
    { IdentityPoolId: 'a_b-c:-' },
  ],
  DeleteDataset: [dataset, awkwardDataset, { ...identity, DatasetName: '...' }],
  DescribeDataset: [dataset, awkwardDataset, { ...identity, DatasetName: `profile.${IdentityId}` }],
  DescribeIdentityPoolUsage: [pool, { IdentityPoolId: 'eu-west-2:0' }, { IdentityPoolId: '-:-' }],
  DescribeIdentityUsage: [identity, { ...identity, IdentityId: 'eu-west-2:0' }, { ...identity, IdentityId: '_:a-f' }],
  GetBulkPublishDetails: [pool, { IdentityPoolId: 'eu-west-2:0' }, { IdentityPoolId: '-:-' }],
  GetCognitoEvents: [pool, { IdentityPoolId: 'eu-west-2:0' }, { IdentityPoolId: '-:-' }],
  GetIdentityPoolConfiguration: [pool, { IdentityPoolId: 'eu-west-2:0' }, { IdentityPoolId: '-:-' }],
  ListDatasets: [
    identity,
    { ...identity, NextToken: 'next', MaxResults: 64 },
    { ...identity, NextToken: awkwardToken },
  ],
  ListIdentityPoolUsage: [
    {},
    { NextToken: 'dXMtZWFzdC0xOjBj==', MaxResults: 2 },
    { NextToken: awkwardToken, MaxResults: 1 },
  ],
  ListRecords: [
    dataset,
    { ...dataset, LastSyncCount: 7, NextToken: 'next', MaxResults: 1024, SyncSessionToken: 'token' },
    { ...awkwardDataset, LastSyncCount: 0, NextToken: awkwardToken, SyncSessionToken: 'H4sI+a/b==' },
  ],
  RegisterDevice: [
    { ...identity, Platform: 'GCM', Token: 't' },
    { ...identity, Platform: 'APNS_SANDBOX', Token: 'abc:def_ghi-jkl' },
    { ...identity, Platform: 'ADM', Token: ' "quoted" \\ ü 😀\n ' },
  ],
  SetCognitoEvents: [
    { ...pool, Events: {} },
    { ...pool, Events: { SyncTrigger: 'arn:aws:lambda:us-east-1:123456789012:function:sync' } },
    { ...pool, Events: { SyncTrigger: '' } },
  ],
  SetIdentityPoolConfiguration: [
    pool,
    {
      ...pool,
      PushSync: { ApplicationArns: ['arn:aws:sns:us-east-1:123456789012:app/GCM/MyApp'], RoleArn: roleArn },
      CognitoStreams: { StreamName: 'sync', RoleArn: roleArn, StreamingStatus: 'ENABLED' },
    },
    { ...pool, PushSync: {}, CognitoStreams: { StreamingStatus: 'DISABLED' } },
  ],
  SubscribeToDataset: [subscription, ...awkwardDevices.map((DeviceId) => ({ ...awkwardDataset, DeviceId }))],
  UnsubscribeFromDataset: [subscription, ...awkwardDevices.map((DeviceId) => ({ ...awkwardDataset, DeviceId }))],
  UpdateRecords: [
    { ...dataset, SyncSessionToken: 'token' },
    {
      ...dataset,
      SyncSessionToken: 'H4sI+/Q==',
      DeviceId: '5cd28fbe-dd83-47ab-9f83-19093a5fb014',
      ClientContext: 'flow 42; step "upsert"',
      RecordPatches: [
        { Op: 'replace', Key: 'name', Value: 'Ada', SyncCount: 0, DeviceLastModifiedDate: 1700574873.059 },
        { Op: 'remove', Key: 'old', SyncCount: 12, DeviceLastModifiedDate: 1700574873 },
      ],
    },
    {
      ...awkwardDataset,
      SyncSessionToken: awkwardToken,
      RecordPatches: [
        { Op: 'replace', Key: 'ключ "ü" 😀', Value: ' {"a": "\u2028\u0000\\"}\n ', SyncCount: 9007199254740991 },
        { Op: 'replace', Key: 'blank', Value: '', SyncCount: 1 },
      ],
    },
  ],
};
