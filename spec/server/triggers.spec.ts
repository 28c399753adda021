import { SetCognitoEventsCommand } from '@aws-sdk/client-cognito-sync';
import type { LocalServer } from '../../server';
import type { SyncTriggerStub } from '../../server/sync/trigger';
import { DATASET, IDENTITY, localServer, POOL } from '../support/local';
import { DatasetClient, put, refusal, remove, syncClient } from '../support/server';

let server: LocalServer;
let own: DatasetClient;
let developer: DatasetClient;
beforeEach(async () => {
  server = await localServer();
  own = new DatasetClient(syncClient(server, server.control.vend(POOL, IDENTITY)));
  developer = new DatasetClient(syncClient(server));
  const Events = { SyncTrigger: 'arn:aws:lambda:us-east-1:123456789012:function:f' };
  await developer.client.send(new SetCognitoEventsCommand({ IdentityPoolId: POOL, Events }));
});
afterEach(() => server.stop());

const stub = (reply: SyncTriggerStub) => {
  server.control.trigger.stub = reply;
};

it('is told of every record, what it was and what it would be', async () => {
  await own.write(put('a', '1'), put('b', '2'), put('c', '3'));
  await own.write(put('a', '4', 1), remove('b', 1));
  expect(server.control.trigger.events.at(-1)).toEqual({
    version: 2,
    eventType: 'SyncTrigger',
    region: 'us-east-1',
    identityPoolId: POOL,
    identityId: IDENTITY,
    datasetName: 'profile',
    datasetRecords: {
      a: { oldValue: '1', newValue: '4', op: 'replace' },
      b: { oldValue: '2', newValue: null, op: 'remove' },
      c: { oldValue: '3', newValue: '3', op: 'replace' },
    },
  });
});

it('is not asked about writes with developer credentials, conflicts, or once it is removed', async () => {
  stub({ reply: 'refuse' });
  await developer.write(put('a', '1'));
  expect((await refusal(own.write(put('a', '2')))).status).toBe(409);
  await developer.client.send(new SetCognitoEventsCommand({ IdentityPoolId: POOL, Events: { SyncTrigger: '' } }));
  await own.write(put('a', '2', 1));
  expect(server.control.trigger.events).toEqual([]);
});

it.each<[string, SyncTriggerStub, string, number]>([
  ['refuses', { reply: 'refuse' }, 'InvalidLambdaFunctionOutputException', 400],
  ['is throttled', { reply: 'throttle' }, 'LambdaThrottledException', 429],
  ['times out', { reply: 'time-out', ms: 1 }, 'LambdaSocketTimeoutException', 400],
  ['answers nothing', { reply: () => null }, 'InvalidLambdaFunctionOutputException', 400],
  [
    'changes more than records',
    { reply: (event) => ({ ...event, region: 'elsewhere' }) },
    'InvalidLambdaFunctionOutputException',
    400,
  ],
  [
    'answers an unknown op',
    { reply: (event) => ({ ...event, datasetRecords: { a: { oldValue: null, newValue: '', op: 'x' } } }) },
    'InvalidLambdaFunctionOutputException',
    400,
  ],
])('lets nothing through when it %s, and leaves the session usable', async (_, reply, name, status) => {
  const { UpdateRecordsCommand } = await import('@aws-sdk/client-cognito-sync');
  const SyncSessionToken = await own.token();
  const write = () =>
    own.client.send(new UpdateRecordsCommand({ ...DATASET, SyncSessionToken, RecordPatches: [put('a', '1')] }));
  stub(reply);
  expect(await refusal(write())).toMatchObject({ name, status });
  expect((await own.list()).DatasetExists).toBe(false);
  stub({ reply: 'accept' });
  await write();
  expect(await own.records()).toEqual({ a: [1, '1'] });
});

it('may change what is written, add to it and remove; all is echoed with one count', async () => {
  await own.write(put('keep', '1'), put('drop', '2'));
  stub({ reply: 'change', records: { sent: 'changed', added: 'new', drop: null } });
  const { Records = [] } = await own.write(put('sent', 'original'));
  const echoed = Object.fromEntries(Records.map(({ Key, Value, SyncCount }) => [Key, [SyncCount, Value ?? null]]));
  expect(echoed).toEqual({ sent: [2, 'changed'], added: [2, 'new'], drop: [2, null] });
  expect(await own.records()).toEqual({ keep: [1, '1'], sent: [2, 'changed'], added: [2, 'new'], drop: [2, null] });
});

it('leaves records alone that its answer leaves out', async () => {
  stub({ reply: (event) => ({ ...event, datasetRecords: {} }) });
  await own.write(put('a', '1'));
  expect(await own.records()).toEqual({ a: [1, '1'] });
});
