import type { ServerResponse } from 'node:http';
import { process as ExportIdentityPool } from '../../lib/actions/ExportIdentityPool';
import { process as ListDatasets } from '../../lib/actions/ListDatasets';
import { datasets, identityPools } from '../../lib/platform/drop-down';
import { process as DatasetsTrigger } from '../../lib/triggers/GetNewAndUpdatedDatasets';
import { process as RecordsTrigger } from '../../lib/triggers/GetNewAndUpdatedRecords';
import { process as ExportTrigger } from '../../lib/triggers/GetNewAndUpdatedRecordsOfIdentityPool';
import { DATASET, IDENTITY, KEYS, POOL } from '../support/local';
import { recorder, type Recorded, type Recorder } from '../support/recorder';
import { run } from '../support/run';

const DATE = 'Sat, 31 Jan 2026 09:30:00 GMT';
let service: Recorder;
/** What the service answers; `{}` unless a test says otherwise. */
let answer: (request: Recorded, response: ServerResponse) => object;
beforeEach(async () => {
  answer = () => ({});
  service = await recorder((request, response) => response.end(JSON.stringify(answer(request, response))));
});
afterEach(async () => {
  delete process.env['ELASTICIO_FLOW_TYPE'];
  await service.stop();
});

const credential = () => ({ ...KEYS, endpoint: service.endpoint, emitSummary: true });
const listing = (fields: object = {}) => ({ ...credential(), IdentityPoolId: POOL, IdentityId: IDENTITY, ...fields });
const cfgOf = (fields: object = {}) => ({ ...credential(), ...DATASET, ...fields });
const tick = { id: 'tick', body: {} };
const snapshotsOf = ({ emitted }: Awaited<ReturnType<typeof run>>) =>
  emitted.flatMap(({ event, payload }) => (event === 'snapshot' ? [payload as object] : []));
const refusal = (name: string) => (_: Recorded, response: ServerResponse) => {
  response.statusCode = 400;
  response.setHeader('x-amzn-errortype', name);
  return { message: 'no' };
};

describe('a drop-down', () => {
  const lists = [
    ['identity pools', identityPools, 'IdentityPoolUsages', 'IdentityPoolId', 'Identity Pool'],
    ['datasets', datasets, 'Datasets', 'DatasetName', 'Dataset'],
  ] as const;

  it.each(lists)('of %s is empty where AWS leaves the list out', async (_, list) => {
    expect(await list(cfgOf())).toEqual({});
  });

  it.each(lists)('of %s leaves out what has no name', async (_, list, member, name) => {
    answer = () => ({ [member]: [{}, { [name]: 'known' }, { [name]: null }] });
    expect(await list(cfgOf())).toEqual({ known: 'known' });
  });

  it.each(lists)('of %s ends at 1000, without asking for more pages', async (_, list, member, name) => {
    answer = () => ({
      [member]: Array.from({ length: 60 }, (__, index) => ({ [name]: `${service.requests.length}-${index}` })),
      NextToken: `page-${service.requests.length}`,
    });
    expect(Object.keys(await list(cfgOf()))).toHaveLength(1000);
    expect(service.requests.filter(({ method }) => method === 'GET')).toHaveLength(17);
  });

  it.each(lists)('of %s shows an error that is no want of a permission as AWS words it', async (...row) => {
    const [, list, , , label] = row;
    answer = refusal('InvalidParameterException');
    await expect(list(cfgOf())).rejects.toThrow(
      new RegExp(`^${label}: InvalidParameterException: no \\[List\\w+\\] \\(HTTP 400`),
    );
  });
});

describe('a list of nothing', () => {
  it.each([
    ['fetchAll', [{ Datasets: [] }]],
    ['fetchPage', [{}]],
    ['emitIndividually', []],
  ])('is emitted as %s: %j', async (emitBehaviour, bodies) => {
    expect(await run(ListDatasets, tick, listing({ emitBehaviour }))).toMatchObject({ bodies, error: undefined });
  });
});

describe('a message without a body', () => {
  it('takes all members from the fields of the step', async () => {
    expect((await run(ListDatasets, { id: 'm' }, listing())).bodies).toEqual([{}]);
  });

  it('is reported as an empty input beside an error', async () => {
    answer = refusal('NotAuthorizedException');
    const { bodies } = await run(ListDatasets, { id: 'm' }, listing({ errorPolicy: 'emit' }));
    expect(bodies).toEqual([{ error: expect.objectContaining({ name: 'NotAuthorizedException' }), input: {} }]);
  });
});

describe('the trigger for datasets', () => {
  it('keeps that there is none where AWS leaves the list out', async () => {
    const result = await run(DatasetsTrigger, tick, cfgOf());
    expect(result.bodies).toEqual([]);
    expect(snapshotsOf(result)).toEqual([{ IdentityPoolId: POOL, IdentityId: IDENTITY, known: [] }]);
  });
});

describe('the trigger for records', () => {
  it('begins at count 0 where AWS names none', async () => {
    answer = () => ({ DatasetExists: true });
    expect(snapshotsOf(await run(RecordsTrigger, tick, cfgOf({ startFrom: 'now' })))).toEqual([
      { ...DATASET, lastSyncCount: 0, deletions: 0 },
    ]);
  });

  it('has no sample where AWS leaves the list out', async () => {
    process.env['ELASTICIO_FLOW_TYPE'] = 'debug';
    const { error } = await run(RecordsTrigger, tick, cfgOf());
    expect(error?.message).toMatch('there is nothing to show as a sample');
  });

  it('shows a record without a value in a sample as removed', async () => {
    process.env['ELASTICIO_FLOW_TYPE'] = 'debug';
    answer = () => ({ Records: [{ Key: 'k', Value: null }] });
    const { bodies } = await run(RecordsTrigger, tick, cfgOf());
    expect(bodies).toMatchObject([{ Change: 'removed', ...DATASET, Key: 'k', Value: null }]);
  });
});

describe('an export', () => {
  it.each([{}, { Identities: [{}, { IdentityId: null }] }])(
    'of a pool with %j gives totals of nothing',
    async (page) => {
      answer = () => page;
      const { bodies } = await run(ExportIdentityPool, { id: 'm', body: { IdentityPoolId: POOL } }, credential());
      expect(bodies).toMatchObject([{ Kind: 'summary', Totals: { Identities: 0, Skipped: [] } }]);
    },
  );

  it('of identities without datasets gives totals only, an identity a message', async () => {
    answer = ({ method }) => (method === 'GET' ? {} : { Identities: [{ IdentityId: IDENTITY }] });
    const body = { IdentityPoolId: POOL, Granularity: 'identity' };
    const { bodies } = await run(ExportIdentityPool, { id: 'm', body }, credential());
    expect(bodies).toMatchObject([{ Kind: 'summary', Totals: { Identities: 1, Datasets: 0 } }]);
  });

  it.each([
    ['ListIdentities', {}, 'POST'],
    ['ListDatasets where identities are given', { IdentityIds: [IDENTITY] }, 'GET'],
  ])('takes AWS’s time from %s', async (_, fields, method) => {
    answer = (__, response) => {
      response.setHeader('date', DATE);
      return {};
    };
    const { bodies } = await run(ExportTrigger, tick, cfgOf(fields));
    // The first request asks for the time only, in the pool that the export then reads.
    const [first] = service.requests;
    expect(first?.method).toBe(method);
    if (method === 'GET') expect(first?.target).toMatch(/\/identities\/[^/]+\/datasets\?maxResults=1$/);
    else expect(JSON.parse(first?.body ?? '')).toEqual({ IdentityPoolId: POOL, MaxResults: 1 });
    expect(bodies.at(-1)?.['StartedAt']).toBe(new Date(DATE).toISOString());
  });

  it.each([undefined, 'soon'])('takes the time of here where AWS’s is %j', async (date) => {
    answer = (_, response) => {
      response.sendDate = false;
      if (date) response.setHeader('date', date);
      return {};
    };
    const earliest = Date.now();
    const { bodies } = await run(ExportTrigger, tick, cfgOf());
    const startedAt = Date.parse(String(bodies.at(-1)?.['StartedAt']));
    expect(startedAt).toBeGreaterThanOrEqual(earliest);
    expect(startedAt).toBeLessThanOrEqual(Date.now());
  });

  it('emits what was modified since the time that the step names', async () => {
    const { bodies } = await run(ExportTrigger, tick, cfgOf({ ModifiedSince: '2026-01-31' }));
    expect(bodies.at(-1)).toMatchObject({ Kind: 'summary', ModifiedSince: '2026-01-31T00:00:00.000Z' });
  });

  it('says that a token is too long to be kept, and goes on to the end', async () => {
    answer = ({ method, body }) =>
      method === 'GET' || body.includes('"NextToken"')
        ? {}
        : { Identities: [{ IdentityId: IDENTITY }], NextToken: 'x'.repeat(6_000) };
    const result = await run(ExportTrigger, tick, cfgOf({ maxIdentitiesPerRun: 1 }));
    expect(result.log).toContainEqual(expect.stringContaining("the token of AWS's page is too long for a snapshot"));
    expect(result.bodies.at(-1)).toMatchObject({ Kind: 'summary', Totals: { Identities: 1 } });
    expect(snapshotsOf(result)).toEqual([
      expect.objectContaining({ pass: expect.objectContaining({ cursor: {} }) }),
      expect.objectContaining({ since: expect.any(Number) }),
    ]);
  });
});
