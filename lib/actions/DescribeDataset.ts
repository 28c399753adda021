import { DescribeDataset } from '../cognito-sync/operations';
import { action } from '../platform/action';

/** Reads a dataset's dates and size, not its records: `GET …/datasets/{DatasetName}`. */
export const process = action(DescribeDataset, { ifNotFound: 'error' });

export { identityPools } from '../platform/drop-down';
