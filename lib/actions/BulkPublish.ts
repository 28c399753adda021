import { BulkPublish } from '../cognito-sync/operations';
import { bulkPublish } from '../datasets/recover';
import { action } from '../platform/action';

/** Starts sending all datasets of an identity pool to its stream: `POST …/bulkpublish`. One success in 24 hours. */
export const process = action(BulkPublish, { perform: bulkPublish });

export { identityPools } from '../platform/drop-down';
