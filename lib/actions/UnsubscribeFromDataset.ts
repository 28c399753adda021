import { UnsubscribeFromDataset } from '../cognito-sync/operations';
import { action } from '../platform/action';

/** Ends the notifications of a device: `DELETE …/subscriptions/{DeviceId}`. */
export const process = action(UnsubscribeFromDataset);

export { identityPools } from '../platform/drop-down';
