import { GetIdentityPoolConfiguration } from '../cognito-sync/operations';
import { action } from '../platform/action';

/** Reads a pool's push sync and stream settings: `GET …/configuration`. */
export const process = action(GetIdentityPoolConfiguration);

export { identityPools } from '../platform/drop-down';
