import { datasetChanges, markOf, type DatasetsEffect } from '../../../lib/datasets/dataset-changes';
import { recordChanges } from '../../../lib/datasets/record-changes';
import { withRemoved, wholeDataset } from '../../../lib/datasets/whole-dataset';
import { all, answering } from '../../support/answers';
import { IdentityId, IdentityPoolId } from '../cognito-sync/inputs';

const where = { IdentityPoolId, IdentityId, DatasetName: 'profile' };
const record = (Key: string, SyncCount: number, Value?: string) => ({
  Key,
  SyncCount,
  ...(Value === undefined ? {} : { Value }),
});

describe('the changes of records', () => {
  const from = { lastSyncCount: 3, deletions: 4 };

  it('of a dataset made anew with the very count that was reached before: its deletion, then all of it', async () => {
    const anew = { DatasetExists: true, DatasetSyncCount: 3, Records: [record('a', 2, '1'), record('b', 3)] };
    const client = answering({ ...anew, DatasetDeletedAfterRequestedSyncCount: true }, anew);
    expect(await all(recordChanges(client, where, from))).toEqual([
      { emit: { Change: 'datasetDeleted', ...where, SyncCount: 3 }, deletions: 5 },
      { save: { lastSyncCount: 0, deletions: 5, telling: 3 } },
      { emit: { Change: 'updated', ...where, ...record('a', 2, '1') }, deletions: 5 },
      { emit: { Change: 'removed', ...where, ...record('b', 3) }, deletions: 5 },
      { save: { lastSyncCount: 3, deletions: 5 } },
    ]);
  });

  it('of a dataset that stands still: nothing, though a merge shows records of higher counts at every look', async () => {
    const merged = { DatasetExists: true, DatasetSyncCount: 3, Records: [record('a', 9, '1')] };
    expect(await all(recordChanges(answering(merged), where, from))).toEqual([{ save: from }]);
  });
});

describe('a whole dataset', () => {
  it('with its removed records: those of the whole list, and over them the changes', async () => {
    const whole = await wholeDataset(
      answering({ DatasetExists: true, DatasetSyncCount: 4, Records: [record('a', 1, '1'), record('b', 2, '1')] }),
      where,
    );
    const changes = {
      DatasetExists: true,
      DatasetSyncCount: 5,
      SyncSessionToken: 'later',
      Records: [record('b', 5, '2'), record('gone', 4)],
    };
    const complete = await withRemoved(answering(changes), where, whole, ['gone']);
    expect([...complete.records.values()]).toEqual([record('a', 1, '1'), record('b', 5, '2'), record('gone', 4)]);
    expect(complete).toMatchObject({ syncCount: 5, syncSessionToken: 'later' });
  });

  it('is asked for once where no key is missing, or none can have been removed', async () => {
    const client = answering({ DatasetExists: true, DatasetSyncCount: 2, Records: [record('a', 1, '1')] });
    const whole = await wholeDataset(client, where);
    expect(await withRemoved(client, where, whole, ['a'])).toBe(whole);
    expect(await withRemoved(client, where, { ...whole, syncCount: 1 }, ['gone'])).toEqual({ ...whole, syncCount: 1 });
    expect(client.sent).toHaveLength(1);
  });

  it('that changes while it is read is read again, after a wait, and shows its last state only', async () => {
    const page = (DatasetSyncCount: number, Key: string, NextToken?: string) => ({
      DatasetExists: true,
      DatasetSyncCount,
      Records: [record(Key, 1, '1')],
      ...(NextToken ? { NextToken } : {}),
    });
    const client = answering(page(1, 'old', 't'), page(2, 'moved'), page(2, 'a', 'u'), page(2, 'b'));
    expect([...(await wholeDataset(client, where)).records.keys()]).toEqual(['a', 'b']);
    expect(client.waits).toEqual([1]);
  });
});

describe('the changes of datasets', () => {
  const T = Date.UTC(2026, 0, 31);
  const at = (DatasetName: string, modified: number, created = modified, NumRecords = 1) => ({
    DatasetName,
    CreationDate: new Date(created).toISOString(),
    LastModifiedDate: new Date(modified).toISOString(),
    NumRecords,
  });
  const outline = (steps: Iterable<DatasetsEffect>) =>
    [...steps].map((step) =>
      'emit' in step ? `${step.emit.Change} ${step.emit.DatasetName}` : { ...step.save, known: [...step.save.known] },
    );
  const saved = (steps: Iterable<DatasetsEffect>) => {
    const last = [...steps].at(-1);
    if (!last || !('save' in last)) throw new Error('a position ends the steps');
    return last.save;
  };

  it('come in the order of modification, and what is about to be created is marked before', () => {
    const [late, early, old] = [at('late', T + 2), at('early', T + 1), at('old', T)];
    const before = saved(datasetChanges([old], { known: [] }));
    const steps = outline(datasetChanges([late, old, early], before));
    expect(steps).toEqual([
      { known: [`late +${markOf(late)}`, `early +${markOf(early)}`, `old ${markOf(old)}`] },
      'created early',
      'created late',
      { known: [`late ${markOf(late)}`, `early ${markOf(early)}`, `old ${markOf(old)}`] },
    ]);
  });

  it('whose creation may have been emitted are emitted as created again, with their latest state', () => {
    const [one, two] = [at('a', T), at('a', T + 5, T)];
    const interrupted = { known: [`a +${markOf(one)}`] };
    expect(outline(datasetChanges([two], interrupted))[1]).toBe('created a');
    expect(outline(datasetChanges([two], { known: [`a ${markOf(one)}`] }))).toEqual([
      'updated a',
      { known: [`a ${markOf(two)}`] },
    ]);
  });

  it('that were updated keep their mark in the position that is saved before a creation', () => {
    const [a, b] = [at('a', T), at('b', T + 9)];
    const changed = at('a', T + 5, T);
    const [first] = outline(datasetChanges([changed, b], { known: [`a ${markOf(a)}`] }));
    expect(first).toEqual({ known: [`b +${markOf(b)}`, `a ${markOf(a)}`] });
  });

  it('a modification dated before the creation is no other dataset, at no look', () => {
    const odd = at('a', T - 93, T);
    const position = saved(datasetChanges([odd], { known: [] }));
    expect(outline(datasetChanges([odd], position))).toEqual([position]);
    const changed = at('a', T - 50, T);
    expect(outline(datasetChanges([changed], position))).toEqual([
      'updated a',
      saved(datasetChanges([changed], position)),
    ]);
    const anew = at('a', T + 1);
    expect(outline(datasetChanges([anew], position)).filter((step) => typeof step === 'string')).toEqual([
      'deleted a',
      'created a',
    ]);
  });

  describe('of more datasets of one millisecond than the snapshot holds', () => {
    const name = (n: number) => `${String(n).padStart(3, '0')}${'x'.repeat(125)}`;
    const many = Array.from({ length: 60 }, (_, n) => at(name(n), T));
    const position = saved(datasetChanges(many, { known: [] }));
    const emitted = (datasets: typeof many, from = position) =>
      outline(datasetChanges(datasets, from)).filter((step) => typeof step === 'string');

    it('emit none twice, in whatever order they are listed', () => {
      expect(position.known.length).toBeLessThan(60);
      expect(emitted(many)).toEqual([]);
      expect(emitted([...many].reverse())).toEqual([]);
      expect(emitted([...many].reverse(), saved(datasetChanges([...many].reverse(), position)))).toEqual([]);
    });

    it('emit another one of the same millisecond, and a second write within it', () => {
      expect(emitted([...many, at('another', T)])).toEqual(['updated another']);
      expect(emitted(many.map((each, n) => (n === 59 ? at(name(59), T, T, 2) : each)))).toEqual([
        `updated ${name(59)}`,
      ]);
    });

    it('fits into a snapshot', () => {
      const thousands = Array.from({ length: 5_000 }, (_, n) => at(name(n), T));
      for (const datasets of [many, thousands]) {
        const size = JSON.stringify({ IdentityPoolId, IdentityId, ...saved(datasetChanges(datasets, { known: [] })) });
        expect(size.length).toBeLessThanOrEqual(5_000);
      }
      expect(emitted(thousands, saved(datasetChanges(thousands, { known: [] })))).toEqual([]);
    });
  });
});
