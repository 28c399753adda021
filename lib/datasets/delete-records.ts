import type { CognitoSync } from '../cognito-sync/client';
import type { DatasetOfIdentity } from '../cognito-sync/model';
import type { KeysInput } from './keys';
import { upsertRecords, type Upserted } from './upsert';

export interface DeleteRecordsOutput extends DatasetOfIdentity {
  /** After the deletion; the present one where there was nothing to delete. */
  DatasetSyncCount: number;
  /** The keys whose records were removed. */
  Deleted: string[];
  /** The keys that had no record, such as after an earlier delivery of the same message. */
  Missing: string[];
}

/**
 * Removes records of a dataset by their keys and touches no other. Repeating it is no error and changes nothing; a dataset
 * that is not there is not made.
 * @throws ConnectorError
 */
export async function deleteRecords(
  client: CognitoSync,
  { Keys, ...dataset }: KeysInput,
): Promise<Omit<Upserted, 'output'> & { readonly output: DeleteRecordsOutput }> {
  const { output, ...how } = await upsertRecords(client, {
    ...dataset,
    Records: new Map(Keys.map((key) => [key, null])),
  });
  const keysOf = (isRemoved: boolean) =>
    output.Records.flatMap(({ Key, Outcome }) => ((Outcome === 'removed') === isRemoved ? [Key] : []));
  return {
    ...how,
    output: {
      ...dataset,
      DatasetSyncCount: output.DatasetSyncCount,
      Deleted: keysOf(true),
      Missing: keysOf(false),
    },
  };
}
