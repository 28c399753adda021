import {
  DeleteDatasetCommand,
  DescribeDatasetCommand,
  ListDatasetsCommand,
  UpdateRecordsCommand,
  type RecordPatch,
} from '@aws-sdk/client-cognito-sync';
import type { LocalServer } from '../../server';
import type { Assumptions } from '../../server/options';
import { DATASET, IDENTITY, localServer, POOL } from '../support/local';
import { DatasetClient, members, put, rawSigned, refusal, remove, syncClient } from '../support/server';

const NOW = Date.parse('2026-03-01T12:00:00.123Z');

let server: LocalServer;
let data: DatasetClient;
beforeEach(async () => {
  server = await localServer({ now: () => NOW });
  data = new DatasetClient(syncClient(server));
});
afterEach(() => server.stop());

const conflict = (message: string) => ({ name: 'ResourceConflictException', status: 409, message });
const invalid = (message: unknown) => ({ name: 'InvalidParameterException', status: 400, message });
const NOT_VALID = invalid('SyncSessionToken not valid for these inputs');

describe('sync counts', () => {
  it('go up by one per write and stamp every record that it touched', async () => {
    await data.write(put('a', '1'), put('b', '2'));
    await data.write(put('b', '3', 1));
    await data.write(put('c', '4'));
    expect(await data.records()).toEqual({ a: [1, '1'], b: [2, '3'], c: [3, '4'] });
    expect((await data.list()).DatasetSyncCount).toBe(3);
  });

  it('are echoed with every changed record', async () => {
    await data.write(put('a', '1'));
    const { Records } = await data.write(put('b', '2'), remove('a', 1));
    const stamp = {
      SyncCount: 2,
      LastModifiedBy: '123456789012',
      LastModifiedDate: new Date(NOW),
      DeviceLastModifiedDate: new Date(NOW),
    };
    expect(Records).toEqual([
      { Key: 'b', Value: '2', ...stamp },
      { Key: 'a', ...stamp },
    ]);
  });

  it('let a caller see what came after the count it knows', async () => {
    await data.write(put('a', '1'));
    await data.write(put('b', '2'));
    await data.write(remove('a', 1));
    expect(await data.records(1)).toEqual({ b: [2, '2'], a: [3, null] });
    expect(await data.records(2)).toEqual({ a: [3, null] });
    expect(await data.records(3)).toEqual({});
  });

  it.each([1, 4, 1_000])('refuses to list from count %i of a dataset that is not there yet', async (since) => {
    expect(await refusal(data.list(since))).toEqual(invalid(`No such SyncCount: ${since} exists for this Dataset`));
  });

  it('refuses to list from a count still to come', async () => {
    await data.write(put('a', '1'));
    expect(await refusal(data.list(2))).toEqual(invalid('No such SyncCount: 2 exists for this Dataset'));
  });
});

describe('a patch whose SyncCount is not the one of its record', () => {
  beforeEach(async () => {
    await data.write(put('a', '1'));
    await data.write(put('b', '2'));
    await data.write(remove('b', 2));
  });

  it.each<[string, RecordPatch, string]>([
    ['lower', put('a', 'x', 0), 'Current SyncCount for: a is: 1 not: 0'],
    ['higher', put('a', 'x', 3), 'Current SyncCount for: a is: 1 not: 3'],
    ['lower with the same value', put('a', '1', 0), 'Current SyncCount for: a is: 1 not: 0'],
    ['of before the removal', put('b', 'x', 2), 'Current SyncCount for: b is: 3 not: 2'],
    ['0 for a removed record', put('b', 'x', 0), 'Current SyncCount for: b is: 3 not: 0'],
    ['1 for a key that never was', put('c', 'x', 1), 'Current SyncCount for: c is: 0 not: 1'],
    ['lower on removal', remove('a', 0), 'Current SyncCount for: a is: 1 not: 0'],
  ])('is a conflict when it is %s', async (_, patch, message) => {
    expect(await refusal(data.write(patch))).toEqual(conflict(message));
  });

  it('takes none of the call, and names the first offender', async () => {
    const call = data.write(put('new', 'x'), put('b', 'x', 9), put('a', 'x', 9));
    expect(await refusal(call)).toEqual(conflict('Current SyncCount for: b is: 3 not: 9'));
    expect(await data.records()).toEqual({ a: [1, '1'], b: [3, null] });
    expect((await data.list()).DatasetSyncCount).toBe(3);
  });

  it('brings a removed record back when it has the count of the removal', async () => {
    await data.write(put('b', 'again', 3));
    expect(await data.records(3)).toEqual({ b: [4, 'again'] });
  });
});

describe('what a write may hold', () => {
  it.each<[string, object, string]>([
    ['a key twice', { RecordPatches: [put('a', '1'), put('a', '2')] }, 'More than one patch for key: a'],
    [
      'a replacement without a value',
      { RecordPatches: [{ Op: 'replace', Key: 'a', SyncCount: 0 }] },
      "at 'recordPatches.1.member.value'",
    ],
    [
      'an unknown Op',
      { RecordPatches: [{ ...put('a', '1'), Op: 'add' }] },
      "Value 'add' at 'recordPatches.1.member.op' failed to satisfy constraint: Member must satisfy enum value set: [replace, remove]",
    ],
    ['a blank key', { RecordPatches: [put('', '1')] }, "at 'recordPatches.1.member.key'"],
    [
      'a key of 1,025 characters',
      { RecordPatches: [put('k'.repeat(1025), '1')] },
      'Member must have length less than or equal to 1024',
    ],
    ['a negative count', { RecordPatches: [put('a', '1', -1)] }, "Value '-1' at 'recordPatches.1.member.syncCount'"],
    [
      'a value of 1,048,576 characters',
      { RecordPatches: [put('a', 'v'.repeat(1_048_576))] },
      "Value at 'recordPatches.1.member.value'",
    ],
    ['a blank DeviceId', { DeviceId: '', RecordPatches: [put('a', '1')] }, "at 'deviceId'"],
  ])('refuses %s', async (_, input, part) => {
    const SyncSessionToken = await data.token();
    const call = data.client.send(new UpdateRecordsCommand({ ...DATASET, SyncSessionToken, ...input }));
    expect(await refusal(call)).toEqual(invalid(expect.stringContaining(part)));
    expect((await data.list()).DatasetExists).toBe(false);
  });

  it('counts every violation and says each', async () => {
    const SyncSessionToken = await data.token();
    const call = data.client.send(
      new UpdateRecordsCommand({ ...DATASET, DatasetName: 'a b', SyncSessionToken, RecordPatches: [] }),
    );
    expect((await refusal(call)).message).toBe(
      "1 validation error detected: Value 'a b' at 'datasetName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.:-]+",
    );
  });

  it.each([[[]], [undefined]])(
    'answers no records and makes no dataset for RecordPatches %j',
    async (RecordPatches) => {
      const SyncSessionToken = await data.token();
      const call = new UpdateRecordsCommand({ ...DATASET, SyncSessionToken, ...(RecordPatches && { RecordPatches }) });
      expect((await data.client.send(call)).Records).toEqual([]);
      expect((await data.list()).DatasetExists).toBe(false);
    },
  );

  it('ignores the value of a removal, and removes what was never there', async () => {
    await data.write({ Op: 'remove', Key: 'a', SyncCount: 0, Value: '' });
    expect(await data.records()).toEqual({ a: [1, null] });
  });

  it('keeps a blank value, which is not a removal', async () => {
    await data.write(put('a', ''));
    expect(await data.records()).toEqual({ a: [1, ''] });
  });

  it('stores the date of the device, and its own for the rest', async () => {
    const DeviceLastModifiedDate = new Date('2020-01-02T03:04:05.678Z');
    await data.write({ ...put('a', '1'), DeviceLastModifiedDate });
    expect((await data.list()).Records).toEqual([
      expect.objectContaining({ DeviceLastModifiedDate, LastModifiedDate: new Date(NOW) }),
    ]);
  });

  it('names the device of a write that gives one as LastModifiedBy', async () => {
    const SyncSessionToken = await data.token();
    const call = { ...DATASET, SyncSessionToken, DeviceId: 'phone', RecordPatches: [put('a', '1')] };
    await data.client.send(new UpdateRecordsCommand(call));
    expect((await data.list()).LastModifiedBy).toBe('phone');
  });

  it('names the identity as LastModifiedBy when its own credentials write', async () => {
    const own = new DatasetClient(syncClient(server, server.control.vend(POOL, IDENTITY)));
    await own.write(put('a', '1'));
    expect((await own.list()).LastModifiedBy).toBe(IDENTITY);
  });
});

describe('a SyncSessionToken', () => {
  const update = (SyncSessionToken: string, ...RecordPatches: RecordPatch[]) =>
    data.client.send(new UpdateRecordsCommand({ ...DATASET, SyncSessionToken, RecordPatches }));

  it('is base64 of gzip of claims and a MAC', async () => {
    const { gunzipSync } = await import('node:zlib');
    const [claims = '', version, mac = ''] = gunzipSync(Buffer.from(await data.token(), 'base64'))
      .toString()
      .split(':');
    expect(JSON.parse(Buffer.from(claims, 'base64').toString())).toEqual({
      sessionId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      expiration: NOW + 300_000,
      identityId: IDENTITY,
      datasetName: 'profile',
    });
    expect([version, Buffer.from(mac, 'base64').length]).toEqual(['1', 32]);
  });

  it('is good for another list, and that list gives the same session on', async () => {
    const first = await data.token();
    const second = (await data.list(0, { SyncSessionToken: first })).SyncSessionToken ?? '';
    await update(first, put('a', '1'));
    expect(await refusal(update(second, put('b', '1')))).toEqual(NOT_VALID);
  });

  it('is used up by a write, for writes and lists', async () => {
    const token = await data.token();
    await update(token, put('a', '1'));
    expect(await refusal(update(token, put('b', '1')))).toEqual(NOT_VALID);
    expect(await refusal(data.list(0, { SyncSessionToken: token }))).toEqual(NOT_VALID);
  });

  it('survives a conflict', async () => {
    await data.write(put('a', '1'));
    const token = await data.token();
    expect((await refusal(update(token, put('a', '2', 0)))).status).toBe(409);
    await update(token, put('a', '2', 1));
    expect(await data.records()).toEqual({ a: [2, '2'] });
  });

  it.each([
    ['lives for 5 minutes', 299_999, 200],
    ['lives no longer', 300_000, 400],
  ])('%s', async (_, ms, status) => {
    const token = await data.token();
    server.clock.advance(ms);
    // The SDK signs by its own clock, within the skew that the server takes.
    const call = update(token, put('a', '1'));
    expect(status === 200 ? (await call).$metadata.httpStatusCode : (await refusal(call)).status).toBe(status);
  });

  it.each([
    ['blank', async () => Promise.resolve('')],
    ['made up', async () => Promise.resolve('H4sIAAAA')],
    ['of another dataset', () => new DatasetClient(data.client, { ...DATASET, DatasetName: 'other' }).token()],
    ['of another identity', () => new DatasetClient(data.client, { ...DATASET, IdentityId: 'us-east-1:0' }).token()],
  ])('is not valid when %s', async (_, token) => {
    expect(await refusal(update(await token(), put('a', '1')))).toEqual(NOT_VALID);
  });
});

describe('pages', () => {
  const keys = ['a', 'b', 'c', 'd', 'e'];

  it.each([1, 2, 4, 5, 100])('of %i records hold each record once', async (MaxResults) => {
    await data.write(...keys.map((key) => put(key, key)));
    const seen: (string | undefined)[] = [];
    let NextToken: string | undefined;
    do {
      const page = await data.list(0, { MaxResults, NextToken });
      expect(page.Count).toBe(page.Records?.length);
      expect(page.DatasetSyncCount).toBe(1);
      seen.push(...(page.Records ?? []).map(({ Key }) => Key));
      NextToken = page.NextToken;
    } while (NextToken);
    expect(seen).toEqual(keys);
  });

  it('stay where they are when records come and go in between', async () => {
    await data.write(...keys.map((key) => put(key, key)));
    const { NextToken } = await data.list(0, { MaxResults: 2 });
    await data.write(put('aa', 'new'), remove('b', 1), put('cc', 'new'));
    const { Records } = await data.list(0, { NextToken });
    expect(Records?.map(({ Key }) => Key)).toEqual(['c', 'cc', 'd', 'e']);
  });

  it.each<[string, object]>([
    ['MaxResults 0', { MaxResults: 0 }],
    ['MaxResults -1', { MaxResults: -1 }],
    ['a made-up NextToken', { NextToken: 'x' }],
    ['a NextToken of another list', { NextToken: Buffer.from('elsewhere/a').toString('base64') }],
    ['a negative LastSyncCount', { LastSyncCount: -1 }],
  ])('refuses %s', async (_, more) => {
    await data.write(put('a', '1'));
    expect(await refusal(data.list(undefined, more))).toEqual(invalid(expect.any(String)));
  });
});

describe('a dataset that does not exist', () => {
  it('is listed as empty, and listing does not make it', async () => {
    expect(members(await data.list(0))).toEqual({
      Count: 0,
      DatasetDeletedAfterRequestedSyncCount: false,
      DatasetExists: false,
      DatasetSyncCount: 0,
      Records: [],
      SyncSessionToken: expect.any(String) as string,
    });
    expect((await data.client.send(new ListDatasetsCommand(DATASET))).Datasets).toEqual([]);
  });

  it.each([new DescribeDatasetCommand(DATASET), new DeleteDatasetCommand(DATASET)])(
    'is not found by $constructor.name',
    async (command) => {
      expect(await refusal(data.client.send(command))).toMatchObject({
        name: 'ResourceNotFoundException',
        status: 404,
      });
    },
  );
});

describe('a deleted dataset', () => {
  beforeEach(async () => {
    await data.write(put('a', '1'), put('bü', '2'));
    await data.write(put('a', '3', 1));
  });
  const drop = () => data.client.send(new DeleteDatasetCommand(DATASET));

  it('is described once more by its deletion', async () => {
    const Dataset = {
      ...{ CreationDate: new Date(NOW), LastModifiedDate: new Date(NOW), LastModifiedBy: '123456789012' },
      ...{ DataStorage: 6, DatasetName: 'profile', IdentityId: IDENTITY, NumRecords: 2 },
    };
    expect((await drop()).Dataset).toEqual(Dataset);
    expect((await refusal(drop())).status).toBe(404);
  });

  it('is told to whoever knew it, and to nobody else', async () => {
    await drop();
    const told = async (since: number) => (await data.list(since)).DatasetDeletedAfterRequestedSyncCount;
    expect([await told(0), await told(1), await told(2)]).toEqual([false, true, true]);
    expect(await data.list(2)).toMatchObject({ DatasetExists: false, DatasetSyncCount: 0, Records: [] });
  });

  it('is told after it was made again, with all that it holds now', async () => {
    await drop();
    await data.write(put('c', '4'));
    await data.write(put('d', '5'));
    expect(await data.list(2)).toMatchObject({
      DatasetExists: true,
      DatasetDeletedAfterRequestedSyncCount: true,
      DatasetSyncCount: 5,
    });
    expect(await data.records(2)).toEqual({ c: [4, '4'], d: [5, '5'] });
    expect(await data.list(4)).toMatchObject({ DatasetDeletedAfterRequestedSyncCount: false });
    expect(await data.records(4)).toEqual({ d: [5, '5'] });
  });

  it('starts again with every key unknown', async () => {
    await drop();
    await data.write(put('a', 'again', 0));
    expect(await data.records()).toEqual({ a: [4, 'again'] });
  });
});

describe('sums of a dataset', () => {
  it('count UTF-8 bytes of keys and values, keys of removed records, and records that are not removed', async () => {
    await data.write(put('ké', 'ü'), put('b', '22'));
    const describe = async () => (await data.client.send(new DescribeDatasetCommand(DATASET))).Dataset;
    expect(await describe()).toMatchObject({ DataStorage: 8, NumRecords: 2 });
    await data.write(remove('b', 1), put('ké', '', 1));
    expect(await describe()).toMatchObject({ DataStorage: 4, NumRecords: 1 });
  });
});

it('lets a thousand writers of one dataset through without losing a write', async () => {
  const write = async (i: number) => {
    const SyncSessionToken = (await data.list(0, { MaxResults: 1 })).SyncSessionToken ?? '';
    const RecordPatches = [put(`k${i}`, String(i))];
    await data.client.send(new UpdateRecordsCommand({ ...DATASET, SyncSessionToken, RecordPatches }));
  };
  await Promise.all(Array.from({ length: 1000 }, (_, i) => write(i)));
  const { DatasetSyncCount, Records = [] } = await data.list(0, { MaxResults: 1024 });
  expect(DatasetSyncCount).toBe(1000);
  expect(new Set(Records.map(({ SyncCount }) => SyncCount)).size).toBe(1000);
  expect(Records.every(({ Key, Value }) => Key === `k${Value}`)).toBe(true);
}, 120_000);

describe('a choice where AWS is not documented', () => {
  const under = async <T>(assume: Partial<Assumptions>, run: (view: DatasetClient) => Promise<T>): Promise<T> => {
    const other = await localServer({ assume });
    try {
      return await run(new DatasetClient(syncClient(other)));
    } finally {
      await other.stop();
    }
  };

  it('absentKey=accept takes any count for a key that never was', () =>
    under({ absentKey: 'accept' }, async (view) => {
      await view.write(put('a', '1', 7));
      expect(await view.records()).toEqual({ a: [1, '1'] });
    }));

  it('removedRecordsInFullList=left-out hides removed records from a full list only', () =>
    under({ removedRecordsInFullList: 'left-out' }, async (view) => {
      await view.write(put('a', '1'));
      await view.write(remove('a', 1));
      expect([await view.records(0), await view.records(1)]).toEqual([{}, { a: [2, null] }]);
    }));

  it('deletedDatasetSyncCount=kept goes on counting through a deletion', () =>
    under({ deletedDatasetSyncCount: 'kept' }, async (view) => {
      await view.write(put('a', '1'));
      await view.client.send(new DeleteDatasetCommand(DATASET));
      expect((await view.list()).DatasetSyncCount).toBe(2);
    }));

  it('lastModifiedByDevice=caller names the caller whatever the device', () =>
    under({ lastModifiedByDevice: 'caller' }, async (view) => {
      const SyncSessionToken = await view.token();
      const call = { ...DATASET, SyncSessionToken, DeviceId: 'phone', RecordPatches: [put('a', '1')] };
      await view.client.send(new UpdateRecordsCommand(call));
      expect((await view.list()).LastModifiedBy).toBe('123456789012');
    }));

  it('deviceDate=server-time answers its own time', () =>
    under({ deviceDate: 'server-time' }, async (view) => {
      await view.write({ ...put('a', '1'), DeviceLastModifiedDate: new Date(0) });
      const [record] = (await view.list()).Records ?? [];
      expect(record?.DeviceLastModifiedDate).toEqual(record?.LastModifiedDate);
    }));

  it('conflictError=InvalidParameterException answers 400 with the same text', () =>
    under({ conflictError: 'InvalidParameterException' }, async (view) => {
      await view.write(put('a', '1'));
      expect(await refusal(view.write(put('a', '2')))).toEqual(invalid('Current SyncCount for: a is: 1 not: 0'));
    }));

  const STALE = { name: 'ResourceConflictException', message: 'Current SyncCount for: a is: 1 not: 0' };
  const update = (view: DatasetClient, SyncSessionToken: string, patch: RecordPatch) =>
    view.client.send(new UpdateRecordsCommand({ ...DATASET, SyncSessionToken, RecordPatches: [patch] }));

  it.each<[Partial<Assumptions>, object]>([
    [{}, NOT_VALID],
    [{ checkedFirst: 'sync-count' }, STALE],
  ])('%j: a used token with a stale count', (assume, expected) =>
    under(assume, async (view) => {
      const token = await view.token();
      await update(view, token, put('a', '1'));
      expect(await refusal(update(view, token, put('a', '1')))).toMatchObject(expected);
      // With the count right, the token is all that is wrong.
      expect(await refusal(update(view, token, put('a', '2', 1)))).toEqual(NOT_VALID);
      expect(await view.records()).toEqual({ a: [1, '1'] });
    }),
  );

  it('usedTokenInWrite=accepted lets a token write again', () =>
    under({ usedTokenInWrite: 'accepted' }, async (view) => {
      const token = await view.token();
      await update(view, token, put('a', '1'));
      await update(view, token, put('a', '2', 1));
      expect(await refusal(view.list(0, { SyncSessionToken: token }))).toEqual(NOT_VALID);
    }));

  it('usedTokenInList=accepted lists, and opens another session', () =>
    under({ usedTokenInList: 'accepted' }, async (view) => {
      const token = await view.token();
      await update(view, token, put('a', '1'));
      const { SyncSessionToken = '' } = await view.list(0, { SyncSessionToken: token });
      expect(await refusal(update(view, token, put('a', '2', 1)))).toEqual(NOT_VALID);
      await update(view, SyncSessionToken, put('a', '2', 1));
    }));

  it('tokenAfterConflict=used-up takes the token of a refused write away', () =>
    under({ tokenAfterConflict: 'used-up' }, async (view) => {
      await view.write(put('a', '1'));
      const token = await view.token();
      expect(await refusal(update(view, token, put('a', '2', 0)))).toMatchObject(STALE);
      expect(await refusal(update(view, token, put('a', '2', 1)))).toEqual(NOT_VALID);
    }));

  it('expiredTokenText=expired says that a token is too old', async () => {
    const other = await localServer({ assume: { expiredTokenText: 'expired' }, tokenLifetimeMs: 0 });
    const view = new DatasetClient(syncClient(other));
    const late = await refusal(view.write(put('a', '1')));
    const foreign = await refusal(update(view, 'H4sIAAAA', put('a', '1')));
    await other.stop();
    expect([late, foreign]).toEqual([invalid('SyncSessionToken has expired'), NOT_VALID]);
  });

  it('unknownIdentity=refused takes only identities that Cognito Identity vended', () =>
    under({ unknownIdentity: 'refused' }, async (view) => {
      expect(await refusal(view.write(put('a', '1')))).toMatchObject({
        name: 'ResourceNotFoundException',
        status: 404,
      });
    }));
});

describe('a SyncCount that a number of JavaScript does not hold', () => {
  const path = [DATASET.IdentityPoolId, 'identities', DATASET.IdentityId, 'datasets', DATASET.DatasetName];
  const target = `/identitypools/${path.map(encodeURIComponent).join('/')}`;

  it('is taken exactly and said back exactly, up to the largest long', async () => {
    const date = new Date(NOW);
    const list = await rawSigned(server, 'GET', `${target}/records?lastSyncCount=9223372036854775807`, { date });
    expect([list.status, JSON.parse(list.body).message]).toEqual([
      400,
      'No such SyncCount: 9223372036854775807 exists for this Dataset',
    ]);
    const beyond = await rawSigned(server, 'GET', `${target}/records?lastSyncCount=9223372036854775808`, { date });
    expect(beyond.status).toBe(400);
    const patch = `{"Op":"replace","Key":"long 123456789012345678","Value":"1234567890123456789","SyncCount":9007199254740993}`;
    const body = `{"SyncSessionToken":${JSON.stringify(await data.token())},"RecordPatches":[${patch}]}`;
    const update = await rawSigned(server, 'POST', target, { date, body });
    expect([update.status, JSON.parse(update.body).message]).toEqual([
      409,
      'Current SyncCount for: long 123456789012345678 is: 0 not: 9007199254740993',
    ]);
  });
});
