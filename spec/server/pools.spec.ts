import {
  BulkPublishCommand,
  DescribeIdentityPoolUsageCommand,
  DescribeIdentityUsageCommand,
  GetBulkPublishDetailsCommand,
  GetCognitoEventsCommand,
  GetIdentityPoolConfigurationCommand,
  ListDatasetsCommand,
  ListIdentityPoolUsageCommand,
  SetCognitoEventsCommand,
  SetIdentityPoolConfigurationCommand,
  type CognitoSyncClient,
  type SetIdentityPoolConfigurationCommandInput,
} from '@aws-sdk/client-cognito-sync';
import type { LocalServer } from '../../server';
import { DATASET, IDENTITY, localServer, POOL } from '../support/local';
import { members, refusal, syncClient } from '../support/server';

const NOW = Date.parse('2026-03-01T12:00:00.123Z');
const UNKNOWN = 'us-east-1:00000000-0000-0000-0000-000000000000';
const ROLE = 'arn:aws:iam::123456789012:role/CognitoSync';
const APPLICATION = 'arn:aws:sns:us-east-1:123456789012:app/GCM/MyApp';
const STREAM = { StreamName: 'changes', RoleArn: ROLE, StreamingStatus: 'ENABLED' } as const;

let server: LocalServer;
let client: CognitoSyncClient;
beforeEach(async () => {
  server = await localServer({ now: () => NOW, bulkPublishDelayMs: 60_000 });
  client = syncClient(server);
});
afterEach(() => server.stop());

describe('usage', () => {
  it('of an untouched pool has no sessions and no data', async () => {
    const { IdentityPoolUsage } = await client.send(new DescribeIdentityPoolUsageCommand({ IdentityPoolId: POOL }));
    expect(IdentityPoolUsage).toEqual({ IdentityPoolId: POOL, DataStorage: 0, LastModifiedDate: new Date(NOW) });
  });

  it('adds up an identity, and its pool', async () => {
    server.control.write(DATASET, { a: '12', b: '3' });
    server.control.write({ ...DATASET, DatasetName: 'other' }, { ü: '1' });
    server.control.write({ ...DATASET, IdentityId: 'us-east-1:a' }, { a: '1' });
    const identity = await client.send(new DescribeIdentityUsageCommand(DATASET));
    const dates = { LastModifiedDate: new Date(NOW) };
    expect(identity.IdentityUsage).toEqual({
      IdentityPoolId: POOL,
      IdentityId: IDENTITY,
      DataStorage: 8,
      DatasetCount: 2,
      ...dates,
    });
    const pool = await client.send(new DescribeIdentityPoolUsageCommand({ IdentityPoolId: POOL }));
    expect(pool.IdentityPoolUsage).toMatchObject({ DataStorage: 10 });
  });

  it('pages through the pools by a token made of a pool id', async () => {
    for (const n of [1, 2, 3, 4]) server.control.addPool({ IdentityPoolId: `us-east-1:${n}` });
    const page = async (NextToken?: string) =>
      client.send(new ListIdentityPoolUsageCommand({ MaxResults: 2, NextToken }));
    const first = await page();
    expect(first).toMatchObject({ MaxResults: 2, Count: 2, NextToken: Buffer.from(POOL).toString('base64') });
    const second = await page(first.NextToken);
    const third = await page(second.NextToken);
    const ids = [first, second, third].flatMap(({ IdentityPoolUsages = [] }) =>
      IdentityPoolUsages.map((u) => u.IdentityPoolId),
    );
    expect([ids, third.NextToken]).toEqual([
      ['us-east-1:1', POOL, 'us-east-1:2', 'us-east-1:3', 'us-east-1:4'].sort(),
      undefined,
    ]);
  });

  it('pages through the datasets of an identity', async () => {
    for (const DatasetName of ['a', 'b', 'c']) server.control.write({ ...DATASET, DatasetName }, { k: '1' });
    const first = await client.send(new ListDatasetsCommand({ ...DATASET, MaxResults: 2 }));
    const second = await client.send(
      new ListDatasetsCommand({ ...DATASET, MaxResults: 2, NextToken: first.NextToken }),
    );
    expect([first, second].map(({ Datasets }) => Datasets?.map((d) => d.DatasetName))).toEqual([['a', 'b'], ['c']]);
    expect(second.NextToken).toBeUndefined();
  });
});

describe('the configuration', () => {
  const set = (input: Partial<SetIdentityPoolConfigurationCommandInput>) =>
    client.send(new SetIdentityPoolConfigurationCommand({ IdentityPoolId: POOL, ...input }));
  const get = async () => {
    return members(await client.send(new GetIdentityPoolConfigurationCommand({ IdentityPoolId: POOL })));
  };

  it('has neither half at first', async () => {
    expect(await get()).toEqual({ IdentityPoolId: POOL });
  });

  it('keeps the half that a call leaves out', async () => {
    await set({ PushSync: { ApplicationArns: [APPLICATION] } });
    await set({ CognitoStreams: STREAM });
    expect(await get()).toEqual({
      IdentityPoolId: POOL,
      PushSync: { ApplicationArns: [APPLICATION] },
      CognitoStreams: STREAM,
    });
  });

  it('drops a half that is given without members', async () => {
    await set({ PushSync: { ApplicationArns: [APPLICATION], RoleArn: ROLE }, CognitoStreams: STREAM });
    const answer = members(await set({ PushSync: {} }));
    expect(answer).toEqual({ IdentityPoolId: POOL, CognitoStreams: STREAM });
  });

  it.each<[string, Partial<SetIdentityPoolConfigurationCommandInput>]>([
    ['pushSync.applicationArns.1.member', { PushSync: { ApplicationArns: ['arn:aws:sns:x'] } }],
    ['pushSync.roleArn', { PushSync: { RoleArn: 'arn:aws:iam::1:user/x-y-z-abc' } }],
    ['cognitoStreams.streamName', { CognitoStreams: { StreamName: '' } }],
    ['cognitoStreams.streamingStatus', { CognitoStreams: { StreamingStatus: 'ON' as 'ENABLED' } }],
  ])('refuses a wrong %s', async (member, input) => {
    expect(await refusal(set(input))).toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringContaining(`'${member}'`) as string,
    });
  });
});

describe('events', () => {
  const set = (Events: Record<string, string>) =>
    client.send(new SetCognitoEventsCommand({ IdentityPoolId: POOL, Events }));
  const get = async () => (await client.send(new GetCognitoEventsCommand({ IdentityPoolId: POOL }))).Events;

  it('are none, then what was set, then none again once blank', async () => {
    expect(await get()).toEqual({});
    await set({ SyncTrigger: 'arn:aws:lambda:us-east-1:123456789012:function:f' });
    await set({});
    expect(await get()).toEqual({ SyncTrigger: 'arn:aws:lambda:us-east-1:123456789012:function:f' });
    await set({ SyncTrigger: '' });
    expect(await get()).toEqual({});
  });

  it.each([[{ Other: 'arn' }], [{ SyncTrigger: 'a', Other: 'b' }]])('refuse %j', async (events) => {
    expect(await refusal(set(events))).toMatchObject({ name: 'InvalidParameterException', status: 400 });
  });
});

describe('a bulk publication', () => {
  const publish = () => client.send(new BulkPublishCommand({ IdentityPoolId: POOL }));
  const details = async () => {
    return members(await client.send(new GetBulkPublishDetailsCommand({ IdentityPoolId: POOL })));
  };
  const stream = (more: object = {}) =>
    client.send(
      new SetIdentityPoolConfigurationCommand({ IdentityPoolId: POOL, CognitoStreams: { ...STREAM, ...more } }),
    );
  const HOUR = 3_600_000;
  const later = (ms: number) => {
    server.clock.advance(ms);
    client = syncClient(server);
  };

  it('has not started before the first', async () => {
    expect(await details()).toEqual({ IdentityPoolId: POOL, BulkPublishStatus: 'NOT_STARTED' });
  });

  it.each([
    ['no stream', () => Promise.resolve()],
    ['a disabled stream', () => stream({ StreamingStatus: 'DISABLED' })],
  ])('is refused for a pool with %s', async (_, prepare) => {
    await prepare();
    expect(await refusal(publish())).toMatchObject({ name: 'InvalidParameterException', status: 400 });
  });

  it('runs, succeeds, and is not repeated for 24 hours', async () => {
    await stream();
    expect((await publish()).IdentityPoolId).toBe(POOL);
    const BulkPublishStartTime = new Date(NOW);
    expect(await details()).toEqual({ IdentityPoolId: POOL, BulkPublishStatus: 'IN_PROGRESS', BulkPublishStartTime });
    expect(await refusal(publish())).toMatchObject({ name: 'DuplicateRequestException', status: 400 });
    later(60_000);
    const BulkPublishCompleteTime = new Date(NOW + 60_000);
    expect(await details()).toEqual({
      IdentityPoolId: POOL,
      BulkPublishStatus: 'SUCCEEDED',
      BulkPublishStartTime,
      BulkPublishCompleteTime,
    });
    later(24 * HOUR - 1);
    expect(await refusal(publish())).toMatchObject({ name: 'AlreadyStreamedException', status: 400 });
    later(1);
    await publish();
    expect((await details()).BulkPublishStatus).toBe('IN_PROGRESS');
  });

  it('that failed says why and may be repeated at once', async () => {
    await stream();
    server.control.failBulkPublish('The role may not put records.');
    await publish();
    later(60_000);
    expect(await details()).toEqual({
      IdentityPoolId: POOL,
      BulkPublishStatus: 'FAILED',
      BulkPublishStartTime: new Date(NOW),
      FailureMessage: 'The role may not put records.',
    });
    server.control.failBulkPublish(null);
    await publish();
  });

  it('is refused with InvalidConfigurationException when so assumed', async () => {
    const other = await localServer({ assume: { bulkPublishWithoutStream: 'InvalidConfigurationException' } });
    const call = syncClient(other).send(new BulkPublishCommand({ IdentityPoolId: POOL }));
    expect(await refusal(call)).toMatchObject({ name: 'InvalidConfigurationException', status: 400 });
    await other.stop();
  });
});

describe('a pool that does not exist', () => {
  it.each([
    new DescribeIdentityPoolUsageCommand({ IdentityPoolId: UNKNOWN }),
    new GetCognitoEventsCommand({ IdentityPoolId: UNKNOWN }),
    new GetIdentityPoolConfigurationCommand({ IdentityPoolId: UNKNOWN }),
    new GetBulkPublishDetailsCommand({ IdentityPoolId: UNKNOWN }),
    new BulkPublishCommand({ IdentityPoolId: UNKNOWN }),
    new ListDatasetsCommand({ ...DATASET, IdentityPoolId: UNKNOWN }),
  ])('is not found by $constructor.name', async (command) => {
    const NOT_FOUND = {
      name: 'ResourceNotFoundException',
      status: 404,
      message: `IdentityPool '${UNKNOWN}' not found.`,
    };
    expect(await refusal(client.send(command as BulkPublishCommand))).toEqual(NOT_FOUND);
  });
});
