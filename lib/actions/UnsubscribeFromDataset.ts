import { UnsubscribeFromDataset } from '../cognito-sync/operations';
import { action } from '../platform/action';

/** Stops telling a device of changes: `DELETE …/subscriptions/{DeviceId}`. */
export const process = action(UnsubscribeFromDataset);

export { identityPools } from '../platform/drop-down';
