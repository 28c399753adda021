import { RegisterDevice } from '../cognito-sync/operations';
import { action } from '../platform/action';

/** Registers a device for push sync: `POST …/identity/{IdentityId}/device`. No attempt follows a lost answer. */
export const process = action(RegisterDevice);

export { identityPools } from '../platform/drop-down';
