import { DeleteDataset } from '../cognito-sync/operations';
import { action } from '../platform/action';

/** Deletes a dataset for good and answers what it was: `DELETE …/datasets/{DatasetName}`. */
export const process = action(DeleteDataset);
