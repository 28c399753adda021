import { ListRecordsCommand, UpdateRecordsCommand, CognitoSyncClient } from '@aws-sdk/client-cognito-sync';
import { cognitoSync, type CognitoSync } from '../../lib/cognito-sync/client';
import { upsertRecords } from '../../lib/datasets/upsert';
import { upsertInput } from '../../lib/datasets/upsert-input';
import { readInput } from '../../lib/shape';
import { process as UpsertRecords } from '../../lib/actions/UpsertRecords';
import type { LocalServer } from '../../server';
import { cfgOf, DATASET, KEYS, localServer } from '../support/local';
import { fc, times } from '../support/random';
import { run } from '../support/run';

// Random histories take longer than a test usually does.
jest.setTimeout(times(120_000));

let server: LocalServer;
let peer: CognitoSyncClient;
beforeEach(async () => {
  server = await localServer();
  peer = peerOf(server);
});
afterEach(async () => {
  peer.destroy();
  await server.stop();
});

function peerOf({ endpoint }: LocalServer): CognitoSyncClient {
  return new CognitoSyncClient({ region: 'us-east-1', endpoint, credentials: KEYS });
}

/** What the dataset holds, in the eyes of the official SDK. */
async function held(dataset: typeof DATASET = DATASET): Promise<Record<string, string>> {
  const { Records = [] } = await peer.send(new ListRecordsCommand(dataset));
  return Object.fromEntries(Records.flatMap(({ Key, Value }) => (Value === undefined ? [] : [[Key, Value]])));
}

/** A write of somebody else. */
async function writeAsPeer(values: Record<string, string>): Promise<void> {
  const { Records = [], SyncSessionToken } = await peer.send(new ListRecordsCommand(DATASET));
  const countOf = (key: string) => Records.find(({ Key }) => Key === key)?.SyncCount ?? 0;
  const RecordPatches = Object.entries(values).map(([Key, Value]) => ({
    Op: 'replace' as const,
    Key,
    Value,
    SyncCount: countOf(Key),
  }));
  await peer.send(new UpdateRecordsCommand({ ...DATASET, SyncSessionToken, RecordPatches }));
}

const upsert = (members: object, fields: object = {}) =>
  run(UpsertRecords, { id: 'm1', body: { ...DATASET, ...members } }, cfgOf(server, fields));
const outcomes = (body: Record<string, any> | undefined) =>
  Object.fromEntries(
    (body?.['Records'] as { Key: string; Outcome: string }[]).map(({ Key, Outcome }) => [Key, Outcome]),
  );

describe('what is written', () => {
  it.each([
    ['an object of keys and values', { a: '1', b: '' }],
    [
      'a list of Key and Value',
      [
        { Key: 'a', Value: '1' },
        { Key: 'b', Value: '' },
      ],
    ],
  ])('%s', async (_title, Records) => {
    const { bodies, error } = await upsert({ Records });
    expect(error).toBeUndefined();
    expect(outcomes(bodies[0])).toEqual({ a: 'created', b: 'created' });
    expect(await held()).toEqual({ a: '1', b: '' });
  });

  it.each([
    ['as JSONata makes it of a list of one', { Key: 'theme', Value: 'light' }, { theme: 'light', old: 'x' }],
    ['with blank text', { Key: 'theme', Value: '' }, { theme: '', old: 'x' }],
    ['that removes by null', { Key: 'old', Value: null }, {}],
    ['that removes by Remove', { Key: 'old', Remove: true }, {}],
    ['really called Key, in a list', [{ Key: 'Key', Value: 'x' }], { Key: 'x', old: 'x' }],
    ['really called Value, beside another key', { Value: 'x', old: 'y' }, { Value: 'x', old: 'y' }],
  ])('one record %s', async (_title, Records, expected) => {
    await upsert({ Records: { old: 'x' } });
    expect((await upsert({ Records })).error).toBeUndefined();
    expect(await held()).toEqual(expected);
  });

  it('only what changes, and nothing when nothing does', async () => {
    await upsert({ Records: { a: '1', b: '2' } });
    const { bodies } = await upsert({ Records: { a: '1', b: '3', c: null } });
    expect(outcomes(bodies[0])).toEqual({ a: 'unchanged', b: 'updated', c: 'unchanged' });
    expect(bodies[0]).toMatchObject({ DatasetSyncCount: 2, Written: true, OthersWrote: false });
    const calls = server.calls('UpdateRecords');
    const again = await upsert({ Records: { a: '1', b: '3', c: null } });
    expect(again.bodies[0]).toMatchObject({ DatasetSyncCount: 2, Written: false });
    expect(server.calls('UpdateRecords')).toBe(calls);
  });

  it.each([
    ['Value: null', [{ Key: 'a', Value: null }]],
    ['Remove: true', [{ Key: 'a', Remove: true }]],
    ['null in an object', { a: null }],
  ])('%s removes, and a removed key can be made again', async (_title, Records) => {
    await upsert({ Records: { a: '1', b: '2' } });
    expect(outcomes((await upsert({ Records })).bodies[0])).toEqual({ a: 'removed' });
    expect(await held()).toEqual({ b: '2' });
    expect(outcomes((await upsert({ Records: { a: '3' } })).bodies[0])).toEqual({ a: 'created' });
    expect(await held()).toEqual({ a: '3', b: '2' });
  });

  it('Mode replace leaves nothing but what is wanted, in one write', async () => {
    await upsert({ Records: { a: '1', b: '2', c: '3' } });
    const { bodies } = await upsert({ Records: { b: '2', d: '4' }, Mode: 'replace' });
    expect(outcomes(bodies[0])).toEqual({ b: 'unchanged', d: 'created', a: 'removed', c: 'removed' });
    expect(bodies[0]?.['DatasetSyncCount']).toBe(2);
    expect(await held()).toEqual({ b: '2', d: '4' });
  });

  it.each([true, 'true'])('Mode replace empties a dataset where AllowEmpty is %j', async (AllowEmpty) => {
    await upsert({ Records: { a: '1', b: '2' } });
    await upsert({ Records: [], Mode: 'replace', AllowEmpty });
    expect(await held()).toEqual({});
  });

  it('Values json writes other values as JSON text and leaves text alone', async () => {
    await upsert({ Records: { n: 1, o: { x: [true, null] }, t: 'text' }, Values: 'json' });
    expect(await held()).toEqual({ n: '1', o: '{"x":[true,null]}', t: 'text' });
  });

  it('keys that are names of object members', async () => {
    await upsert({
      Records: [
        { Key: '__proto__', Value: 'p' },
        { Key: 'constructor', Value: 'c' },
      ],
    });
    const { Records = [] } = await peer.send(new ListRecordsCommand(DATASET));
    expect(Records.map(({ Key }) => Key).sort()).toEqual(['__proto__', 'constructor']);
  });

  it('into a dataset that was deleted before', async () => {
    await upsert({ Records: { a: '1' } });
    const { process: DeleteDataset } = await import('../../lib/actions/DeleteDataset');
    await run(DeleteDataset, { body: DATASET }, cfgOf(server));
    const { bodies } = await upsert({ Records: { a: '2' } });
    expect(bodies[0]).toMatchObject({ Written: true, OthersWrote: false });
    expect(await held()).toEqual({ a: '2' });
  });
});

describe('what is refused before anything is sent', () => {
  const refused: [object, string][] = [
    [
      { Records: 'a=1' },
      'Records must be a list of objects with Key and Value, or one object of keys and values, got text of 3 characters',
    ],
    [
      { Records: [{ Key: 'a' }] },
      'Records[0].Value is required: text to write, or null (or Remove: true) to remove the record',
    ],
    [{ Records: [{ Value: 'a' }] }, 'Records[0].Key must be text, got nothing'],
    [
      {
        Records: [
          { Key: 'a', Value: '1' },
          { Key: 'a', Value: '2' },
        ],
      },
      'Records[1].Key repeats the key of an earlier entry',
    ],
    [
      { Records: [{ Key: 'a', Value: '1', Op: 'replace' }] },
      'Records[0] has no member "Op"; it takes Key, Value, Remove',
    ],
    [
      { Records: { Key: 'a', Value: '1', SyncCount: 3 } },
      'Records has no member "SyncCount"; it takes Key, Value, Remove; write a record that is really called Key in a list of Key and Value',
    ],
    [{ Records: { Key: 'a' } }, 'Records.Value is required: text to write, or null'],
    [{ Records: { Value: 'light' } }, 'Records.Key must be text, got nothing'],
    [{ Records: { Key: 5, Value: 'a' } }, 'Records.Key must be text, got a number'],
    ...[[], {}, { a: null }, [{ Key: 'a', Remove: true }], { Key: 'a', Remove: true }].map(
      (Records): [object, string] => [
        { Records, Mode: 'replace' },
        'Records would leave the dataset without records, since Mode is replace; set AllowEmpty to true if that is meant',
      ],
    ),
    [{ Records: {}, Mode: 'replace', AllowEmpty: 'yes' }, 'AllowEmpty must be true or false, got "yes"'],
    [{ Records: ['a'] }, 'Records[0] must be an object with Key and Value, got text of 1 characters'],
    [{ Records: { ['k\ud800']: 'v' } }, 'Records has a key with a lone surrogate, which is half a character'],
    [{ Records: { a: 'v\udc00' } }, 'Records.a must be text without a lone surrogate, which is half a character'],
    [{ Records: { a: 5 } }, 'Records.a must be text or null, got a number; set Values to json to write it as JSON'],
    [{ Records: { ['k'.repeat(1025)]: 'v' } }, 'Records has a key of 1025 characters; a key has 1 to 1024'],
    [{ Records: { a: 'v'.repeat(1_048_576) } }, 'Records.a has 1048576 characters; a value has at most 1048575'],
    [{ Records: {}, Mode: 'append' }, 'Mode must be one of merge, replace, got "append"'],
    [{ Records: {}, OnConflict: 'ask' }, 'OnConflict must be one of overwrite, keepRemote, fail, got "ask"'],
    [{ Records: {}, DatasetName: '.' }, 'DatasetName must be a dataset name'],
    [
      {},
      'Records is required and must be a list of objects with Key and Value, or one object of keys and values, got nothing',
    ],
  ];
  it.each(refused.map(([members, message]) => [message, members] as const))('%s', async (message, members) => {
    const { error, emitted } = await upsert(members);
    expect(error?.message).toContain(`UpsertRecords: InvalidInput: ${message}`);
    expect(emitted).toEqual([]);
    expect(server.calls()).toBe(0);
  });

  const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`key${i}`, 'v']));
  it('more records than a dataset holds', async () => {
    await upsert({ Records: many(1000) });
    const { error } = await upsert({ Records: { ...many(1025) } });
    expect(error?.message).toMatch(
      /InvalidInput: Records would leave 1025 records in the dataset; it holds at most 1024/,
    );
    expect(server.calls('UpdateRecords')).toBe(1);
  });

  it('more bytes than a dataset holds', async () => {
    const { error } = await upsert({ Records: { a: 'ü'.repeat(300_000), b: 'ü'.repeat(300_000) } });
    expect(error?.message).toMatch(
      /InvalidInput: Records would leave 1200002 bytes in the dataset; it holds at most 1048576/,
    );
    expect(server.calls('UpdateRecords')).toBe(0);
  });

  it('more datasets than an identity has', async () => {
    for (let i = 0; i < 20; i++) await upsert({ DatasetName: `d${i}`, Records: { a: '1' } });
    const { error } = await upsert({ DatasetName: 'd20', Records: { a: '1' } });
    expect(error?.message).toMatch(
      /InvalidInput: DatasetName would add a dataset to the 20 of this identity; it has at most 20/,
    );
    expect((await upsert({ DatasetName: 'd19', Records: { a: '2' } })).error).toBeUndefined();
  });
});

describe('when somebody else writes the same key between reading and writing', () => {
  /** Has `values` written by somebody else just before our first UpdateRecords leaves. */
  async function interrupted(values: Record<string, string>, members: object) {
    const client = cognitoSync({
      region: 'us-east-1',
      endpoint: { origin: server.endpoint, host: new URL(server.endpoint).host },
      credentials: { current: () => KEYS },
      policy: { retries: 3, timeoutMs: 15_000 },
    });
    let written = false;
    const send: CognitoSync['send'] = async (operation, input) => {
      if (operation.name === 'UpdateRecords' && !written) {
        written = true;
        await writeAsPeer(values);
      }
      return client.send(operation, input);
    };
    return upsertRecords({ ...client, send }, readInput('UpsertRecords', upsertInput, { ...DATASET, ...members }));
  }
  beforeEach(() => upsert({ Records: { a: '1', b: '2' } }));

  it('OnConflict overwrite writes again over theirs', async () => {
    const { output } = await interrupted({ a: 'theirs' }, { Records: { a: 'ours', b: 'ours' } });
    expect(outcomes(output)).toEqual({ a: 'updated', b: 'updated' });
    expect(output).toMatchObject({ OthersWrote: true, DatasetSyncCount: 3 });
    expect(await held()).toEqual({ a: 'ours', b: 'ours' });
  });

  it('OnConflict keepRemote keeps theirs and writes the rest', async () => {
    const { output } = await interrupted(
      { a: 'theirs' },
      { Records: { a: 'ours', b: 'ours' }, OnConflict: 'keepRemote' },
    );
    expect(outcomes(output)).toEqual({ a: 'keptRemote', b: 'updated' });
    expect(await held()).toEqual({ a: 'theirs', b: 'ours' });
  });

  it('OnConflict fail fails and writes nothing', async () => {
    const members = { Records: { a: 'ours', b: 'ours' }, OnConflict: 'fail' };
    await expect(interrupted({ a: 'theirs' }, members)).rejects.toThrow(
      'ResourceConflictException: Current SyncCount for: a is: 2 not: 1 (HTTP 409',
    );
    expect(await held()).toEqual({ a: 'theirs', b: '2' });
  });

  it('a write of another key is no conflict, but is reported', async () => {
    const { output } = await interrupted({ c: 'theirs' }, { Records: { a: 'ours' } });
    expect(output).toMatchObject({ OthersWrote: true, DatasetSyncCount: 3 });
    expect(await held()).toEqual({ a: 'ours', b: '2', c: 'theirs' });
  });

  it('a write of the same value needs no second write of ours', async () => {
    const { output } = await interrupted({ a: 'same' }, { Records: { a: 'same' } });
    expect(output).toMatchObject({ Written: false, OthersWrote: true });
    expect(await held()).toEqual({ a: 'same', b: '2' });
  });
});

describe('50 upserts at once', () => {
  const fifty = Array.from({ length: 50 }, (_, index) => index);

  it('of different keys all end in the dataset', async () => {
    const runs = await Promise.all(fifty.map((index) => upsert({ Records: { [`key${index}`]: `value${index}` } })));
    expect(runs.filter(({ error }) => error)).toEqual([]);
    expect(await held()).toEqual(Object.fromEntries(fifty.map((index) => [`key${index}`, `value${index}`])));
  });

  it('of the same key: each succeeds or gets the conflict, and the last success is what stays', async () => {
    const runs = await Promise.all(fifty.map((index) => upsert({ Records: { key: `value${index}` } })));
    const counts = runs.map(({ bodies, error }) => {
      if (error) expect(error.name).toBe('ResourceConflictException');
      return (bodies[0]?.['DatasetSyncCount'] as number | undefined) ?? 0;
    });
    const written = counts.filter((count) => count > 0);
    // Each round of conflicts has at least one winner.
    expect(written.length).toBeGreaterThanOrEqual(6);
    expect(new Set(written).size).toBe(written.length);
    expect(Math.max(...written)).toBe(written.length);
    expect(await held()).toEqual({ key: `value${counts.indexOf(Math.max(...counts))}` });
  }, 60_000);
});

describe('a service whose full lists leave removed records out', () => {
  beforeEach(async () => {
    await server.stop();
    server = await localServer({ assume: { removedRecordsInFullList: 'left-out' } });
    peer = peerOf(server);
    await upsert({ Records: { a: '1', b: '2', c: '3' } });
    await upsert({ Records: { a: null, b: null } });
  });

  it('has removed keys made again', async () => {
    const { bodies, error } = await upsert({ Records: { a: 'again', b: 'again', new: '1' } });
    expect(error).toBeUndefined();
    expect(outcomes(bodies[0])).toEqual({ a: 'created', b: 'created', new: 'created' });
    expect(await held()).toEqual({ a: 'again', b: 'again', c: '3', new: '1' });
  });

  it('has a removal found whose answer was lost', async () => {
    server.faults.next({ operation: 'UpdateRecords', kind: 'reset-after' });
    const { emitted, error } = await upsert({ Records: { c: null } });
    expect(error).toBeUndefined();
    expect(emitted[0]?.payload.headers['cognito-sync-recovered']).toBe('true');
    expect(await held()).toEqual({});
  });
});

it('delivered twice, emits the same id and writes once', async () => {
  const first = await upsert({ Records: { a: '1' } });
  const second = await upsert({ Records: { a: '1' } });
  expect(second.emitted[0]?.payload.id).toBe(first.emitted[0]?.payload.id);
  expect(server.calls('UpdateRecords')).toBe(1);
});

it('random upserts under random faults end in the state of a plain map, each written once', async () => {
  const kinds = fc.constantFrom(
    '429',
    '500',
    '503',
    'reset-before',
    'reset-after',
    '500-after',
    'truncated',
    'not-json',
  );
  const key = fc.constantFrom('a', 'b', 'c', 'd');
  const step = fc.record({
    records: fc.dictionary(key, fc.option(fc.constantFrom('1', '2', '3'), { nil: null }), { minKeys: 1 }),
    replace: fc.boolean(),
    faults: fc.array(fc.record({ kind: kinds, operation: fc.constantFrom('ListRecords', 'UpdateRecords') }), {
      maxLength: 2,
    }),
  });
  let round = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 5 }), async (steps) => {
      const dataset = {
        ...DATASET,
        DatasetName: `random${round % 20}`,
        IdentityId: `us-east-1:${(round++).toString(16)}`,
      };
      const model = new Map<string, string>();
      for (const { records, replace, faults } of steps) {
        server.faults.clear();
        for (const fault of faults) server.faults.next(fault);
        const { error } = await upsert({ ...dataset, Records: records, Mode: replace ? 'replace' : 'merge' });
        server.faults.clear();
        expect(error).toBeUndefined();
        if (replace) model.clear();
        for (const [name, value] of Object.entries(records)) {
          if (value === null) model.delete(name);
          else model.set(name, value);
        }
        expect(await held(dataset)).toEqual(Object.fromEntries(model));
      }
    }),
    { numRuns: times(25) },
  );
});
