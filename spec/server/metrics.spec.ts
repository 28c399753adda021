import parse from 'parse-prometheus-text-format';
import type { LocalServer } from '../../server';
import { localServer } from '../support/local';
import { DatasetClient, put, raw, refusal, syncClient } from '../support/server';

let server: LocalServer;
beforeEach(async () => {
  server = await localServer();
});
afterEach(() => server.stop());

async function families() {
  const { status, headers, body } = await raw(server, 'GET', '/_local/metrics');
  expect([status, headers['content-type']]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
  return Object.fromEntries(parse(body).map((family) => [family.name, family]));
}

it('are in the form that Prometheus reads', async () => {
  const data = new DatasetClient(syncClient(server));
  await data.write(put('a', '1'));
  server.faults.next({ kind: '503' });
  await refusal(data.list());
  server.rateLimits.set({ perSecond: 0.001, burst: 1 });
  await data.list();
  await refusal(data.list());
  await raw(server, 'GET', '/nonsense');
  const found = await families();
  expect(Object.values(found).map(({ name, type }) => [name, type])).toEqual([
    ['cognito_sync_calls_total', 'COUNTER'],
    ['cognito_sync_throttled_total', 'COUNTER'],
    ['cognito_sync_call_duration_seconds', 'HISTOGRAM'],
    ['cognito_sync_changes_total', 'COUNTER'],
    ['cognito_sync_transactions_total', 'COUNTER'],
    ['cognito_sync_database_bytes', 'GAUGE'],
  ]);
  expect(found['cognito_sync_calls_total']?.metrics).toEqual([
    { labels: { operation: 'ListRecords', status: '200' }, value: '2' },
    { labels: { operation: 'ListRecords', status: '503' }, value: '1' },
    { labels: { operation: 'ListRecords', status: '429' }, value: '1' },
    { labels: { operation: 'UpdateRecords', status: '200' }, value: '1' },
    { labels: { operation: 'none', status: '404' }, value: '1' },
  ]);
  expect(found['cognito_sync_throttled_total']?.metrics).toEqual([{ value: '1' }]);
});

it('count each call in one bucket of its duration', async () => {
  const data = new DatasetClient(syncClient(server));
  await data.list();
  server.faults.next({ kind: 'latency', ms: 120 });
  await data.list();
  const [metric] = (await families())['cognito_sync_call_duration_seconds']?.metrics ?? [];
  const buckets = metric?.buckets ?? {};
  expect([buckets['0.1'], buckets['10'], buckets['+Inf']]).toEqual(['1', '2', '2']);
  const bounds = Object.keys(buckets).sort(
    (a, b) => Number(a.replace('+Inf', 'Infinity')) - Number(b.replace('+Inf', 'Infinity')),
  );
  const counts = bounds.map((bound) => Number(buckets[bound]));
  expect(counts).toEqual([...counts].sort((a, b) => a - b));
  const { body } = await raw(server, 'GET', '/_local/metrics');
  const sample = (suffix: string) =>
    Number(
      new RegExp(`^cognito_sync_call_duration_seconds_${suffix}{operation="ListRecords"} (.*)$`, 'm').exec(body)?.[1],
    );
  expect(sample('sum')).toBeGreaterThan(0.12);
  expect(sample('count')).toBe(2);
});

it('show what the database has taken', async () => {
  const value = async (name: string) => Number((await families())[`cognito_sync_${name}`]?.metrics[0]?.value);
  const [changes, transactions, bytes] = [
    await value('changes_total'),
    await value('transactions_total'),
    await value('database_bytes'),
  ];
  const data = new DatasetClient(syncClient(server));
  for (let i = 0; i < 3; i++) await data.write(put(`k${i}`, 'x'.repeat(100_000)));
  expect(await value('changes_total')).toBeGreaterThanOrEqual(changes + 3);
  expect(await value('transactions_total')).toBeGreaterThanOrEqual(transactions + 3);
  expect(await value('database_bytes')).toBeGreaterThanOrEqual(bytes + 300_000);
});

it('are for those whom the control is for', async () => {
  expect((await raw(server, 'GET', '/_local/metrics', { origin: 'http://localhost' })).status).toBe(403);
  expect((await raw(server, 'POST', '/_local/metrics')).status).toBe(404);
});
