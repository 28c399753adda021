import { ListIdentityPoolUsage } from '../cognito-sync/operations';
import { usageRow } from '../datasets/rows';
import { listAction } from '../platform/list';

/** Lists the identity pools of the account that use Cognito Sync: `GET /identitypools`. */
export const process = listAction(ListIdentityPoolUsage, {
  member: 'IdentityPoolUsages',
  items: ({ IdentityPoolUsages }) => IdentityPoolUsages,
  identify: ({ IdentityPoolId }) => String(IdentityPoolId),
  row: (_, usage) => usageRow(usage),
});
