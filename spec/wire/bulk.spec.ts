import { process as BulkUpsertRecords } from '../../lib/actions/BulkUpsertRecords';
import type { LocalServer } from '../../server';
import { cfgOf, localServer, POOL } from '../support/local';
import { fc } from '../support/random';
import { run, type Run } from '../support/run';
import { Writer } from '../support/writer';

// Many datasets take their time on a busy machine.
jest.setTimeout(60_000);

const PROVIDER = 'login.local';
const identity = (n: number) => `us-east-1:00000000-0000-4000-9000-${String(n).padStart(12, '0')}`;
const item = (n: number, Records: unknown, more: object = {}) => ({
  IdentityId: identity(n),
  DatasetName: 'profile',
  Records,
  ...more,
});

let server: LocalServer;
beforeEach(async () => {
  server = await localServer({ developerProviderName: PROVIDER });
});
afterEach(() => server.stop());

const bulk = (Items: unknown, fields: object = {}, more: object = {}): Promise<Run> =>
  run(BulkUpsertRecords, { id: 'm1', body: { IdentityPoolId: POOL, Items, ...more } }, cfgOf(server, fields));

/** What a dataset holds, in the eyes of the official SDK. */
async function held(IdentityId: string, DatasetName = 'profile'): Promise<Record<string, string>> {
  const reader = new Writer(server, { IdentityPoolId: POOL, IdentityId, DatasetName });
  const records = await reader.records();
  reader.end();
  return Object.fromEntries(records.flatMap(({ Key, Value }) => (Value === undefined ? [] : [[Key, Value]])));
}

const row = (Index: number, more: object = {}) => ({
  Index,
  IdentityPoolId: POOL,
  IdentityId: identity(Index),
  DatasetName: 'profile',
  Outcome: 'written',
  DatasetSyncCount: 1,
  Created: 0,
  Updated: 0,
  Removed: 0,
  Unchanged: 0,
  KeptRemote: 0,
  Error: null,
  ...more,
});

describe('one message', () => {
  it('brings the datasets of many identities to what is wanted, and answers for each', async () => {
    const { bodies, error } = await bulk([
      item(0, { a: '1', b: '2' }),
      item(1, [{ Key: 'a', Value: '1' }]),
      item(2, { a: 7 }, { Values: 'json' }),
    ]);
    expect(error).toBeUndefined();
    expect(bodies).toEqual([
      {
        IdentityPoolId: POOL,
        Items: [row(0, { Created: 2 }), row(1, { Created: 1 }), row(2, { Created: 1 })],
        Totals: {
          Items: 3,
          ItemsWritten: 3,
          ItemsUnchanged: 0,
          ItemsFailed: 0,
          RecordsCreated: 4,
          RecordsUpdated: 0,
          RecordsRemoved: 0,
        },
        Part: 1,
        Parts: 1,
      },
    ]);
    expect(await held(identity(0))).toEqual({ a: '1', b: '2' });
    expect(await held(identity(2))).toEqual({ a: '7' });
  });

  it('delivered again, writes nothing and says unchanged', async () => {
    const items = [item(0, { a: '1' }), item(1, { a: '1', b: null })];
    await bulk(items);
    const writes = server.calls('UpdateRecords');
    const { bodies } = await bulk(items);
    expect(bodies[0]?.['Items']).toEqual([
      row(0, { Outcome: 'unchanged', Unchanged: 1 }),
      row(1, { Outcome: 'unchanged', Unchanged: 2 }),
    ]);
    expect(server.calls('UpdateRecords')).toBe(writes);
  });

  it('a lone item is a list of one, and an item may repeat the pool', async () => {
    const { bodies } = await bulk(item(0, { a: '1' }, { IdentityPoolId: POOL }));
    expect(bodies[0]?.['Totals']).toMatchObject({ Items: 1, ItemsWritten: 1 });
  });

  it('a list of none is answered', async () => {
    expect((await bulk([])).bodies).toMatchObject([{ Items: [], Totals: { Items: 0 }, Part: 1, Parts: 1 }]);
  });

  it('items for one dataset are carried out in their order, however many are in work', async () => {
    const owner = fc.integer({ min: 0, max: 3 });
    await fc.assert(
      fc.asyncProperty(fc.array(owner, { minLength: 1, maxLength: 40 }), fc.uuid(), async (owners, name) => {
        const DatasetName = `d${name}`;
        const { error } = await bulk(
          owners.map((n, i) => item(n, { last: String(i), [`k${i}`]: '' }, { DatasetName })),
          {},
          { Concurrency: 50 },
        );
        expect(error).toBeUndefined();
        for (const n of new Set(owners)) {
          expect((await held(identity(n), DatasetName))['last']).toBe(String(owners.lastIndexOf(n)));
        }
      }),
      { numRuns: 15 },
    );
  }, 60_000);

  it('at most Concurrency datasets are in work', async () => {
    server.faults.rate({ kind: 'latency', ms: 30, rate: 1 });
    const items = Array.from({ length: 18 }, (_, n) => item(n, { a: '1' }));
    const started = performance.now();
    await bulk(items, {}, { Concurrency: 3 });
    const slow = performance.now() - started;
    // 6 rounds of two calls each, at least.
    expect(slow).toBeGreaterThan(6 * 2 * 30);
    expect((await bulk(items, { Concurrency: '51' })).error?.message).toMatch(
      /Concurrency must be a whole number from 1 to 50/,
    );
  });

  it('an answer larger than the platform takes comes in parts', async () => {
    process.env['ELASTICIO_OUTGOING_MESSAGE_SIZE_LIMIT'] = '40000';
    try {
      const items = Array.from({ length: 30 }, (_, n) => item(n, { a: '1' }));
      const { bodies, emitted } = await bulk(items);
      expect(bodies.length).toBeGreaterThan(2);
      expect(bodies.flatMap(({ Items }) => (Items as { Index: number }[]).map(({ Index }) => Index))).toEqual(
        items.map((_, n) => n),
      );
      expect(bodies.map(({ Part, Parts }) => [Part, Parts])).toEqual(bodies.map((_, i) => [i + 1, bodies.length]));
      expect(new Set(emitted.map(({ payload }) => payload.id)).size).toBe(bodies.length);
      for (const { payload } of emitted) expect(Buffer.byteLength(JSON.stringify(payload.body))).toBeLessThan(5_000);
    } finally {
      delete process.env['ELASTICIO_OUTGOING_MESSAGE_SIZE_LIMIT'];
    }
  });
});

describe('one message an item', () => {
  it('has every member, in rows, with ids that a redelivery repeats', async () => {
    const items = [item(0, { a: '1' }), item(1, { a: '1' })];
    const fields = { emitBehaviour: 'emitIndividually', Concurrency: '1' };
    const first = await bulk(items, fields);
    expect(first.bodies).toEqual([row(0, { Created: 1 }), row(1, { Created: 1 })]);
    const again = await bulk(items, fields);
    const ids = ({ emitted }: Run) => emitted.map(({ payload }) => payload.id);
    expect(ids(again)).toEqual(ids(first));
    expect(new Set(ids(first)).size).toBe(2);
  });

  it('reports failures only where they are not the error at the end', async () => {
    server.faults.next({ kind: 'error', name: 'NotAuthorizedException', status: 403, operation: 'ListRecords' });
    const items = [item(0, { a: '1' }), item(1, { a: '1' })];
    const fields = { emitBehaviour: 'emitIndividually', Concurrency: '1' };
    const failed = await bulk(items, fields);
    expect(failed.bodies.map(({ Index }) => Index as number)).toEqual([1]);
    expect(failed.error?.message).toMatch(/1 of 2 items failed/);
    server.faults.next({ kind: 'error', name: 'NotAuthorizedException', status: 403, operation: 'ListRecords' });
    const reported = await bulk(items, { ...fields, ifItemFails: 'report' });
    expect(reported.bodies.map(({ Outcome }) => Outcome as string)).toEqual(['failed', 'unchanged']);
    expect(reported.error).toBeUndefined();
  });
});

describe('If an Item Fails', () => {
  const items = Array.from({ length: 15 }, (_, n) => item(n, { a: '1' }));
  const refuse = (count: number) =>
    server.faults.next({ kind: 'error', name: 'NotAuthorizedException', status: 403, count, operation: 'ListRecords' });

  it('by default the others are finished, then the step fails, naming the first ten', async () => {
    refuse(12);
    const { bodies, error } = await bulk(items, { Concurrency: '1' });
    expect(bodies).toEqual([]);
    expect(error?.name).toBe('NotAuthorizedException');
    expect(error?.message).toMatch(
      /^BulkUpsertRecords: NotAuthorizedException: 12 of 15 items failed, and the same message again finishes what is left: Items\[0\]: NotAuthorizedException: .*Items\[9\]: .*; and 2 more$/,
    );
    expect(error?.message).not.toContain('Items[10]');
    expect(await held(identity(12))).toEqual({ a: '1' });
    const again = await bulk(items);
    expect(again.bodies[0]?.['Totals']).toMatchObject({ ItemsWritten: 12, ItemsUnchanged: 3 });
  });

  it('throttling is no failure where a single call would have given up', async () => {
    process.env['API_RETRIES_COUNT'] = '1';
    try {
      server.faults.next({ kind: '429', operation: 'ListRecords', count: 4 });
      const { bodies, error } = await bulk([item(0, { a: '1' })]);
      expect(error).toBeUndefined();
      expect(bodies).toMatchObject([{ Items: [{ Outcome: 'written' }] }]);
    } finally {
      delete process.env['API_RETRIES_COUNT'];
    }
  });

  it('report answers with the failures beside the others', async () => {
    refuse(1);
    const { bodies, error } = await bulk(items.slice(0, 2), { Concurrency: '1', ifItemFails: 'report' });
    expect(error).toBeUndefined();
    expect(bodies[0]?.['Items']).toEqual([
      row(0, {
        Outcome: 'failed',
        DatasetSyncCount: null,
        Error: {
          name: 'NotAuthorizedException',
          message: expect.any(String) as string,
          statusCode: 403,
          requestId: expect.any(String) as string,
        },
      }),
      row(1, { Created: 1 }),
    ]);
    expect(bodies[0]?.['Totals']).toMatchObject({ Items: 2, ItemsFailed: 1, ItemsWritten: 1 });
  });

  it('goes back to the queue only where each failure was turned away before it took effect', async () => {
    const fields = { errorPolicy: 'rebound', Concurrency: '1' };
    process.env['API_RETRIES_COUNT'] = '0';
    try {
      server.faults.next({ kind: '429', operation: 'ListRecords' });
      expect((await bulk(items, fields)).emitted.map(({ event }) => event)).toEqual(['rebound']);
      server.faults.next({ kind: '429', operation: 'ListRecords' });
      refuse(1);
      const mixed = await bulk(items, fields);
      expect(mixed.emitted).toEqual([]);
      expect(mixed.error?.name).toBe('ItemsFailed');
    } finally {
      delete process.env['API_RETRIES_COUNT'];
    }
  });

  it('as a message of its own, an error repeats the input without its tokens', async () => {
    const fields = { errorPolicy: 'emit', developerProviderName: PROVIDER };
    const Logins = { 'accounts.google.com': 'google-token-of-ada' };
    const { bodies } = await bulk([{ DatasetName: 'profile', Records: { a: 1 }, ActAs: { Logins } }], fields);
    expect(bodies[0]?.['error']).toMatchObject({ name: 'InvalidInput' });
    expect(JSON.stringify(bodies)).not.toContain('google-token-of-ada');
  });
});

describe('users', () => {
  const user = (UserIdentifier: string, n: number) => ({
    UserIdentifier,
    DatasetName: 'profile',
    Records: { last: String(n) },
  });

  it.each(['accessKey', 'developerIdentity'])(
    'of one’s own login are found, each once, with authoriseAs %s',
    async (authoriseAs) => {
      const fields = { authoriseAs, developerProviderName: PROVIDER };
      const names = ['ada', 'bob', 'ada', 'ada', 'bob'];
      const { bodies, error } = await bulk(names.map(user), fields, { Concurrency: 20 });
      expect(error).toBeUndefined();
      const rows = bodies[0]?.['Items'] as { IdentityId: string }[];
      const [ada = '', bob = ''] = rows.map(({ IdentityId }) => IdentityId);
      expect(rows.map(({ IdentityId }) => IdentityId)).toEqual([ada, bob, ada, ada, bob]);
      expect(ada).not.toBe(bob);
      expect(await held(ada)).toEqual({ last: '3' });
      expect(await held(bob)).toEqual({ last: '4' });
      expect(server.calls('GetOpenIdTokenForDeveloperIdentity')).toBe(2);
    },
  );

  it('named by identity here and by login there, a dataset still gets its items in order', async () => {
    const fields = { developerProviderName: PROVIDER };
    const [first] = (await bulk([user('ada', 0)], fields)).bodies;
    const [{ IdentityId = '' } = {}] = first?.['Items'] as { IdentityId?: string }[];
    const items = Array.from({ length: 20 }, (_, n) =>
      n % 2 ? user('ada', n) : { IdentityId, DatasetName: 'profile', Records: { last: String(n) } },
    );
    await bulk(items, fields, { Concurrency: 20 });
    expect(await held(IdentityId)).toEqual({ last: '19' });
  });

  it('who cannot be found fail alone', async () => {
    const fields = { developerProviderName: PROVIDER, ifItemFails: 'report' };
    server.faults.next({
      kind: 'error',
      name: 'ResourceConflictException',
      status: 400,
      operation: 'GetOpenIdTokenForDeveloperIdentity',
    });
    const { bodies } = await bulk([user('ada', 0), item(1, { a: '1' }), user('ada', 2)], fields, { Concurrency: 1 });
    expect(bodies[0]?.['Items']).toMatchObject([
      { Index: 0, IdentityId: null, Outcome: 'failed', Error: { name: 'ResourceConflictException' } },
      { Index: 1, Outcome: 'written' },
      { Index: 2, IdentityId: null, Outcome: 'failed' },
    ]);
  });
});

describe('all items are read before anything is sent', () => {
  it.each([
    ['no items', undefined, 'Items is required and must be a list of at most 10000 objects, got nothing'],
    ['text', 'x', 'Items must be a list of at most 10000 objects, got text of 1 characters'],
    [
      'an item that is no object',
      [item(0, {}), 7],
      'Items[1] must be an object with DatasetName and Records, got a number',
    ],
    [
      'more than 10,000',
      Array.from({ length: 10_001 }, () => ({})),
      'Items must be a list of at most 10000 objects, got 10001: send the rest in another message',
    ],
    [
      'a mistake in the last one',
      [item(0, { a: '1' }), item(1, { a: 1 })],
      'Items[1]: Records.a must be text or null, got a number; set Values to json to write it as JSON',
    ],
    [
      'a member that there is not',
      [item(0, { a: '1' }, { Dataset: 'x' })],
      'Items[0] has no member "Dataset"; it takes IdentityPoolId, IdentityId, DatasetName, Records, Mode, OnConflict, Values, AllowEmpty',
    ],
    [
      'another pool',
      [item(0, { a: '1' }, { IdentityPoolId: 'us-east-1:0' })],
      'Items[0]: IdentityPoolId must be that of the message: one message is for one pool',
    ],
    [
      'a replacement by nothing',
      [item(0, { a: '1' }), item(1, [], { Mode: 'replace' })],
      'Items[1]: Records would leave the dataset without records, since Mode is replace; set AllowEmpty to true if that is meant',
    ],
    [
      'neither identity nor user',
      [{ DatasetName: 'profile', Records: { a: '1' } }],
      'Items[0]: IdentityId is required and must be',
    ],
  ])('%s', async (_title, Items, message) => {
    const { error, emitted } = await bulk(Items);
    expect(error?.message).toContain(`BulkUpsertRecords: InvalidInput: ${message}`);
    expect([emitted, server.calls()]).toEqual([[], 0]);
  });

  it('a choice that there is not is refused', async () => {
    expect((await bulk([], { ifItemFails: 'ignore' })).error?.message).toMatch(
      /ifItemFails must be one of fail, report/,
    );
    expect((await bulk([], { emitBehaviour: 'fetchPage' })).error?.message).toMatch(
      /emitBehaviour must be one of fetchAll, emitIndividually/,
    );
  });
});
