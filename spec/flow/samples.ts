import {
  CognitoIdentityClient,
  GetCredentialsForIdentityCommand,
  GetIdCommand,
} from '@aws-sdk/client-cognito-identity';
import {
  BulkPublishCommand,
  CognitoSyncClient,
  ListDatasetsCommand,
  ListRecordsCommand,
  RegisterDeviceCommand,
  SetCognitoEventsCommand,
  SetIdentityPoolConfigurationCommand,
  SubscribeToDatasetCommand,
  UpdateRecordsCommand,
} from '@aws-sdk/client-cognito-sync';
import { startServer, type LocalServer } from '../../server';
import { objectStorage, type ObjectStorageStub } from '../support/object-storage';
import { DEFAULT_DEVELOPER_PROVIDER, DEFAULT_KEY } from '../../server/options';

type Members = { readonly [member: string]: unknown };
type Credentials = { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string };
type Guest = Required<Credentials> & { readonly IdentityId: string };

const POOLS = Array.from({ length: 10 }, (_, i) => `us-east-1:00000000-0000-4000-8000-00000000000${i}`);
const stream = {
  StreamName: 'sync',
  RoleArn: 'arn:aws:iam::123456789012:role/CognitoSync',
  StreamingStatus: 'ENABLED' as const,
};

/** A server of its own for each sample, and the official SDK to bring it into the state that the sample needs. */
export class Given {
  readonly pool = POOLS[0] as string;
  readonly identity = 'us-east-1:a9643f52-1f0a-4d0e-8c8b-2a1b5c3d4e5f';
  readonly endpoint: string;
  readonly client: CognitoSyncClient;
  private poolsUsed = 0;
  private objects: ObjectStorageStub | undefined;

  private constructor(readonly server: LocalServer) {
    this.endpoint = server.endpoint;
    this.client = this.as(DEFAULT_KEY);
  }

  static async start(): Promise<Given> {
    return new Given(await startServer({ pools: POOLS }));
  }

  async stop(): Promise<void> {
    await this.objects?.stop();
    this.client.destroy();
    await this.server.stop();
  }

  /** The official client with other credentials. */
  as(credentials: Credentials): CognitoSyncClient {
    return new CognitoSyncClient({ endpoint: this.endpoint, region: 'us-east-1', credentials });
  }

  /** An object storage for steps in this process; the platform of a flow has one of its own. */
  async storage(): Promise<void> {
    this.objects = await objectStorage();
    Object.assign(process.env, this.objects.env);
  }

  /** A pool that no message has had yet. */
  freshPool(): string {
    this.poolsUsed += 1;
    return POOLS[this.poolsUsed] ?? '';
  }

  /** Writes records and returns the members that name their dataset. */
  async dataset(
    DatasetName: string,
    records: Readonly<Record<string, string>> = { name: 'Ada' },
    owner = this.identity,
  ) {
    const where = { IdentityPoolId: this.pool, IdentityId: owner, DatasetName };
    const { SyncSessionToken, Records = [] } = await this.client.send(new ListRecordsCommand(where));
    const RecordPatches = Object.entries(records).map(([Key, Value]) => {
      const SyncCount = Records.find((record) => record.Key === Key)?.SyncCount ?? 0;
      return { Op: 'replace' as const, Key, Value, SyncCount };
    });
    await this.client.send(new UpdateRecordsCommand({ ...where, SyncSessionToken, RecordPatches }));
    return where;
  }

  /** The official client's list of an identity's datasets. */
  async datasets(IdentityId: string) {
    return this.client.send(new ListDatasetsCommand({ IdentityPoolId: this.pool, IdentityId }));
  }

  /** The step's fields to act as a guest of the pool, as the calls about devices ask for. */
  async guest(): Promise<Guest> {
    const { endpoint, pool: IdentityPoolId } = this;
    const guests = new CognitoIdentityClient({ endpoint, region: 'us-east-1', credentials: DEFAULT_KEY });
    const { IdentityId = '' } = await guests.send(new GetIdCommand({ IdentityPoolId }));
    const { Credentials } = await guests.send(new GetCredentialsForIdentityCommand({ IdentityId }));
    guests.destroy();
    const { AccessKeyId = '', SecretKey = '', SessionToken = '' } = Credentials ?? {};
    return { accessKeyId: AccessKeyId, secretAccessKey: SecretKey, sessionToken: SessionToken, IdentityId };
  }

  /** Registers a device of the guest, who has a dataset, and returns the members of a subscription to it. */
  async device({ IdentityId, ...credentials }: Guest) {
    const who = { IdentityPoolId: this.pool, IdentityId };
    const ApplicationArns = ['arn:aws:sns:us-east-1:123456789012:app/GCM/App'];
    const PushSync = { ApplicationArns, RoleArn: stream.RoleArn };
    await this.client.send(new SetIdentityPoolConfigurationCommand({ IdentityPoolId: this.pool, PushSync }));
    const registration = new RegisterDeviceCommand({ ...who, Platform: 'GCM', Token: 'registration-token' });
    const { DeviceId } = await this.as(credentials).send(registration);
    return { ...(await this.dataset('profile', { name: 'Ada' }, IdentityId)), DeviceId };
  }
}

/** One entry of component.json in the platform's runtime. */
export interface Sample {
  /** The step's fields and, where the access key will not do, its credentials. */
  readonly config?: (given: Given) => Promise<Members>;
  /** Brings the server into the state that the message needs, and returns the message; called before each message. */
  readonly message: (given: Given, config: Members) => Promise<Members>;
  /** What the first emitted body holds. */
  readonly emits: (given: Given) => Members;
  /** How many messages come of one; 1 when absent. */
  readonly count?: number;
  /** What the snapshot holds, where one is kept. */
  readonly keeps?: Members;
}

const ofPool = async ({ pool }: Given) => ({ IdentityPoolId: pool });

const fields = (config: Members) => Promise.resolve(config);

/** The empty message of a scheduler, after somebody has written a record. */
const written = async (given: Given): Promise<Members> => {
  await given.dataset('profile');
  return {};
};

/** By the id in component.json. An entry without a sample is a test that fails. */
export const samples: Readonly<Record<string, Sample>> = {
  ListRecords: {
    message: (given) => given.dataset('profile'),
    emits: () => ({ Records: [expect.objectContaining({ Key: 'name', Value: 'Ada' })], Count: 1, DatasetExists: true }),
  },
  UpdateRecords: {
    message: async (given) => {
      const where = { IdentityPoolId: given.pool, IdentityId: given.identity, DatasetName: 'profile' };
      const { SyncSessionToken, DatasetSyncCount = 0 } = await given.client.send(new ListRecordsCommand(where));
      const RecordPatches = [{ Op: 'replace', Key: 'name', Value: 'Ada', SyncCount: DatasetSyncCount }];
      return { ...where, SyncSessionToken, RecordPatches };
    },
    emits: () => ({ Records: [expect.objectContaining({ Key: 'name', Value: 'Ada' })] }),
  },
  UpsertRecords: {
    message: async ({ pool, identity }) => ({
      IdentityPoolId: pool,
      IdentityId: identity,
      DatasetName: 'profile',
      Records: { name: 'Ada' },
    }),
    emits: () => ({ DatasetSyncCount: 1 }),
  },
  BulkUpsertRecords: {
    message: async ({ pool, identity }) => ({
      IdentityPoolId: pool,
      Items: [{ IdentityId: identity, DatasetName: 'profile', Records: { name: 'Ada' } }],
    }),
    emits: () => ({ Items: [expect.objectContaining({ DatasetSyncCount: 1, Error: null })], Parts: 1 }),
  },
  LookUpRecords: {
    message: async (given) => ({ ...(await given.dataset('profile')), Keys: 'name' }),
    emits: () => ({ Values: { name: 'Ada' }, Missing: [] }),
  },
  DeleteRecords: {
    message: async (given) => ({ ...(await given.dataset('profile')), Keys: ['name', 'none'] }),
    emits: () => ({ Deleted: ['name'], Missing: ['none'] }),
  },
  ExportIdentityPoolToFiles: {
    config: async (given) => {
      await given.storage();
      return fields({});
    },
    message: async (given) => {
      const { IdentityPoolId } = await given.dataset('profile');
      return { IdentityPoolId };
    },
    emits: ({ pool }) => ({ Kind: 'file', IdentityPoolId: pool, Records: 1, IsLast: true }),
  },
  ListDatasets: {
    message: async (given) => {
      const { IdentityPoolId, IdentityId } = await given.dataset('profile');
      return { IdentityPoolId, IdentityId };
    },
    emits: ({ identity }) => ({
      Datasets: [expect.objectContaining({ IdentityId: identity, DatasetName: 'profile', NumRecords: 1 })],
      Count: 1,
    }),
  },
  DescribeDataset: {
    message: (given) => given.dataset('profile'),
    emits: () => ({ Dataset: expect.objectContaining({ DatasetName: 'profile', NumRecords: 1 }) }),
  },
  DeleteDataset: {
    message: (given) => given.dataset('profile'),
    emits: () => ({ Dataset: expect.objectContaining({ DatasetName: 'profile' }) }),
  },
  DescribeIdentityUsage: {
    message: async (given) => {
      const { IdentityPoolId, IdentityId } = await given.dataset('profile');
      return { IdentityPoolId, IdentityId };
    },
    emits: ({ identity }) => ({ IdentityUsage: expect.objectContaining({ IdentityId: identity, DatasetCount: 1 }) }),
  },
  ListIdentityPoolUsage: {
    config: async () => ({ region: 'us-east-1' }),
    message: async () => ({ MaxResults: 2 }),
    emits: () => ({ Count: 2, IdentityPoolUsages: expect.any(Array) }),
  },
  DescribeIdentityPoolUsage: {
    message: ofPool,
    emits: ({ pool }) => ({ IdentityPoolUsage: expect.objectContaining({ IdentityPoolId: pool }) }),
  },
  GetIdentityPoolConfiguration: {
    message: async (given) => {
      const configuration = { IdentityPoolId: given.pool, CognitoStreams: stream };
      await given.client.send(new SetIdentityPoolConfigurationCommand(configuration));
      return { IdentityPoolId: given.pool };
    },
    emits: ({ pool }) => ({ IdentityPoolId: pool, CognitoStreams: stream }),
  },
  SetIdentityPoolConfiguration: {
    message: async ({ pool }) => ({ IdentityPoolId: pool, CognitoStreams: stream }),
    emits: ({ pool }) => ({ IdentityPoolId: pool, CognitoStreams: stream }),
  },
  GetCognitoEvents: {
    message: async (given) => {
      const SyncTrigger = 'arn:aws:lambda:us-east-1:123456789012:function:sync';
      await given.client.send(new SetCognitoEventsCommand({ IdentityPoolId: given.pool, Events: { SyncTrigger } }));
      return { IdentityPoolId: given.pool };
    },
    emits: () => ({ Events: { SyncTrigger: 'arn:aws:lambda:us-east-1:123456789012:function:sync' } }),
  },
  SetCognitoEvents: {
    message: async ({ pool }) => ({ IdentityPoolId: pool, Events: { SyncTrigger: '' } }),
    emits: () => ({}),
  },
  BulkPublish: {
    message: async (given) => {
      // A pool is published once a day, so that each message has a pool of its own.
      const IdentityPoolId = given.freshPool();
      await given.client.send(new SetIdentityPoolConfigurationCommand({ IdentityPoolId, CognitoStreams: stream }));
      return { IdentityPoolId };
    },
    emits: () => ({ IdentityPoolId: expect.stringMatching(/^us-east-1:/) }),
  },
  GetBulkPublishDetails: {
    message: async (given) => {
      const IdentityPoolId = given.freshPool();
      await given.client.send(new SetIdentityPoolConfigurationCommand({ IdentityPoolId, CognitoStreams: stream }));
      await given.client.send(new BulkPublishCommand({ IdentityPoolId }));
      return { IdentityPoolId };
    },
    emits: () => ({ BulkPublishStatus: expect.stringMatching(/^(?:IN_PROGRESS|SUCCEEDED)$/) }),
  },
  RegisterDevice: {
    config: (given) => given.guest(),
    message: async (given, guest) => {
      const { IdentityPoolId, IdentityId } = await given.device(guest as Guest);
      return { IdentityPoolId, IdentityId, Platform: 'GCM', Token: 'another-token' };
    },
    emits: () => ({ DeviceId: expect.any(String) }),
  },
  GetIdentityId: {
    config: async () => ({ developerProviderName: DEFAULT_DEVELOPER_PROVIDER }),
    message: async ({ pool }) => ({ IdentityPoolId: pool, UserIdentifier: 'user-42' }),
    emits: ({ pool }) => ({ IdentityPoolId: pool, IdentityId: expect.stringMatching(/^us-east-1:/) }),
  },
  ListIdentities: {
    message: async (given) => {
      const { IdentityPoolId } = await given.dataset('profile');
      return { IdentityPoolId };
    },
    emits: ({ pool, identity }) => ({ IdentityPoolId: pool, IdentityId: identity, Logins: null }),
  },
  SubscribeToDataset: {
    config: (given) => given.guest(),
    message: (given, guest) => given.device(guest as Guest),
    emits: () => ({}),
  },
  UnsubscribeFromDataset: {
    config: (given) => given.guest(),
    message: async (given, guest) => {
      const subscription = await given.device(guest as Guest);
      await given.as(guest as Guest).send(new SubscribeToDatasetCommand(subscription));
      return subscription;
    },
    emits: () => ({}),
  },
  ExportIdentityPool: {
    config: () => fields({ emitSummary: 'on' }),
    message: async (given) => {
      const { IdentityPoolId } = await given.dataset('profile');
      return { IdentityPoolId };
    },
    emits: ({ identity }) => ({ IdentityId: identity, DatasetName: 'profile', Key: 'name', Value: 'Ada' }),
    // The record, and the closing message with totals.
    count: 2,
  },
  GetNewAndUpdatedRecords: {
    config: ({ pool, identity }) => fields({ IdentityPoolId: pool, IdentityId: identity, DatasetName: 'profile' }),
    message: (given) => written(given),
    emits: ({ identity }) => ({ Change: 'updated', IdentityId: identity, Key: 'name', Value: 'Ada' }),
    keeps: { lastSyncCount: 1 },
  },
  GetNewAndUpdatedDatasets: {
    config: ({ pool, identity }) => fields({ IdentityPoolId: pool, IdentityId: identity }),
    message: (given) => written(given),
    emits: ({ identity }) => ({ Change: expect.any(String), IdentityId: identity, DatasetName: 'profile' }),
    keeps: { known: expect.any(Array) },
  },
  GetNewAndUpdatedRecordsOfIdentityPool: {
    config: ({ pool }) => fields({ IdentityPoolId: pool }),
    message: (given) => written(given),
    emits: ({ identity }) => ({ IdentityId: identity, DatasetName: 'profile', Key: 'name', Value: 'Ada' }),
    keeps: { since: expect.any(Number) },
  },
};
