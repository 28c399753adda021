import { UpdateRecords } from '../cognito-sync/operations';
import { updateRecords } from '../datasets/recover';
import { action } from '../platform/action';

/** Changes records, each by its own sync count, all or none: `POST …/datasets/{DatasetName}`. */
export const process = action(UpdateRecords, { perform: updateRecords });

export { identityPools } from '../platform/drop-down';
