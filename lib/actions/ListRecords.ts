import { ListRecords } from '../cognito-sync/operations';
import { action } from '../platform/action';

/** Reads a dataset's records and a token to write with: `GET …/datasets/{DatasetName}/records`. */
export const process = action(ListRecords);
