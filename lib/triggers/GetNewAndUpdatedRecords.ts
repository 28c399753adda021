import type { DatasetOfIdentity } from '../cognito-sync/model';
import { DescribeDataset, ListRecords } from '../cognito-sync/operations';
import { isRecordsPosition, recordChanges, type RecordChange, type RecordsPosition } from '../datasets/record-changes';
import { recordRow } from '../datasets/rows';
import { SAMPLE_SIZE, settingsOf, snapshotFor, startsNow, trigger, type Polling } from '../platform/trigger';

type Snapshot = DatasetOfIdentity & RecordsPosition;

/** Emits what has changed in one dataset, record by record, in the order of sync counts. */
export const process = trigger('GetNewAndUpdatedRecords', async (polling) => {
  const { IdentityPoolId, IdentityId, DatasetName } = settingsOf(
    polling,
    ['IdentityPoolId', 'IdentityId', 'DatasetName'],
    DescribeDataset.input,
  );
  const dataset = { IdentityPoolId, IdentityId, DatasetName };
  const client = polling.client();

  if (polling.isSample) {
    const { output } = await client.send(ListRecords, { ...dataset, MaxResults: SAMPLE_SIZE });
    for (const record of (output.Records ?? []).slice(0, SAMPLE_SIZE)) {
      await emitChange(
        polling,
        { Change: record.Value === undefined ? 'removed' : 'updated', ...dataset, ...record },
        0,
      );
    }
    return;
  }

  const saved = snapshotFor<Snapshot>(polling, dataset, isRecordsPosition);
  if (!saved && startsNow(polling)) {
    const { output } = await client.send(ListRecords, { ...dataset, MaxResults: 1 });
    const lastSyncCount = output.DatasetExists ? (output.DatasetSyncCount ?? 0) : 0;
    return polling.saveSnapshot({ ...dataset, lastSyncCount, deletions: 0 });
  }

  const from = saved ?? { lastSyncCount: 0, deletions: 0 };
  for await (const next of recordChanges(client, dataset, from)) {
    if ('emit' in next) await emitChange(polling, next.emit, next.deletions);
    else if (!saved || !isSame(next.save, from)) await polling.saveSnapshot({ ...dataset, ...next.save });
  }
});

const isSame = (one: RecordsPosition, other: RecordsPosition) =>
  one.lastSyncCount === other.lastSyncCount && one.deletions === other.deletions && one.telling === other.telling;

function emitChange({ emit }: Polling, change: RecordChange, deletions: number): Promise<void> {
  const { Change, IdentityPoolId, IdentityId, DatasetName, Key, Value = '', SyncCount, LastModifiedDate } = change;
  return emit(
    { Change, ...recordRow(change, change) },
    {
      origin: `${IdentityPoolId}/${IdentityId}/${DatasetName}`,
      // A service that begins to count anew may reach the same count, but not at the same time. How often the dataset was
      // deleted is counted anew after a reset of the snapshot, but then its count has moved on.
      item:
        Change === 'datasetDeleted'
          ? `deletion ${deletions} at ${SyncCount}`
          : `${Key}@${SyncCount}@${LastModifiedDate}`,
      length: Value.length,
    },
  );
}

export { datasets, identityPools } from '../platform/drop-down';
