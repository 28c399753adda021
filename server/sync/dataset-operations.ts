import { datasetNotFound } from '../errors';
import type { Json } from '../json';
import { keyOf, keysAfter, LONGEST_PAGE, nextToken, page } from '../paging';
import type { Dataset } from '../state/model';
import { wholeNumber } from '../constraints';
import { date, poolOf, type Call, type Context } from './context';

export function listDatasets(context: Context, call: Call): Json {
  const datasets = poolOf(context, call.pool).identities.get(call.identity)?.datasets;
  const size = Math.min(wholeNumber('maxResults', call.query.get('maxResults'), 1, 60), LONGEST_PAGE);
  const scope = `${call.identity}/`;
  const after = keyOf(scope, call.query.get('nextToken'));
  const { items, next } = page(keysAfter([...(datasets?.keys() ?? [])].sort(), after), size, (name) => {
    const dataset = datasets?.get(name);
    return dataset?.exists ? wireDataset(call.identity, dataset) : undefined;
  });
  return { Count: items.length, Datasets: items, NextToken: next === undefined ? null : nextToken(scope, next) };
}

export function describeDataset(context: Context, call: Call): Json {
  return { Dataset: wireDataset(call.identity, existingDataset(context, call)) };
}

export function deleteDataset(context: Context, call: Call): Json {
  const dataset = existingDataset(context, call);
  const answer = { Dataset: wireDataset(call.identity, dataset) };
  context.store.commit({
    type: 'dataset-deleted',
    pool: call.pool,
    identity: call.identity,
    dataset: call.dataset,
    syncCount: dataset.syncCount + 1n,
    at: context.clock.now(),
  });
  return answer;
}

/** @throws ServiceError when it does not exist, or no longer. */
export function existingDataset(context: Context, call: Call): Dataset {
  const dataset = poolOf(context, call.pool).identities.get(call.identity)?.datasets.get(call.dataset);
  if (!dataset?.exists) throw datasetNotFound(call.dataset);
  return dataset;
}

const wireDataset = (identityId: string, dataset: Dataset): Json => ({
  CreationDate: date(dataset.creationDate),
  DataStorage: dataset.dataStorage,
  DatasetName: dataset.name,
  IdentityId: identityId,
  LastModifiedBy: dataset.lastModifiedBy,
  LastModifiedDate: date(dataset.lastModifiedDate),
  NumRecords: dataset.numRecords,
});
