import { ListRecords } from '../cognito-sync/operations';
import { listAction } from '../platform/list';

/** Reads a dataset's records and a token to write with: `GET …/datasets/{DatasetName}/records`. */
export const process = listAction(ListRecords, {
  member: 'Records',
  items: ({ Records }) => Records,
  identify: ({ Key, SyncCount }) => `${Key}@${SyncCount}`,
  context: ['IdentityPoolId', 'IdentityId', 'DatasetName'],
});

export { identityPools } from '../platform/drop-down';
