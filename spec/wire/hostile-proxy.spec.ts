import { process as UpsertRecords } from '../../lib/actions/UpsertRecords';
import type { LocalServer } from '../../server';
import { cognitoSync } from '../../lib/cognito-sync/client';
import { wholeDataset } from '../../lib/datasets/whole-dataset';
import { cfgOf, DATASET, KEYS, localServer } from '../support/local';
import { HostileProxy, PROXY_FATES } from '../support/hostile-proxy';
import { run } from '../support/run';

/** The same as the histories, over real connections that are cut at any byte: few, since what is late takes its time. */

let server: LocalServer;
beforeEach(async () => {
  server = await localServer();
  process.env['API_REQUEST_TIMEOUT'] = '500';
  process.env['API_RETRIES_COUNT'] = '4';
});
afterEach(async () => {
  delete process.env['API_REQUEST_TIMEOUT'];
  delete process.env['API_RETRIES_COUNT'];
  await server.stop();
});

/** Reads past the proxy how many writes a dataset counts. */
const judge = () =>
  cognitoSync({
    region: 'us-east-1',
    endpoint: { origin: server.endpoint, host: new URL(server.endpoint).host },
    credentials: { current: () => KEYS },
    policy: { retries: 0, timeoutMs: 5_000 },
  });

it.each(PROXY_FATES)(
  '%s: each write takes effect once, or its outcome is said to be unknown',
  async (fate) => {
    const proxy = await HostileProxy.open(server.endpoint, { rate: 0.4, seed: 7, lateMs: 800, fates: [fate] });
    try {
      const runs = await Promise.all(
        Array.from({ length: 12 }, async (_, n) => {
          const DatasetName = `d${n}`;
          const body = { ...DATASET, DatasetName, Records: { key: `value ${n}` } };
          return {
            DatasetName,
            ...(await run(UpsertRecords, { id: `m${n}`, body }, cfgOf(server, { endpoint: proxy.endpoint }))),
          };
        }),
      );
      await proxy.settled();
      expect(proxy.counts.get(fate)).toBeGreaterThan(0);
      for (const { DatasetName, error } of runs) {
        const where = { ...DATASET, DatasetName };
        const { syncCount: written } = await wholeDataset(judge(), where);
        if (error === undefined) expect([DatasetName, written]).toEqual([DatasetName, 1]);
        else if (error.name !== 'OutcomeUnknown')
          expect([DatasetName, error.name, written]).toEqual([DatasetName, error.name, 0]);
        expect(written).toBeLessThanOrEqual(1);
      }
    } finally {
      await proxy.close();
    }
  },
  60_000,
);
