import { ListDatasets } from '../cognito-sync/operations';
import { datasetRow } from '../datasets/rows';
import { listAction } from '../platform/list';

/** Lists the datasets of an identity: `GET …/identities/{IdentityId}/datasets`. */
export const process = listAction(ListDatasets, {
  member: 'Datasets',
  items: ({ Datasets }) => Datasets,
  identify: ({ DatasetName, LastModifiedDate }) => `${DatasetName}@${LastModifiedDate}`,
  row: datasetRow,
});

export { identityPools } from '../platform/drop-down';
