import { GetCognitoEvents } from '../cognito-sync/operations';
import { action } from '../platform/action';

/** Reads which Lambda function a pool calls on a sync: `GET …/events`. */
export const process = action(GetCognitoEvents);

export { identityPools } from '../platform/drop-down';
