import fs from 'node:fs';
import { Store } from '../../server/state/store';
import type { LocalServer } from '../../server';
import { localServer } from '../support/local';
import { raw } from '../support/server';

let server: LocalServer;
beforeEach(async () => {
  server = await localServer();
});
afterEach(async () => {
  jest.restoreAllMocks();
  await server.stop();
});

const ask = async (method: string, target: string, headers: Record<string, string> = {}) => {
  const { status, body } = await raw(server, method, target, headers);
  return [status, body];
};

it('says that it is alive and ready, to everybody', async () => {
  expect(await ask('GET', '/health')).toEqual([200, 'alive\n']);
  expect(await ask('GET', '/ready')).toEqual([200, 'ready\n']);
  expect(await ask('HEAD', '/ready')).toEqual([200, '']);
  expect(await ask('GET', '/health', { host: 'balancer.example.com', 'x-forwarded-for': '10.0.0.1' })).toEqual([
    200,
    'alive\n',
  ]);
});

it('is struck by no fault, throttled by no limit, and counted nowhere', async () => {
  server.faults.rate({ kind: '503', rate: 1 });
  server.rateLimits.set({ perSecond: 0.001, burst: 1 });
  for (let i = 0; i < 3; i++) expect(await ask('GET', '/ready')).toEqual([200, 'ready\n']);
  expect(server.calls()).toBe(0);
});

it('lets no page read it', async () => {
  const { headers } = await raw(server, 'GET', '/health', { origin: 'http://localhost' });
  expect(headers['access-control-allow-origin']).toBeUndefined();
});

it('answers nothing else', async () => {
  expect(await ask('POST', '/health')).toEqual([405, 'Expected one of GET, HEAD\n']);
  expect((await ask('GET', '/healthy'))[0]).toBe(404);
});

it('is alive but not ready on a full disk, and says so', async () => {
  const statfs = jest.spyOn(fs, 'statfsSync').mockReturnValue({ bavail: 10, bsize: 4096 } as fs.StatsFs);
  expect(await ask('GET', '/ready')).toEqual([
    503,
    expect.stringMatching(/^writing failed: no space left on the disk/),
  ]);
  expect(await ask('GET', '/health')).toEqual([200, 'alive\n']);
  statfs.mockRestore();
  expect(await ask('GET', '/ready')).toEqual([200, 'ready\n']);
});

it('is not ready without its database', async () => {
  jest.spyOn(Store.prototype, 'check').mockImplementation(() => {
    throw new Error('the database is closed');
  });
  expect(await ask('GET', '/ready')).toEqual([503, 'the database is closed\n']);
});
