import { cognitoSync, type CognitoSync } from '../../lib/cognito-sync/client';
import { listPages } from '../../lib/cognito-sync/pages';
import * as operations from '../../lib/cognito-sync/operations';
import { process as ListDatasets } from '../../lib/actions/ListDatasets';
import { process as ListIdentityPoolUsage } from '../../lib/actions/ListIdentityPoolUsage';
import { identityPools, process as ListRecords } from '../../lib/actions/ListRecords';
import { process as UpsertRecords } from '../../lib/actions/UpsertRecords';
import type { Process } from '../../lib/platform/runtime';
import type { LocalServer } from '../../server';
import { cfgOf, DATASET, KEYS, localServer, POOL } from '../support/local';
import { run } from '../support/run';

const POOLS = [
  POOL,
  'us-east-1:00000000-0000-4000-8000-000000000002',
  'us-east-1:00000000-0000-4000-8000-000000000003',
];
const { DatasetName, ...identity } = DATASET;
let server: LocalServer;
beforeEach(async () => {
  server = await localServer({ pools: POOLS });
  for (const name of [DatasetName, 'a', 'b'])
    await upsert(Object.fromEntries([...'vwxyz'].map((key) => [key, key])), name);
});
afterEach(() => server.stop());

const upsert = (Records: object, name = DatasetName) =>
  run(UpsertRecords, { body: { ...DATASET, DatasetName: name, Records } }, cfgOf(server));
const list = (process: Process, body: object, emitBehaviour?: string, id = 'm1') =>
  run(process, { id, body }, cfgOf(server, { ...(emitBehaviour ? { emitBehaviour } : {}) }));

const lists = [
  ['ListRecords', ListRecords, DATASET, 'Records', 'Key', ['v', 'w', 'x', 'y', 'z']],
  ['ListDatasets', ListDatasets, identity, 'Datasets', 'DatasetName', ['a', 'b', DatasetName]],
  ['ListIdentityPoolUsage', ListIdentityPoolUsage, {}, 'IdentityPoolUsages', 'IdentityPoolId', [...POOLS].sort()],
] as const;
const cfgRegion = { region: 'us-east-1' };

describe.each(lists)('%s', (_name, process, body, member, key, expected) => {
  const namesOf = (output: Record<string, any> | undefined) =>
    (output?.[member] as Record<string, string>[]).map((item) => item[key]);
  const go = (emitBehaviour?: string, id?: string) =>
    run(
      process,
      { ...(id ? { id } : {}), body: { ...body, MaxResults: 2 } },
      cfgOf(server, { ...cfgRegion, ...(emitBehaviour ? { emitBehaviour } : {}) }),
    );

  it('emits one page by default, as the API answers', async () => {
    const { bodies } = await go();
    expect(bodies).toHaveLength(1);
    expect(namesOf(bodies[0])).toEqual(expected.slice(0, 2));
    expect(bodies[0]?.['NextToken']).toEqual(expect.any(String));
  });

  it('a page that is not the last says so, in a header and one line of the log', async () => {
    const { emitted, log } = await go();
    expect(emitted[0]?.payload.headers).toMatchObject({ 'cognito-sync-has-more': 'true' });
    expect(log.filter((line) => line.includes('the list goes on after this page'))).toHaveLength(1);
    const rest = await run(process, { body: { ...body, MaxResults: 50 } }, cfgOf(server, cfgRegion));
    expect(rest.emitted[0]?.payload.headers).not.toHaveProperty('cognito-sync-has-more');
    expect(rest.log.join()).not.toContain('goes on');
    const pages = (await go('fetchPage')).emitted.map(({ payload }) => payload.headers['cognito-sync-has-more']);
    expect(pages).toEqual([...Array<string>(pages.length - 1).fill('true'), undefined]);
  });

  it('fetchAll emits everything in one message', async () => {
    const { bodies } = await go('fetchAll');
    expect(bodies).toHaveLength(1);
    expect(namesOf(bodies[0])).toEqual(expected);
    expect(bodies[0]?.['Count']).toBe(expected.length);
    expect(bodies[0]).not.toHaveProperty('NextToken');
  });

  it('fetchPage emits one message per page', async () => {
    const { bodies } = await go('fetchPage');
    expect(bodies).toHaveLength(Math.ceil(expected.length / 2));
    expect(bodies.flatMap(namesOf)).toEqual(expected);
  });

  it('emitIndividually emits one message per item, each of which can stand alone', async () => {
    const { bodies } = await go('emitIndividually');
    expect(bodies.map((item) => item[key])).toEqual(expected);
    for (const item of bodies) {
      if (member === 'Records') expect(item).toMatchObject(DATASET);
      else if (member === 'IdentityPoolUsages') expect(POOLS).toContain(item['IdentityPoolId']);
      else expect(item).toHaveProperty('IdentityPoolId', POOL);
    }
  });

  it.each(['singlePage', 'fetchAll', 'fetchPage', 'emitIndividually'])(
    '%s emits the same ids when delivered again',
    async (behaviour) => {
      const idsOf = async (id: string) => (await go(behaviour, id)).emitted.map(({ payload }) => payload.id);
      const ids = await idsOf('m1');
      expect(await idsOf('m1')).toEqual(ids);
      expect(new Set([...ids, ...(await idsOf('m2'))]).size).toBe(2 * ids.length);
    },
  );
});

describe('a dataset that changes between two pages', () => {
  /** A client after whose first `times` pages somebody else writes. */
  function interrupted(times: number): CognitoSync {
    const client = cognitoSync({
      region: 'us-east-1',
      endpoint: { origin: server.endpoint, host: new URL(server.endpoint).host },
      credentials: { current: () => KEYS },
      policy: { retries: 0, timeoutMs: 5_000 },
    });
    let written = 0;
    return {
      ...client,
      backOff: async () => {},
      send: async (operation, input) => {
        const answer = await client.send(operation, input);
        if (written < times) await upsert({ v: `new${++written}`, [`more${written}`]: '' });
        return answer;
      },
    };
  }
  const pagesOf = async (client: CognitoSync) => {
    const pages = [];
    for await (const page of listPages(client, operations.ListRecords, { ...DATASET, MaxResults: 2 })) pages.push(page);
    return pages;
  };

  it.each([1, 2, 3])('is read anew until its pages show one state, after %d changes', async (times) => {
    const pages = await pagesOf(interrupted(times));
    const last = pages.filter(({ round }) => round === pages.at(-1)?.round);
    expect(new Set(last.map(({ output }) => output.DatasetSyncCount))).toEqual(new Set([1 + times]));
    expect(last.flatMap(({ output }) => output.Records ?? [])).toHaveLength(5 + times);
    expect(last[0]?.output.Records).not.toEqual(pages[0]?.output.Records);
  });

  it('is given up after 4 changes, and reported as worth trying later', async () => {
    await expect(pagesOf(interrupted(100))).rejects.toMatchObject({
      name: 'ResourceConflictException',
      retry: 'always',
    });
  });

  it('fetchPage emits the pages of every round, the last of them whole', async () => {
    const bodies: Record<string, any>[] = [];
    const runtime = {
      emit: async (_event: string, payload: unknown) => {
        bodies.push((payload as { body: object }).body);
        if (bodies.length === 1) await upsert({ v: 'new' });
      },
    };
    await ListRecords.call(
      runtime,
      { body: { ...DATASET, MaxResults: 2 } },
      cfgOf(server, { emitBehaviour: 'fetchPage' }),
    );
    expect(bodies.map((page) => page['DatasetSyncCount'])).toEqual([1, 2, 2, 2]);
    expect(bodies.slice(1).flatMap((page) => page['Records'])).toHaveLength(5);
  });
});

it('refuses an emit behaviour that does not exist', async () => {
  const { error } = await list(ListRecords, DATASET, 'emitAll');
  expect(error?.message).toBe(
    'ListRecords: InvalidInput: emitBehaviour must be one of singlePage, fetchAll, fetchPage, emitIndividually',
  );
  expect(server.calls('ListRecords')).toBe(3);
});

it('refuses to emit what the runtime would drop, with advice', async () => {
  for (const key of ['1', '2', '3', '4']) await upsert({ [key]: 'x'.repeat(200_000) });
  process.env['ELASTICIO_OUTGOING_MESSAGE_SIZE_LIMIT'] = '2000000';
  try {
    const { error, bodies } = await list(ListRecords, DATASET, 'fetchAll');
    expect(bodies).toEqual([]);
    expect(error?.message).toMatch(
      /the message to emit has 80\d{4} bytes, and this step can send 740000: set «Emit Behavior»/,
    );
    expect((await list(ListRecords, DATASET, 'emitIndividually')).bodies).toHaveLength(9);
  } finally {
    delete process.env['ELASTICIO_OUTGOING_MESSAGE_SIZE_LIMIT'];
  }
});

describe('the drop-down of identity pools', () => {
  it('offers every pool by its name and id', async () => {
    expect(await identityPools({ ...cfgOf(server), ...cfgRegion })).toEqual(
      Object.fromEntries(POOLS.map((pool) => [pool, `local (${pool})`])),
    );
  });

  it('says what is missing', async () => {
    await expect(identityPools(cfgOf(server))).rejects.toThrow(
      'Identity Pool: InvalidInput: region is required in the credential',
    );
  });
});

it('takes a pool from the step where the message names none, and the message first', async () => {
  const { IdentityPoolId, ...rest } = DATASET;
  const fromStep = await run(ListRecords, { body: rest }, cfgOf(server, { IdentityPoolId }));
  expect(fromStep.bodies[0]?.['Count']).toBe(5);
  const fromMessage = await run(ListRecords, { body: DATASET }, cfgOf(server, { IdentityPoolId: POOLS[1] }));
  expect(fromMessage.bodies[0]?.['Count']).toBe(5);
});
