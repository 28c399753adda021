import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListIdentitiesCommand } from '@aws-sdk/client-cognito-identity';
import { BulkPublishCommand } from '@aws-sdk/client-cognito-sync';
import type { LocalServer } from '../../server';
import { DATASET, IDENTITY, localServer, POOL } from '../support/local';
import { DatasetClient, identityClient, put, raw, refusal, syncClient } from '../support/server';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const ROLE = { roleArn: 'arn:aws:iam::123456789012:role/Named' };

let folder: string;
let server: LocalServer;
const options = () => ({
  dataFile: join(folder, 'data.mdb'),
  now: () => NOW,
  roles: [ROLE],
  faults: [{ kind: 'latency', rate: 1, ms: 0 }] as const,
  rateLimits: [{ perSecond: 1000 }],
});
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cognito-sync-reset-'));
  server = await localServer(options());
});
afterEach(async () => {
  jest.restoreAllMocks();
  await server.stop();
  rmSync(folder, { recursive: true });
});

const reset = () => raw(server, 'POST', '/_local/reset');
const identities = async () =>
  (await identityClient(server).send(new ListIdentitiesCommand({ IdentityPoolId: POOL, MaxResults: 60 }))).Identities;
/** Everything that a server shows of itself. */
const shown = async () => ({
  pools: server.control.pools,
  keys: server.control.keys,
  faults: server.faults.list(),
  limits: server.rateLimits.list(),
  now: server.clock.now(),
  calls: server.calls(),
  trigger: server.control.trigger.stub,
  events: server.control.trigger.events.length,
  identities: await identities(),
  records: server.control.read(DATASET),
});

it('leaves what a start with the same options would, and nothing else', async () => {
  const before = { ...(await shown()), calls: 0 };
  await new DatasetClient(syncClient(server, server.control.vend(POOL, IDENTITY))).write(put('a', '1'));
  server.control.addPool({ IdentityPoolId: 'us-east-1:abc' });
  server.control.addKey({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' });
  server.control.addKey({ accessKeyId: 'AKIDLOCAL', secretAccessKey: 'another', deny: ['*'] });
  server.control.addIdentity(POOL, undefined, { 'login.local': 'user' });
  server.control.trigger.stub = { reply: 'refuse' };
  server.control.failBulkPublish('No stream');
  server.faults.next({ kind: '503', count: 5 });
  server.rateLimits.set({ perSecond: 1 });
  server.clock.advance(86_400_000);
  expect(await reset()).toMatchObject({ status: 200, body: '{}\n' });
  expect({ ...(await shown()), calls: 0 }).toEqual(before);
  expect(server.calls()).toBe(1);
  expect((await refusal(syncClient(server).send(new BulkPublishCommand({ IdentityPoolId: POOL })))).name).toBe(
    'InvalidParameterException',
  );
});

it('makes tokens and temporary credentials from before good for nothing', async () => {
  const vended = server.control.vend(POOL, IDENTITY);
  const client = new DatasetClient(syncClient(server, vended));
  const token = await client.token();
  await reset();
  expect((await refusal(client.list())).name).toMatch(/UnrecognizedClientException|InvalidSignatureException/);
  const again = new DatasetClient(syncClient(server));
  expect((await refusal(again.list(undefined, { SyncSessionToken: token }))).name).toBe('InvalidParameterException');
});

it('is on disk when it is answered, and so is what came right after it', async () => {
  server.seed({ identities: 50, datasetsPerIdentity: 2, recordsPerDataset: 5 });
  server.control.write(DATASET, { old: '1' });
  await reset();
  server.control.write({ ...DATASET, DatasetName: 'later' }, { new: '1' });
  await server.stop();
  server = await localServer(options());
  expect((await identities())?.map(({ IdentityId }) => IdentityId)).toEqual([IDENTITY]);
  expect(server.control.read(DATASET)).toBeUndefined();
  expect(server.control.read({ ...DATASET, DatasetName: 'later' })).toEqual({ new: '1' });
});

it('takes nothing of what is written in the same moment', async () => {
  server.seed({ identities: 3, datasetsPerIdentity: 1, recordsPerDataset: 1 });
  server.control.reset();
  const ids = server.seed({ identities: 3, datasetsPerIdentity: 1, recordsPerDataset: 2 });
  server.control.write(DATASET, { a: '1' });
  server.control.reset();
  server.seed({ identities: 2, datasetsPerIdentity: 1, recordsPerDataset: 2 });
  server.control.write(DATASET, { b: '1' });
  await server.stop();
  server = await localServer(options());
  expect((await identities())?.length).toBe(3);
  expect(server.control.read(DATASET)).toEqual({ b: '1' });
  expect(server.control.read({ ...DATASET, IdentityId: ids[1] ?? '', DatasetName: 'dataset-0' })).toHaveProperty(
    'key-1',
  );
});

it('meets calls under way without harm', async () => {
  const writers = Array.from({ length: 20 }, async (_, w) => {
    const data = new DatasetClient(syncClient(server), { ...DATASET, DatasetName: `d${w % 5}` });
    for (let i = 0; i < 5; i++) await data.write(put(`${w}.${i}`, 'x')).catch(() => undefined);
  });
  for (let i = 0; i < 5; i++) await reset();
  await Promise.all(writers);
  await reset();
  expect(await identities()).toEqual([]);
  expect((await raw(server, 'GET', '/_local/export')).body).toBe('');
});

it('goes on while a deleted pool is being swept', async () => {
  const pool = server.control.addPool();
  server.seed({ pool, identities: 3000, datasetsPerIdentity: 1, recordsPerDataset: 5 });
  server.control.deletePool(pool);
  await reset();
  server.control.write(DATASET, { a: '1' });
  await new Promise((resolve) => setTimeout(resolve, 50));
  await server.stop();
  server = await localServer(options());
  expect([server.control.pools, server.control.read(DATASET)]).toEqual([[POOL], { a: '1' }]);
});
