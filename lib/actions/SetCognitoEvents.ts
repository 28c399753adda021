import { SetCognitoEvents } from '../cognito-sync/operations';
import { action } from '../platform/action';

/** Sets or removes the Lambda function that a pool calls on a sync: `POST …/events`. */
export const process = action(SetCognitoEvents);

export { identityPools } from '../platform/drop-down';
