import { DeleteDataset } from '../cognito-sync/operations';
import { deleteDataset } from '../datasets/recover';
import { action } from '../platform/action';

/** Deletes a dataset for good and answers what it was: `DELETE …/datasets/{DatasetName}`. */
export const process = action(DeleteDataset, deleteDataset);

export { identityPools } from '../platform/drop-down';
