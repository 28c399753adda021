import { randomUUID } from 'node:crypto';
import { resourceNotFound, ServiceError } from '../errors';
import type { Json } from '../json';
import type { Device } from '../state/model';
import { Body, Violations } from '../constraints';
import { poolOf, type Call, type Context } from './context';
import { existingDataset } from './dataset-operations';

const PLATFORMS = ['APNS', 'APNS_SANDBOX', 'GCM', 'ADM'];

export function registerDevice(context: Context, call: Call): Json {
  const body = Body.parse(call.body);
  const platform = body.text('Platform');
  const token = body.text('Token');
  const violations = new Violations();
  violations.text('platform', platform, { values: PLATFORMS });
  violations.text('token', token, { hidden: true });
  violations.check();
  const pool = poolOf(context, call.pool);
  const applications = pool.settings.PushSync?.ApplicationArns ?? [];
  if (!applications.some((arn) => arn.includes(`:app/${platform}/`))) {
    throw new ServiceError(
      'InvalidConfigurationException',
      400,
      `The identity pool has no application for platform ${platform}.`,
    );
  }
  const known = [...(pool.identities.get(call.identity)?.devices.values() ?? [])].find(
    (device) => device.platform === platform && device.token === token,
  );
  if (known && context.settings.assume.registeredAgain === 'same-device') return { DeviceId: known.id };
  const device: Device = { id: randomUUID(), platform: platform ?? '', token: token ?? '', subscriptions: [] };
  commit(context, call, device);
  return { DeviceId: device.id };
}

export function subscribeToDataset(context: Context, call: Call): Json {
  const device = subscriber(context, call);
  existingDataset(context, call);
  if (!device.subscriptions.includes(call.dataset)) {
    commit(context, call, { ...device, subscriptions: [...device.subscriptions, call.dataset] });
  }
  return {};
}

export function unsubscribeFromDataset(context: Context, call: Call): Json {
  const device = subscriber(context, call);
  existingDataset(context, call);
  if (device.subscriptions.includes(call.dataset)) {
    commit(context, call, { ...device, subscriptions: device.subscriptions.filter((name) => name !== call.dataset) });
  }
  return {};
}

function subscriber(context: Context, call: Call): Device {
  const pool = poolOf(context, call.pool);
  if (!pool.settings.PushSync?.ApplicationArns?.length) {
    throw new ServiceError('InvalidConfigurationException', 400, 'The identity pool has no push synchronisation.');
  }
  const device = pool.identities.get(call.identity)?.devices.get(call.device);
  if (!device) throw resourceNotFound(`Device '${call.device}' not found.`);
  return device;
}

function commit({ store, clock }: Context, call: Call, device: Device): void {
  store.commit({ type: 'device', pool: call.pool, identity: call.identity, device, at: clock.now() });
}
