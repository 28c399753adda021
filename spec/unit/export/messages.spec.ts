import { exportMessages, withoutOversize } from '../../../lib/export/messages';
import { exportInput } from '../../../lib/export/input';
import { exportPool, isCursor, type ExportedIdentity } from '../../../lib/export/read-pool';
import { isTotals, noTotals } from '../../../lib/export/totals';
import { ConnectorError } from '../../../lib/error';
import { readInput } from '../../../lib/shape';
import { all, answering } from '../../support/answers';
import { IdentityId, IdentityPoolId } from '../cognito-sync/inputs';

const record = (Key: string, length: number) => ({ Key, Value: 'x'.repeat(length), SyncCount: 1 });
const identityOf = (...datasets: { name: string; records: ReturnType<typeof record>[] }[]): ExportedIdentity => ({
  IdentityId,
  datasets: datasets.map(({ name, records }) => ({ DatasetName: name, DatasetSyncCount: 1, Records: records })),
  present: datasets.map(({ name }) => ({ DatasetName: name, isWhole: true })),
  unchanged: 0,
  skipped: [{ Reason: 'InvalidName', Example: 'e' }],
  next: undefined,
});
const sizes = (bodies: readonly { body: object }[]) =>
  bodies.map(({ body }) => Buffer.byteLength(JSON.stringify(body)));

describe('a record too large for any message', () => {
  const identity = identityOf({ name: 'd', records: [record('small', 10), record('large', 50_000)] });

  it('is counted beside what was skipped before, and the rest stays', () => {
    const { datasets, skipped } = withoutOversize(identity, 20_000);
    expect(datasets[0]?.Records.map(({ Key }) => Key)).toEqual(['small']);
    expect(skipped).toEqual([
      { Reason: 'InvalidName', Example: 'e' },
      { Reason: 'TooLarge', Example: `${IdentityId}/d` },
    ]);
    expect(identity.skipped).toHaveLength(1);
  });

  it('is measured, not guessed: what only might be too large stays', () => {
    expect(withoutOversize(identity, 60_000)).toEqual(identity);
    // Each of these characters takes six bytes in JSON.
    const escaped = identityOf({ name: 'd', records: [{ Key: 'e', Value: '\u0001'.repeat(9_000), SyncCount: 1 }] });
    expect(withoutOversize(escaped, 60_000)).toEqual(escaped);
    expect(withoutOversize(escaped, 50_000).skipped).toHaveLength(2);
  });
});

describe('messages of a limited size', () => {
  const records = Array.from({ length: 20 }, (_, n) => record(`k${n}`, 3_000));
  const limit = 20_000;
  const bodiesOf = (granularity: 'dataset' | 'identity') => [
    ...exportMessages(IdentityPoolId, identityOf({ name: 'a', records }, { name: 'b', records: [record('z', 5)] }), {
      granularity,
      since: undefined,
      limit,
    }),
  ];

  it.each(['dataset', 'identity'] as const)(
    '%s: numbered parts within the limit, together everything',
    (granularity) => {
      const bodies = bodiesOf(granularity) as { body: any }[];
      expect(bodies.length).toBeGreaterThan(3);
      for (const size of sizes(bodies)) expect(size).toBeLessThanOrEqual(limit);
      const found = bodies.flatMap(({ body }) =>
        (granularity === 'dataset' ? [body] : body.Datasets).flatMap((dataset: any) =>
          dataset.Records.map((each: any) => `${dataset.DatasetName}/${each.Key}`),
        ),
      );
      expect(found).toEqual([...records.map(({ Key }) => `a/${Key}`), 'b/z']);
      const numbered = bodies.filter(({ body }) => body.Parts > 1);
      expect(numbered.map(({ body }) => body.Part)).toEqual(
        Array.from({ length: numbered[0]?.body.Parts as number }, (_, n) => n + 1),
      );
      for (const { body } of bodies) {
        expect(body).toMatchObject({ Kind: granularity, IdentityPoolId, IdentityId });
        expect(body.Records?.length ?? body.Datasets.length).toBeGreaterThan(0);
      }
    },
  );

  it('each has an id of its own, and what fits is one part of one', () => {
    const items = bodiesOf('dataset').map(({ item }) => item);
    expect(new Set(items).size).toBe(items.length);
    const [whole, ...none] = [
      ...exportMessages(IdentityPoolId, identityOf({ name: 'a', records }), {
        granularity: 'dataset',
        since: undefined,
        limit: 1_000_000,
      }),
    ];
    expect(none).toEqual([]);
    expect(whole?.body).toMatchObject({ Kind: 'dataset', DatasetName: 'a', Part: 1, Parts: 1 });
  });
});

describe('the concurrency of an export', () => {
  const read = (Concurrency: unknown) => readInput('E', exportInput, { IdentityPoolId, Concurrency }).Concurrency;
  it.each([1, 10, '1', ' 10 '])('%j is one', (value) => expect(read(value)).toBe(Number(value)));
  it.each([0, 11, 1.5, -1, 'many', true, {}, [], '0'])('%j is none', (value) => {
    expect(() => read(value)).toThrow('Concurrency must be a whole number from 1 to 10');
  });
});

describe('an export under load', () => {
  const throttled = new ConnectorError('TooManyRequestsException', {
    operation: 'ListDatasets',
    message: 'no',
    status: 429,
    retry: 'always',
  });
  const one = { ids: [IdentityId] };
  const read = (client: ReturnType<typeof answering>, identities: () => Promise<typeof one>) =>
    all(exportPool({ client, IdentityPoolId, identities }, {}, {}, { concurrency: 1, restarted: () => undefined }));

  it('leaves waiting to the calls themselves: what they give up on ends it', async () => {
    const refused = new ConnectorError('AccessDeniedException', { operation: 'ListDatasets', message: 'no' });
    for (const failure of [throttled, refused]) {
      const client = answering(failure, {});
      await expect(read(client, () => Promise.resolve(one))).rejects.toBe(failure);
      expect(client.waits).toEqual([]);
    }
  });
});

describe('a list of identities whose token is refused', () => {
  const refused = (name: string) => new ConnectorError(name, { operation: 'ListIdentities', message: 'no' });
  const readFrom = async (cursor: { token?: string; after?: string }, answers: (object | Error)[]) => {
    let restarts = 0;
    const tokens: (string | undefined)[] = [];
    const identities = (token: string | undefined) => {
      tokens.push(token);
      const next = answers.shift() as { ids: string[] } | Error;
      return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
    };
    const source = { client: answering({}), IdentityPoolId, identities };
    const read = await all(exportPool(source, {}, cursor, { concurrency: 1, restarted: () => restarts++ })).catch(
      (error: unknown) => error,
    );
    return { read, restarts, tokens };
  };

  it('begins anew, once, where it goes on from a saved one', async () => {
    const { restarts, tokens } = await readFrom({ token: 'old', after: IdentityId }, [
      refused('InvalidParameterException'),
      { ids: [IdentityId] },
    ]);
    expect({ restarts, tokens }).toEqual({ restarts: 1, tokens: ['old', undefined] });
  });

  it.each([
    ['another error', { token: 'old' }, [refused('AccessDeniedException')]],
    ['no saved token', {}, [refused('InvalidParameterException')]],
    [
      'a later page',
      { token: 'old' },
      [{ ids: ['us-east-1:1'], NextToken: 'n' }, refused('InvalidParameterException')],
    ],
    [
      'a second refusal',
      { token: 'old' },
      [refused('InvalidParameterException'), refused('InvalidParameterException')],
    ],
  ])('fails with %s', async (title, cursor, answers) => {
    const { read, restarts } = await readFrom(cursor, answers as (object | Error)[]);
    expect(read).toBeInstanceOf(ConnectorError);
    expect(restarts).toBe(title === 'a second refusal' ? 1 : 0);
  });
});

it.each([[null], [7], [{ token: 1 }], [{ after: {} }], [[]]])('%j is no cursor', (saved) => {
  expect(isCursor(saved)).toBe(false);
});
it('a cursor and totals are known again', () => {
  expect(isCursor({ token: 't', after: 'a' })).toBe(true);
  expect(isTotals({ ...noTotals, Skipped: [{ Reason: 'r', Example: 'e', Count: 1 }] })).toBe(true);
  for (const Skipped of [{}, [null], [{ Reason: 7, Count: 1 }], [{ Reason: 'r' }]]) {
    expect(isTotals({ ...noTotals, Skipped })).toBe(false);
  }
  expect(isTotals({ ...noTotals, Bytes: null })).toBe(false);
});
