import { DeleteDataset } from '../cognito-sync/operations';
import { deleteDataset } from '../datasets/recover';
import { action } from '../platform/action';

/** Deletes a dataset for good and answers what it was: `DELETE …/datasets/{DatasetName}`. A second deletion, such as of a redelivered message, is no error. */
export const process = action(DeleteDataset, { perform: deleteDataset, ifNotFound: 'emptyObject' });

export { identityPools } from '../platform/drop-down';
