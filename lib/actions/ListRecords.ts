import { ListRecords } from '../cognito-sync/operations';
import { recordRow } from '../datasets/rows';
import { listAction } from '../platform/list';

/** Reads a dataset's records and a token to write with: `GET …/datasets/{DatasetName}/records`. */
export const process = listAction(ListRecords, {
  member: 'Records',
  items: ({ Records }) => Records,
  identify: ({ Key, SyncCount }) => `${Key}@${SyncCount}`,
  row: recordRow,
});

export { identityPools } from '../platform/drop-down';
