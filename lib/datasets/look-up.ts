import type { CognitoSync } from '../cognito-sync/client';
import type { DatasetOfIdentity } from '../cognito-sync/model';
import { ListRecords } from '../cognito-sync/operations';
import { ConnectorError } from '../error';
import type { KeysInput } from './keys';
import { recordRow } from './rows';
import { wholeDataset } from './whole-dataset';

export interface LookUpRecordsOutput extends DatasetOfIdentity {
  /** 0 where there is no such dataset. */
  DatasetSyncCount: number;
  /** The records that are there, in the order of the keys. */
  Records: ReturnType<typeof recordRow>[];
  /** The same as keys and values. */
  Values: { [key: string]: string };
  /** The keys that have no record. */
  Missing: string[];
}

/**
 * Reads records of a dataset by their keys, as one consistent state of the dataset. AWS has no operation for that, so the
 * dataset is listed: at most 1 MB by its default quota, in most cases one call.
 * @throws ConnectorError `ResourceNotFoundException` where none of the keys has a record
 */
export async function lookUpRecords(
  client: CognitoSync,
  { Keys, ...dataset }: KeysInput,
): Promise<LookUpRecordsOutput> {
  const { records, syncCount } = await wholeDataset(client, dataset);
  const found = Keys.flatMap((key) => {
    const record = records.get(key);
    return record?.Value === undefined ? [] : [{ key, value: record.Value, record }];
  });
  if (found.length === 0) {
    throw new ConnectorError('ResourceNotFoundException', {
      operation: ListRecords.name,
      message: `the dataset has no record of ${Keys.length === 1 ? 'this key' : `these ${Keys.length} keys`}`,
    });
  }
  const present = new Set(found.map(({ key }) => key));
  return {
    ...dataset,
    DatasetSyncCount: syncCount,
    Records: found.map(({ record }) => recordRow(dataset, record)),
    Values: Object.fromEntries(found.map(({ key, value }) => [key, value])),
    Missing: Keys.filter((key) => !present.has(key)),
  };
}
