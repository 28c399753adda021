import {
  RegisterDeviceCommand,
  SetIdentityPoolConfigurationCommand,
  SubscribeToDatasetCommand,
  UnsubscribeFromDatasetCommand,
  type CognitoSyncClient,
} from '@aws-sdk/client-cognito-sync';
import type { LocalServer } from '../../server';
import type { ServerOptions } from '../../server/options';
import { DATASET, IDENTITY, localServer, POOL } from '../support/local';
import { refusal, syncClient } from '../support/server';

const PHONE = { IdentityPoolId: POOL, IdentityId: IDENTITY, Platform: 'GCM', Token: 'push-token' } as const;
const PushSync = {
  ApplicationArns: ['arn:aws:sns:us-east-1:123456789012:app/GCM/MyApp'],
  RoleArn: 'arn:aws:iam::123456789012:role/CognitoSync',
};

async function started(options: ServerOptions = {}) {
  const server = await localServer(options);
  const own = syncClient(server, server.control.vend(POOL, IDENTITY));
  const configure = () =>
    syncClient(server).send(new SetIdentityPoolConfigurationCommand({ IdentityPoolId: POOL, PushSync }));
  return { server, own, configure };
}

let server: LocalServer;
let own: CognitoSyncClient;
let configure: () => Promise<unknown>;
beforeEach(async () => ({ server, own, configure } = await started()));
afterEach(() => server.stop());

const register = async (input: Partial<Record<'Platform' | 'Token', string>> = {}) =>
  (await own.send(new RegisterDeviceCommand({ ...PHONE, ...(input as object) }))).DeviceId ?? '';

describe('RegisterDevice', () => {
  it('needs an application of the platform', async () => {
    expect(await refusal(register())).toMatchObject({ name: 'InvalidConfigurationException', status: 400 });
    await configure();
    expect(await refusal(register({ Platform: 'APNS' }))).toMatchObject({ name: 'InvalidConfigurationException' });
    expect(await register()).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('answers the same device for the same token, another for another', async () => {
    await configure();
    const first = await register();
    expect(await register()).toBe(first);
    expect(await register({ Token: 'other' })).not.toBe(first);
  });

  it('answers a new device each time when so assumed', async () => {
    const other = await started({ assume: { registeredAgain: 'new-device' } });
    await other.configure();
    const ids = [0, 1].map(async () => (await other.own.send(new RegisterDeviceCommand(PHONE))).DeviceId);
    expect(new Set(await Promise.all(ids)).size).toBe(2);
    await other.server.stop();
  });

  it('refuses an unknown platform and keeps the token out of its words', async () => {
    const { name, message } = await refusal(register({ Platform: 'WINDOWS' }));
    expect([name, message]).toEqual(['InvalidParameterException', expect.not.stringContaining('push-token')]);
  });
});

describe('a subscription', () => {
  const subscribe = (DeviceId: string) => own.send(new SubscribeToDatasetCommand({ ...DATASET, DeviceId }));
  const unsubscribe = (DeviceId: string) => own.send(new UnsubscribeFromDatasetCommand({ ...DATASET, DeviceId }));

  it('can be made and ended, also twice', async () => {
    await configure();
    server.control.write(DATASET, { a: '1' });
    const device = await register();
    for (const call of [subscribe, subscribe, unsubscribe, unsubscribe]) {
      const { $metadata, ...members } = await call(device);
      expect([$metadata.httpStatusCode, members]).toEqual([200, {}]);
    }
  });

  it.each(['subscribe', 'unsubscribe'])('to %s needs push, a known device and a dataset that exists', async (which) => {
    const call = which === 'subscribe' ? subscribe : unsubscribe;
    expect(await refusal(call('phone'))).toMatchObject({ name: 'InvalidConfigurationException', status: 400 });
    await configure();
    expect(await refusal(call('phone'))).toMatchObject({
      name: 'ResourceNotFoundException',
      message: "Device 'phone' not found.",
    });
    const device = await register();
    expect(await refusal(call(device))).toMatchObject({
      name: 'ResourceNotFoundException',
      message: "Dataset 'profile' not found.",
    });
  });
});
