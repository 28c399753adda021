import { process as ExportIdentityPool } from '../../lib/actions/ExportIdentityPool';
import { process as ListDatasets } from '../../lib/actions/ListDatasets';
import { process as ListIdentities } from '../../lib/actions/ListIdentities';
import { process as ListIdentityPoolUsage } from '../../lib/actions/ListIdentityPoolUsage';
import { process as ListRecords } from '../../lib/actions/ListRecords';
import type { Process } from '../../lib/platform/runtime';
import { process as DatasetsTrigger } from '../../lib/triggers/GetNewAndUpdatedDatasets';
import { process as RecordsTrigger } from '../../lib/triggers/GetNewAndUpdatedRecords';
import { process as ExportTrigger } from '../../lib/triggers/GetNewAndUpdatedRecordsOfIdentityPool';
import { DATASET, IDENTITY, KEYS, POOL } from '../support/local';
import { recorder, type Recorded, type Recorder } from '../support/recorder';
import { run } from '../support/run';

/** A service that leaves members out wherever it may, so that no two items of a list have the same ones. */
const RECORDS = [
  { Key: 'removed', SyncCount: 3 },
  { LastModifiedDate: 1_769_850_000, Value: 'v', Key: 'written', LastModifiedBy: 'x', SyncCount: 1 },
  { Key: 'blank', Value: '', SyncCount: 2, DeviceLastModifiedDate: 1_769_850_000 },
];
const DATASETS = [{ DatasetName: 'profile' }, { NumRecords: 0, DatasetName: 'settings', IdentityId: IDENTITY }];
const IDENTITIES = [{ IdentityId: IDENTITY }, { Logins: ['graph.facebook.com'], IdentityId: `${IDENTITY}0` }];
const USAGES = [{ IdentityPoolId: POOL }, { DataStorage: 5, IdentityPoolId: `${POOL}0` }];

function answerTo({ target: path, method }: Recorded): object {
  if (method === 'POST') return { IdentityPoolId: POOL, Identities: IDENTITIES };
  if (path.includes('/records')) return { Records: RECORDS, DatasetExists: true, DatasetSyncCount: 3 };
  if (path.includes('/datasets')) return { Datasets: DATASETS };
  return { IdentityPoolUsages: USAGES };
}

let service: Recorder;
beforeEach(async () => {
  service = await recorder((request, response) => response.end(JSON.stringify(answerTo(request))));
});
afterEach(() => service.stop());

const WHERE = ['IdentityPoolId', 'IdentityId', 'DatasetName'];
const RECORD = ['Key', 'Value', 'SyncCount', 'LastModifiedDate', 'LastModifiedBy', 'DeviceLastModifiedDate'];
const OF_DATASET = ['CreationDate', 'LastModifiedDate', 'LastModifiedBy', 'DataStorage', 'NumRecords'];
const PARTS = ['Part', 'Parts'];
const record = ['Change', ...WHERE, ...RECORD];
const dataset = [...WHERE, ...OF_DATASET];

const bodiesOf = async (process: Process, body: object, fields: object = {}) => {
  const cfg = {
    ...KEYS,
    region: 'us-east-1',
    endpoint: service.endpoint,
    emitBehaviour: 'emitIndividually',
    ...fields,
  };
  const { bodies, error } = await run(process, { id: 'm', body }, cfg);
  expect(error).toBeUndefined();
  return bodies;
};

const exported = (Granularity: string): [Process, object, object] => [
  ExportIdentityPool,
  { IdentityPoolId: POOL, Granularity },
  {},
];
const rows: [string, string[], number, [Process, object, object?]][] = [
  ['a record of List Records', [...WHERE, ...RECORD], 3, [ListRecords, DATASET]],
  ['a dataset of List Datasets', dataset, 2, [ListDatasets, { IdentityPoolId: POOL, IdentityId: IDENTITY }]],
  [
    'an identity of List Identities, by default',
    ['IdentityPoolId', 'IdentityId', 'Logins', 'CreationDate', 'LastModifiedDate'],
    2,
    [ListIdentities, { IdentityPoolId: POOL }, { emitBehaviour: '' }],
  ],
  [
    'a pool of List Identity Pool Usage',
    ['IdentityPoolId', 'SyncSessionsCount', 'DataStorage', 'LastModifiedDate'],
    2,
    [ListIdentityPoolUsage, {}],
  ],
  ['a record of an export', ['Kind', ...record], 2 * 2 * 2, exported('record')],
  ['a dataset of an export', ['Kind', ...dataset, 'DatasetSyncCount', 'Records', ...PARTS], 4, exported('dataset')],
  ['an identity of an export', ['Kind', 'IdentityPoolId', 'IdentityId', 'Datasets', ...PARTS], 2, exported('identity')],
  ['a record of the trigger for a pool', ['Kind', ...record], 8, [ExportTrigger, {}, { IdentityPoolId: POOL }]],
  ['a record of the trigger for a dataset', record, 3, [RecordsTrigger, {}, DATASET]],
  ['a dataset of the trigger for an identity', ['Change', ...dataset], 2, [DatasetsTrigger, {}, DATASET]],
];

it.each(rows)(
  '%s has every column, in the same order, null where there is nothing',
  async (_, columns, count, call) => {
    const bodies = await bodiesOf(...call);
    expect(bodies.map((body) => Object.keys(body))).toEqual(Array(count).fill(columns));
    expect(bodies.flatMap((body) => Object.values(body))).not.toContain(undefined);
  },
);

it('a dataset that was deleted is a row of the same columns', async () => {
  const cfg = { ...KEYS, endpoint: service.endpoint, ...DATASET };
  const { bodies } = await run(RecordsTrigger, { body: {} }, cfg, { ...DATASET, lastSyncCount: 9, deletions: 0 });
  expect(bodies[0]).toMatchObject({ Change: 'datasetDeleted', Key: null, Value: null });
  expect(Object.keys(bodies[0] ?? {})).toEqual(record);
});

it('records and datasets in a message repeat where they are, so that a splitter loses nothing', async () => {
  const [identity] = await bodiesOf(...exported('identity'));
  const inside = identity?.['Datasets'] as Record<string, any>[];
  expect(inside.map((body) => Object.keys(body))).toEqual([
    [...dataset, 'DatasetSyncCount', 'Records'],
    [...dataset, 'DatasetSyncCount', 'Records'],
  ]);
  const whole = { IdentityPoolId: POOL, IdentityId: IDENTITY };
  expect(inside).toMatchObject([
    { ...whole, DatasetName: 'profile' },
    { ...whole, DatasetName: 'settings' },
  ]);
  const records = inside.flatMap(({ Records }) => Records as Record<string, any>[]);
  expect(records.map((body) => Object.keys(body))).toEqual(Array(4).fill(record));
  expect(records[2]).toMatchObject({
    ...whole,
    DatasetName: 'settings',
    Change: 'updated',
    Key: 'written',
    Value: 'v',
  });
  const [first] = await bodiesOf(...exported('dataset'));
  expect((first?.['Records'] as object[])[0]).toEqual(records[0]);
});
