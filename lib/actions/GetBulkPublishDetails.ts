import { GetBulkPublishDetails } from '../cognito-sync/operations';
import { action } from '../platform/action';

/** Reads how far the last bulk publish got: `POST …/getBulkPublishDetails`. */
export const process = action(GetBulkPublishDetails);

export { identityPools } from '../platform/drop-down';
