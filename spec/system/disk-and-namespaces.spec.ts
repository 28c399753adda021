import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LocalServer } from '../../server';
import { Clock } from '../../server/clock';
import { DATASET, localServer, POOL } from '../support/local';
import { bareServer, serverProcess, type ServerProcess } from '../support/process';
import { DatasetClient, put, syncClient } from '../support/server';

/** Root of a namespace of its own, where we are not root outside of it. */
const UNSHARE = ['--mount', ...(process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'])];
const NODE = [
  process.execPath,
  'dist/server.js',
  '--pool',
  POOL,
  '--max-records',
  '1000000',
  '--max-bytes',
  '100000000',
];

let folder: string;
let servers: ServerProcess[];
beforeAll(() => {
  try {
    execFileSync('unshare', [...UNSHARE, 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'pipe' });
  } catch (error) {
    throw new Error(`This machine lets nobody mount a file system in a namespace: ${(error as Error).message}`);
  }
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cognito-sync-system-'));
  servers = [];
});
afterEach(async () => {
  const isRunning = ({ child }: ServerProcess) => child.exitCode === null && child.signalCode === null;
  for (const server of servers.filter(isRunning)) await server.end('SIGKILL');
  rmSync(folder, { recursive: true });
});

async function started(...args: string[]): Promise<ServerProcess> {
  const server = await serverProcess('unshare', ...args);
  servers.push(server);
  return server;
}

const view = (server: ServerProcess, DatasetName = 'profile') =>
  new DatasetClient(syncClient({ ...server, clock: new Clock() } as unknown as LocalServer), {
    ...DATASET,
    DatasetName,
  });
const statusOf = async ({ endpoint }: ServerProcess, path: string) => (await fetch(endpoint + path)).status;
const value = (i: number) => `${i} `.padEnd(200_000, 'x');

describe('a disk that is full', () => {
  it('fails the writes that it has no room for, and nothing that it has acknowledged', async () => {
    const data = join(folder, 'data.mdb');
    const mount =
      'mount -t tmpfs -o size=16m tmpfs "$0" && dd if=/dev/zero of="$0/ballast" bs=1M count=8 2>/dev/null && exec "$@"';
    const server = await started(...UNSHARE, 'sh', '-c', mount, folder, ...NODE, '--data', data);
    const inside = (file: string) => `/proc/${server.child.pid}/root${folder}/${file}`;
    const acknowledged: number[] = [];
    let refused = 0;
    let next = 0;
    const write = async () => {
      const i = next++;
      try {
        await view(server, `d${i % 5}`).write(put(`k${i}`, value(i)));
        acknowledged.push(i);
      } catch (error) {
        expect((error as Error).name).toBe('InternalErrorException');
        refused += 1;
      }
    };
    while (refused < 10) await Promise.all([write(), write(), write()]);
    expect(acknowledged.length).toBeGreaterThan(15);

    // Reads go on.
    expect([await statusOf(server, '/health'), await statusOf(server, '/ready')]).toEqual([200, 503]);
    const before = await view(server, 'd0').records();
    expect(Object.keys(before)).toEqual(
      expect.arrayContaining(acknowledged.filter((i) => i % 5 === 0).map((i) => `k${i}`)),
    );

    // Writes go on as soon as there is room.
    rmSync(inside('ballast'));
    expect(await statusOf(server, '/ready')).toBe(200);
    const count = acknowledged.length;
    for (let i = 0; i < 10; i++) await write();
    expect(acknowledged.length).toBe(count + 10);

    server.child.kill('SIGSTOP');
    const copy = join(folder, 'copy.mdb');
    copyFileSync(inside('data.mdb'), copy);
    server.child.kill('SIGCONT');
    await server.end('SIGKILL');
    const again = await localServer({ dataFile: copy });
    const stored = Object.assign(
      {},
      ...[0, 1, 2, 3, 4].map((d) => again.control.read({ ...DATASET, DatasetName: `d${d}` }) ?? {}),
    ) as Record<string, string>;
    await again.stop();
    expect(acknowledged.filter((i) => stored[`k${i}`] !== value(i))).toEqual([]);
  }, 120_000);
});

describe('a file that a server in another container has', () => {
  const container = (...args: string[]) =>
    started(...UNSHARE, '--pid', '--fork', '--mount-proc', '--kill-child=SIGKILL', ...NODE, ...args);

  it('is refused by name, whichever process ids there are, until that server is gone', async () => {
    const data = join(folder, 'data.mdb');
    const first = await container('--data', data);
    await view(first).write(put('a', '1'));
    await expect(container('--data', data)).rejects.toThrow(`${data} is in use by another server`);
    await expect(bareServer('--data', data)).rejects.toThrow(`${data} is in use by another server`);
    await view(first).write(put('b', '2'));
    await first.end('SIGKILL');
    const second = await container('--data', data);
    expect(await view(second).records()).toEqual({ a: [1, '1'], b: [2, '2'] });
  }, 60_000);

  it('is had by one at most of those that start at the same time', async () => {
    const data = join(folder, 'data.mdb');
    const outcomes = await Promise.allSettled([
      container('--data', data),
      container('--data', data),
      container('--data', data),
    ]);
    const refusals = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [String(outcome.reason)] : []));
    // Those that find each other in the same moment may all give way.
    expect(refusals.length).toBeGreaterThanOrEqual(2);
    for (const refusal of refusals) expect(refusal).toContain(`${data} is in use by another server`);
  }, 60_000);
});
