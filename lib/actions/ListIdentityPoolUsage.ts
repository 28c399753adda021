import { ListIdentityPoolUsage } from '../cognito-sync/operations';
import { action } from '../platform/action';

/** Lists the identity pools of the account that use Cognito Sync: `GET /identitypools`. */
export const process = action(ListIdentityPoolUsage);
