import { ConnectorError } from '../../../lib/error';
import { datasetChanges, markOf } from '../../../lib/datasets/dataset-changes';
import { exportPool, type ExportFilter } from '../../../lib/export/read-pool';
import { noTotals, withIdentity } from '../../../lib/export/totals';
import { wholeDataset, withRemoved } from '../../../lib/datasets/whole-dataset';
import { listPages } from '../../../lib/cognito-sync/pages';
import { ListDatasets, ListRecords } from '../../../lib/cognito-sync/operations';
import { recordChanges } from '../../../lib/datasets/record-changes';
import { deleteDataset, updateRecords } from '../../../lib/datasets/recover';
import { upsertRecords } from '../../../lib/datasets/upsert';
import { all, answering } from '../../support/answers';
import { IdentityId, IdentityPoolId } from './inputs';

const identity = { IdentityPoolId, IdentityId };
const dataset = { ...identity, DatasetName: 'profile' };
const refused = (name: string, message = 'no', status = 400) =>
  new ConnectorError(name, { operation: 'Operation', message, status });
const lost = new ConnectorError('Timeout', { operation: 'Operation', message: 'no answer', retry: 'if idempotent' });

describe('ListRecords', () => {
  it('with no members shows a dataset that is not there', async () => {
    expect(await wholeDataset(answering({}), dataset)).toEqual({
      records: new Map(),
      exists: false,
      deletedSince: false,
      syncCount: 0,
      syncSessionToken: '',
      mergedDatasetNames: [],
    });
  });

  it('gives the records of all pages, without those that have no key', async () => {
    const pages = answering(
      { Records: [{ Key: 'a', Value: '1' }, { Value: 'of no key' }], NextToken: 'next' },
      { NextToken: 'last' },
      { Records: [{ Key: 'b' }] },
    );
    expect([...(await wholeDataset(pages, dataset)).records.values()]).toEqual([
      { Key: 'a', Value: '1' },
      { Key: 'b' },
    ]);
  });

  it('forgets the records of a round in which the dataset moved', async () => {
    const pages = answering(
      { Records: [{ Key: 'old' }], DatasetSyncCount: 1, NextToken: 'next' },
      { Records: [{ Key: 'half' }], DatasetSyncCount: 2 },
      { Records: [{ Key: 'new' }], DatasetSyncCount: 2 },
    );
    expect([...(await wholeDataset(pages, dataset)).records.keys()]).toEqual(['new']);
  });

  it('stays as listed where its changes say that it was deleted meanwhile', async () => {
    const whole = await wholeDataset(answering({ DatasetExists: true, DatasetSyncCount: 2 }), dataset);
    const changes = answering({ DatasetDeletedAfterRequestedSyncCount: true, Records: [{ Key: 'other' }] });
    expect(await withRemoved(changes, dataset, whole, ['gone'])).toBe(whole);
  });
});

it.each([ListRecords, ListDatasets])(
  '$name ends in an error where a page names itself as the next one',
  async (list) => {
    const client = answering({ NextToken: 'a' });
    await expect(all(listPages(client, list as typeof ListDatasets, dataset))).rejects.toThrow(
      `${list.name}: InvalidResponse: the list does not advance: a page names itself as the next one`,
    );
    expect(client.sent).toHaveLength(2);
  },
);

describe('the changes of records', () => {
  const beginning = { lastSyncCount: 0, deletions: 0 };

  it('are none, and a position is kept, where ListRecords has no members', async () => {
    expect(await all(recordChanges(answering({}), dataset, beginning))).toEqual([{ save: beginning }]);
  });

  it('without a SyncCount come first, by key', async () => {
    const Records = [{ Key: 'b' }, { Key: 'c', Value: '1', SyncCount: 1 }, { Key: 'a' }];
    const steps = await all(recordChanges(answering({ Records, DatasetExists: true }), dataset, beginning));
    const emitted = steps.flatMap((step) => ('emit' in step ? [`${step.emit.Change} ${step.emit.Key}`] : []));
    expect(emitted).toEqual(['removed a', 'removed b', 'updated c']);
  });

  it.each([
    refused('InternalErrorException'),
    refused('InternalErrorException', 'No such SyncCount: 3 exists for this Dataset', 500),
    refused('InvalidParameterException', 'Beside the point: No such SyncCount'),
    refused('ResourceNotFoundException', 'Dataset not found', 404),
    new TypeError('No such SyncCount'),
  ])('end in an error that is not about the sync count, and are no deletion: %s', async (error) => {
    // What is asked afterwards would be answered.
    const client = answering(error, { DatasetExists: true, DatasetSyncCount: 1 });
    await expect(all(recordChanges(client, dataset, { ...beginning, lastSyncCount: 3 }))).rejects.toBe(error);
  });
});

describe('the changes of datasets', () => {
  const bare = { DatasetName: 'bare' };

  it('emit a dataset without dates once', () => {
    const first = [...datasetChanges([bare], { known: [] })];
    expect(first).toEqual([
      { save: { known: [`bare +${markOf(bare)}`] } },
      { emit: { Change: 'created', ...bare }, mark: markOf(bare) },
      { save: { known: [`bare ${markOf(bare)}`] } },
    ]);
    const known = { known: [`bare ${markOf(bare)}`] };
    expect([...datasetChanges([bare], known)]).toEqual([{ save: known }]);
  });

  it('take a date that cannot be read as none', () => {
    expect(markOf({ ...bare, LastModifiedDate: 'yesterday' })).toBe(markOf(bare));
  });

  it.each([{}, { DatasetName: '' }])('leave out %j, which has no name, in every run', (nameless) => {
    expect([...datasetChanges([nameless], { known: [] })]).toEqual([{ save: { known: [] } }]);
  });
});

describe('an export', () => {
  const NextToken = 'next';
  const pageOf = (ids: readonly string[], next?: string) => () => Promise.resolve({ ids, NextToken: next });
  const exported = (
    outputs: readonly [object, ...object[]],
    filter: ExportFilter = {},
    identities: (
      token: string | undefined,
    ) => Promise<{ ids: readonly string[]; NextToken?: string | undefined }> = pageOf([IdentityId]),
  ) =>
    all(
      exportPool(
        { client: answering(...outputs), IdentityPoolId, identities },
        filter,
        {},
        {
          concurrency: 1,
          restarted: () => undefined,
        },
      ),
    );
  const nothing = {
    present: [],
    IdentityId,
    datasets: [],
    unchanged: 0,
    skipped: [],
    next: undefined,
  };

  it.each<[string, readonly [object, ...object[]], { Reason: string; Example: string }[]]>([
    ['nothing of an identity without Datasets', [{}], []],
    ['a dataset without a name', [{ Datasets: [{}] }], [{ Reason: 'InvalidName', Example: `${IdentityId}/` }]],
    [
      'a dataset whose name would address another resource',
      [{ Datasets: [{ DatasetName: '..' }] }],
      [{ Reason: 'InvalidName', Example: `${IdentityId}/..` }],
    ],
    [
      'a dataset whose records say nothing',
      [{ Datasets: [{ DatasetName: 'd' }] }, {}],
      [{ Reason: 'DatasetDeleted', Example: `${IdentityId}/d` }],
    ],
    [
      'a dataset that AWS does not find',
      [{ Datasets: [{ DatasetName: 'd' }] }, refused('ResourceNotFoundException')],
      [{ Reason: 'ResourceNotFoundException', Example: `${IdentityId}/d` }],
    ],
    [
      'an identity that AWS does not find',
      [refused('ResourceNotFoundException')],
      [{ Reason: 'ResourceNotFoundException', Example: IdentityId }],
    ],
  ])('skips %s', async (_, outputs, skipped) => {
    expect(await exported(outputs)).toEqual([{ ...nothing, skipped }]);
  });

  it.each<[string, readonly [object, ...object[]]]>([
    ['an identity', [refused('NotAuthorizedException')]],
    ['a dataset', [{ Datasets: [{ DatasetName: 'd' }] }, refused('NotAuthorizedException')]],
  ])('ends where AWS refuses to show %s', async (_, outputs) => {
    await expect(exported(outputs)).rejects.toBe(outputs.at(-1));
  });

  it('reads a dataset without a date, whatever the time asked for', async () => {
    const records = { DatasetExists: true, Records: [{ Key: 'k' }] };
    const [read] = await exported([{ Datasets: [{ DatasetName: 'd' }] }, records], { since: 1 });
    expect(read?.datasets).toEqual([{ DatasetName: 'd', DatasetSyncCount: 0, Records: [{ Key: 'k' }] }]);
  });

  it('goes on behind a page without identities', async () => {
    const identities = (token: string | undefined) =>
      Promise.resolve(token ? { ids: [IdentityId] } : { ids: [], NextToken });
    expect(await exported([{}], {}, identities)).toEqual([nothing]);
  });

  it('ends in an error where a page of identities names itself as the next one', async () => {
    await expect(exported([{}], {}, pageOf([IdentityId], NextToken))).rejects.toThrow(
      'ListIdentities: InvalidResponse: the list does not advance: a page names itself as the next one',
    );
  });

  it('counts what was skipped by reason, with the first example, and records without members as removed', () => {
    const skipped = ['a', 'b', 'a'].map((Reason, index) => ({ Reason, Example: `${Reason}${index}` }));
    const datasets = [{ DatasetName: 'd', DatasetSyncCount: 0, Records: [{}] }];
    expect(withIdentity(noTotals, { ...nothing, datasets, skipped })).toEqual({
      ...noTotals,
      Identities: 1,
      Datasets: 1,
      Removed: 1,
      Skipped: [
        { Reason: 'a', Example: 'a0', Count: 2 },
        { Reason: 'b', Example: 'b1', Count: 1 },
      ],
    });
  });
});

describe('UpsertRecords', () => {
  const input = { ...dataset, Records: new Map([['k', 'v']]) };

  it('writes into a dataset of which ListRecords and ListDatasets emit nothing', async () => {
    const client = answering({}, {}, { Records: [{ Key: 'k', SyncCount: 1 }] });
    const { output } = await upsertRecords(client, input);
    expect(client.operations()).toEqual(['ListRecords', 'ListDatasets', 'UpdateRecords']);
    expect(client.sent[2]?.input).toMatchObject({ SyncSessionToken: '' });
    expect(output).toMatchObject({
      DatasetSyncCount: 1,
      Written: true,
      Records: [{ Key: 'k', Outcome: 'created', SyncCount: 1 }],
    });
  });

  it.each([{}, { Records: [{}] }])('emits what it wrote where UpdateRecords answers %j', async (output) => {
    const upserted = await upsertRecords(answering({ DatasetExists: true }, output), input);
    expect(upserted.output).toMatchObject({ Written: true, Records: [{ Key: 'k', Outcome: 'created' }] });
  });

  it('names the datasets that a merge left beside', async () => {
    const held = { DatasetExists: true, MergedDatasetNames: ['profile.other'], Records: [{ Key: 'k', Value: 'v' }] };
    const { output } = await upsertRecords(answering(held), input);
    expect(output).toMatchObject({ Written: false, MergedDatasetNames: ['profile.other'] });
  });

  it('keeps what somebody else wrote meanwhile, where it shall', async () => {
    const client = answering(
      { DatasetExists: true },
      refused('ResourceConflictException', 'Current SyncCount for: k', 409),
      { DatasetExists: true, DatasetSyncCount: 1, Records: [{ Key: 'k', Value: 'theirs', SyncCount: 1 }] },
    );
    const { output } = await upsertRecords(client, { ...input, OnConflict: 'keepRemote' });
    expect(output).toMatchObject({ Written: false, OthersWrote: true, Records: [{ Outcome: 'keptRemote' }] });
  });

  it('reads the dataset again where its token has lapsed', async () => {
    const lapsed = refused('InvalidParameterException', 'SyncSessionToken not valid');
    const client = answering({ DatasetExists: true }, lapsed, { DatasetExists: true, SyncSessionToken: 'fresh' }, {});
    await upsertRecords(client, input);
    // The last list but one shows that the dataset was not deleted since, which would have taken the record along.
    expect(client.operations()).toEqual([
      'ListRecords',
      'UpdateRecords',
      'ListRecords',
      'ListRecords',
      'UpdateRecords',
    ]);
    expect(client.sent[4]?.input).toMatchObject({ SyncSessionToken: 'fresh' });
  });
});

describe('a write whose answer was lost', () => {
  const write = { ...dataset, SyncSessionToken: 'token' };
  const patch = { Op: 'replace', Key: 'k', Value: 'v', SyncCount: 0 } as const;

  it('is sent again with its token, which its look has shown to be good', async () => {
    const client = answering(lost, {}, {});
    expect((await updateRecords(client, { ...write, RecordPatches: [patch] })).recovered).toBeUndefined();
    expect(
      client.sent.map(({ operation, input }) => [operation, 'SyncSessionToken' in input && input.SyncSessionToken]),
    ).toEqual([
      ['UpdateRecords', 'token'],
      ['ListRecords', 'token'],
      ['UpdateRecords', 'token'],
    ]);
  });

  it('ends in an error that is none of AWS’s', async () => {
    const error = new TypeError('a defect');
    await expect(updateRecords(answering(lost, {}, error, {}), write)).rejects.toBe(error);
    await expect(updateRecords(answering(lost, error, {}), write)).rejects.toBe(error);
  });

  it('stays unknown, as a deletion, where no look at the dataset is allowed', async () => {
    const error = refused('NotAuthorizedException');
    await expect(deleteDataset(answering(error, lost, error, {}), dataset)).rejects.toThrow('OutcomeUnknown');
  });
});
