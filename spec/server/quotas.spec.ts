import { DescribeDatasetCommand } from '@aws-sdk/client-cognito-sync';
import type { LocalServer } from '../../server';
import { DATASET, localServer } from '../support/local';
import { DatasetClient, put, refusal, remove, syncClient } from '../support/server';

const EXCEEDED = { name: 'LimitExceededException', status: 400, message: expect.any(String) as string };

describe('the quotas of AWS', () => {
  let server: LocalServer;
  let data: DatasetClient;
  beforeAll(async () => {
    server = await localServer();
    data = new DatasetClient(syncClient(server));
  });
  afterAll(() => server.stop());
  const named = (DatasetName: string) => new DatasetClient(data.client, { ...DATASET, DatasetName });

  it('are 20 datasets per identity, deleted ones not counted', async () => {
    for (let i = 0; i < 20; i++)
      server.control.write({ ...DATASET, IdentityId: 'us-east-1:a', DatasetName: `d${i}` }, { a: '1' });
    const last = new DatasetClient(data.client, { ...DATASET, IdentityId: 'us-east-1:a', DatasetName: 'd20' });
    expect(await refusal(last.write(put('a', '1')))).toEqual(EXCEEDED);
  });

  it('are 1,024 records per dataset', async () => {
    const full = named('records');
    await full.write(...Array.from({ length: 1024 }, (_, i) => put(`k${i}`, '1')));
    expect(await refusal(full.write(put('one-more', '1')))).toEqual(EXCEEDED);
    await full.write(remove('k0', 1), put('one-more', '1'));
    expect((await full.client.send(new DescribeDatasetCommand(full.dataset))).Dataset?.NumRecords).toBe(1024);
  });

  it('are 1,024 patches per call', async () => {
    const patches = Array.from({ length: 1025 }, (_, i) => remove(`k${i}`, 0));
    expect(await refusal(named('patches').write(...patches))).toEqual(EXCEEDED);
  });

  it('are 1 MiB of keys and values per dataset', async () => {
    const full = named('bytes');
    await full.write(put('k', 'v'.repeat(1024 * 1024 - 1)));
    expect(await refusal(full.write(put('l', '')))).toEqual(EXCEEDED);
    expect(await refusal(full.write(put('k', `${'v'.repeat(1024 * 1024 - 2)}ü`, 1)))).toEqual(EXCEEDED);
    await full.write(put('k', '', 1), put('l', ''));
    expect(Object.keys(await full.records())).toEqual(['k', 'l']);
  });
});

it('takes other quotas', async () => {
  const server = await localServer({ quotas: { datasetsPerIdentity: 1, recordsPerDataset: 1, bytesPerDataset: 3 } });
  const data = new DatasetClient(syncClient(server));
  expect(await refusal(data.write(put('key', '1')))).toEqual(EXCEEDED);
  await data.write(put('k', '1'));
  expect(await refusal(data.write(put('l', '1')))).toEqual(EXCEEDED);
  expect(
    await refusal(new DatasetClient(data.client, { ...DATASET, DatasetName: 'other' }).write(put('k', '1'))),
  ).toEqual(EXCEEDED);
  await server.stop();
});
