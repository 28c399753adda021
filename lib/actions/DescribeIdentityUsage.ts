import { DescribeIdentityUsage } from '../cognito-sync/operations';
import { action } from '../platform/action';

/** Reads how much an identity stores: `GET …/identities/{IdentityId}`. */
export const process = action(DescribeIdentityUsage);

export { identityPools } from '../platform/drop-down';
