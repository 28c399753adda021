import { DescribeIdentityPoolUsage } from '../cognito-sync/operations';
import { action } from '../platform/action';

/** Reads how much an identity pool stores: `GET …/{IdentityPoolId}`. */
export const process = action(DescribeIdentityPoolUsage);

export { identityPools } from '../platform/drop-down';
