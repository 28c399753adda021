import { SubscribeToDataset } from '../cognito-sync/operations';
import { action } from '../platform/action';

/** Notifies a device when a dataset changes: `POST …/subscriptions/{DeviceId}`. */
export const process = action(SubscribeToDataset);

export { identityPools } from '../platform/drop-down';
