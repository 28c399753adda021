import { SetIdentityPoolConfiguration } from '../cognito-sync/operations';
import { action } from '../platform/action';

/** Changes a pool's push sync or stream settings: `POST …/configuration`. What is left out stays as it is. */
export const process = action(SetIdentityPoolConfiguration);

export { identityPools } from '../platform/drop-down';
