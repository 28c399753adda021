import type { Pool } from '../../lib/cognito-sync/model';
import type { DatasetChange } from '../../lib/datasets/dataset-changes';
import type { RecordChange } from '../../lib/datasets/record-changes';
import { always, choice, count, text } from '../answers';
import * as data from './data';
import * as example from './examples';
import { exported, exportedExamples } from './exported';
import { ofDatasetsTrigger, ofExportTrigger, ofRecordsTrigger } from './form';
import { step, type Steps } from '../step';

const TWICE = 'After a crash messages may come twice, with the same message id.';

const GetNewAndUpdatedRecordsOfIdentityPool = step({
  title: 'Get New and Updated Records of an Identity Pool',
  description: 'Reads everything in an identity pool on the first pass, and what was modified since on each later one.',
  help: 'A pass may take several runs: each goes on where the one before stopped, also after a crash, and nothing is lost. What was written within five minutes before a pass may come twice, with the same message id. Deleted datasets and identities are not reported, unless Report What Is Still There is ticked.',
  permissions: ['cognito-identity:ListIdentities', 'cognito-sync:ListDatasets', 'cognito-sync:ListRecords'],
  fields: ofExportTrigger,
  output: exported,
  outputExamples: exportedExamples,
});

const GetNewAndUpdatedRecords = step<RecordChange>({
  title: 'Get New and Updated Records',
  description: 'Reports each change in one dataset: records written, records removed, the dataset deleted.',
  help: `Follows the sync count of the dataset, so nothing is missed or depends on a clock. Records come in the order of sync counts; of several changes between two runs only the last one of each record is reported. ${TWICE}`,
  permissions: ['cognito-sync:ListRecords'],
  fields: ofRecordsTrigger,
  output: {
    Change: always(choice(['updated', 'removed', 'datasetDeleted'], 'What happened: updated (or created), removed, or datasetDeleted: the whole dataset was deleted, so drop all of it; what it holds since comes in the messages after this one.')),
    ...data.place,
    ...data.record,
    Key: text('Name of the record. null when the whole dataset was deleted.', 'theme'),
    SyncCount: always(count('The sync count that the dataset had after this change. When the whole dataset was deleted: the last one known of it.', 9)),
  },
  outputExamples: [
    { Change: 'updated', ...example.DATASET, ...data.aRecord },
    { Change: 'datasetDeleted', ...example.DATASET, SyncCount: 9 },
  ],
});

const GetNewAndUpdatedDatasets = step<DatasetChange & Pool>({
  title: 'Get New and Updated Datasets',
  description: 'Reports which datasets of one identity are new, changed or deleted.',
  help: `Compares the list of datasets with the one of the run before. The message holds the properties of the dataset, not its records: follow with List Records. ${TWICE}`,
  permissions: ['cognito-sync:ListDatasets'],
  fields: ofDatasetsTrigger,
  output: { Change: always(choice(['created', 'updated', 'deleted'], 'What happened to the dataset: created, updated or deleted. One that was deleted and made anew since the last run gives a message for each.', 'updated')), IdentityPoolId: data.poolId, ...data.dataset },
  outputExamples: [
    { Change: 'updated', ...example.DATASET, ...data.aDataset },
    { Change: 'deleted', ...example.DATASET, LastModifiedDate: example.MODIFIED },
  ],
});

export const triggers: Steps = { GetNewAndUpdatedRecordsOfIdentityPool, GetNewAndUpdatedRecords, GetNewAndUpdatedDatasets };
