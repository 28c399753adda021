import { datasetChanges, type DatasetsPosition, type DatasetsStep } from '../cognito-sync/dataset-changes';
import { listPages } from '../cognito-sync/list';
import type { Dataset, Identity } from '../cognito-sync/model';
import { DescribeIdentityUsage, ListDatasets } from '../cognito-sync/operations';
import { SAMPLE_SIZE, settingsOf, snapshotFor, startsNow, trigger, type Polling } from '../platform/trigger';

type Snapshot = Identity & DatasetsPosition;

const PAGE_SIZE = 60;

/** Tells which datasets of an identity are new, changed or deleted. */
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

  const kept = polling.isSample ? undefined : snapshotFor<Snapshot>(polling, identity);
  const steps = [...datasetChanges(listed, kept ?? { known: [] })];
  const changes = steps.filter((next) => 'tell' in next);
  if (polling.isSample) {
    for (const change of changes.slice(0, SAMPLE_SIZE)) await tell(polling, identity, change);
    return;
  }

  const last = steps.at(-1);
  if (last && 'keep' in last && last.keep.until !== undefined) {
    polling.log(
      `${polling.name}: ${listed.length} datasets are more than a snapshot can name; not every deletion is told`,
    );
  }
  if (!kept && startsNow(polling)) {
    if (last && 'keep' in last) await polling.keep({ ...identity, ...last.keep });
    return;
  }
  if (kept && changes.length === 0) return;
  for (const next of steps) {
    if ('tell' in next) await tell(polling, identity, next);
    else await polling.keep({ ...identity, ...next.keep });
  }
});

function tell(
  { emit }: Polling,
  identity: Identity,
  { tell: { Change, ...dataset }, mark }: Extract<DatasetsStep, { tell: object }>,
): Promise<void> {
  return emit(
    { Change, ...dataset, ...identity },
    {
      origin: `${identity.IdentityPoolId}/${identity.IdentityId}`,
      item: `${Change} ${dataset.DatasetName} ${mark}`,
      length: 0,
    },
  );
}

export { identityPools } from '../platform/drop-down';
