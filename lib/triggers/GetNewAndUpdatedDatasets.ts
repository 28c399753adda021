import type { Dataset, Identity } from '../cognito-sync/model';
import { DescribeIdentityUsage, ListDatasets } from '../cognito-sync/operations';
import { listPages } from '../cognito-sync/pages';
import {
  datasetChanges,
  isDatasetsPosition,
  type DatasetsPosition,
  type DatasetsEffect,
} from '../datasets/dataset-changes';
import { datasetRow } from '../datasets/rows';
import { SAMPLE_SIZE, settingsOf, snapshotFor, startsNow, trigger, type Polling } from '../platform/trigger';

type Snapshot = Identity & DatasetsPosition;

const PAGE_SIZE = 60;

/** Emits which datasets of an identity are new, changed or deleted. */
export const process = trigger('GetNewAndUpdatedDatasets', async (polling) => {
  const { IdentityPoolId, IdentityId } = settingsOf(
    polling,
    ['IdentityPoolId', 'IdentityId'],
    DescribeIdentityUsage.input,
  );
  const identity = { IdentityPoolId, IdentityId };
  const listed: Dataset[] = [];
  for await (const { output } of listPages(polling.client(), ListDatasets, { ...identity, MaxResults: PAGE_SIZE })) {
    listed.push(...(output.Datasets ?? []));
    if (polling.isSample) break;
  }

  const saved = polling.isSample ? undefined : snapshotFor<Snapshot>(polling, identity, isDatasetsPosition);
  const steps = [...datasetChanges(listed, saved ?? { known: [] })];
  const changes = steps.filter((next) => 'emit' in next);
  if (polling.isSample) {
    for (const change of changes.slice(0, SAMPLE_SIZE)) await emitChange(polling, identity, change);
    return;
  }

  const last = steps.at(-1);
  if (last && 'save' in last && last.save.until !== undefined) {
    polling.log(
      `${polling.name}: ${listed.length} datasets are more than a snapshot can name; not every deletion is reported`,
    );
  }
  if (!saved && startsNow(polling)) {
    if (last && 'save' in last) await polling.saveSnapshot({ ...identity, ...last.save });
    return;
  }
  if (saved && changes.length === 0) return;
  for (const next of steps) {
    if ('emit' in next) await emitChange(polling, identity, next);
    else await polling.saveSnapshot({ ...identity, ...next.save });
  }
});

function emitChange(
  polling: Polling,
  identity: Identity,
  { emit: { Change, ...dataset }, mark }: Extract<DatasetsEffect, { emit: object }>,
): Promise<void> {
  return polling.emit(
    { Change, ...datasetRow(identity, dataset) },
    {
      origin: `${identity.IdentityPoolId}/${identity.IdentityId}`,
      item: `${Change} ${dataset.DatasetName} ${mark}`,
      length: 0,
    },
  );
}

export { identityPools } from '../platform/drop-down';
