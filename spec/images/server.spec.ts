import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { COMPONENT_ROOT } from '../flow/support/sailor';
import { selfSigned } from '../support/certificate';
import { exportTo } from './committed';
import { replay, type Image } from './dockerfile';

const INSTALL_MS = 5 * 60_000;
/** The image's user, where this machine lets us be somebody else. */
const NOBODY = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

/** The image of the local server, replayed by the instructions of its Dockerfile. */
describe('the image of the local server', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cognito-sync-server-image-'));
  const [context, stages, data] = ['context', 'stages', 'data'].map((name) => path.join(folder, name)) as [
    string,
    string,
    string,
  ];
  let image: Image;

  beforeAll(() => {
    for (const each of [context, stages, data]) fs.mkdirSync(each);
    fs.chmodSync(folder, 0o755);
    fs.chmodSync(data, 0o777);
    exportTo(context);
    image = replay(path.join(context, 'server/Dockerfile'), context, stages);
  }, INSTALL_MS);
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

  /** Runs the image's command, with another port and place of the data than an image of its own would need. */
  async function started(...args: string[]): Promise<{ child: ChildProcess; endpoint: string }> {
    const [node = '', ...rest] = image.entrypoint.map((arg) => arg.replace('/data/', `${data}/`));
    const child = spawn(node, [...rest, '--port', '0', ...args], {
      cwd: image.at(image.workdir),
      env: { PATH: process.env['PATH'], COGNITO_SYNC_CONTROL_TOKEN: 'token' },
      stdio: ['ignore', 'pipe', 'inherit'],
      ...NOBODY,
    });
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    return { child, endpoint: line.slice('Cognito Sync is listening on '.length).replace('0.0.0.0', '127.0.0.1') };
  }
  const health = (endpoint: string) => {
    const [node = '', ...args] = image.healthcheck.slice(0);
    const asked = args.map((arg) => arg.replace('127.0.0.1:8000', new URL(endpoint).host));
    return promisify(execFile)(node, asked, { cwd: image.at(image.workdir), env: { PATH: process.env['PATH'] } }).then(
      () => 0,
      ({ code }: { code: number }) => code,
    );
  };

  it('is of its own user, with a volume, a port and a health check', () => {
    expect([image.user, image.volumes, image.exposed]).toEqual(['node', ['/data'], ['8000']]);
    expect(image.entrypoint.join(' ')).toBe('node server.js --host 0.0.0.0 --port 8000 --data /data/sync.mdb');
  });

  it('holds the bundle, lmdb and what that needs, and nothing else', () => {
    const home = image.at(image.workdir);
    const { packages } = JSON.parse(fs.readFileSync(path.join(COMPONENT_ROOT, 'package-lock.json'), 'utf8')) as {
      packages: Record<
        string,
        { dependencies?: Record<string, string>; optionalDependencies?: Record<string, string> }
      >;
    };
    const needed = new Set<string>();
    const visit = (name: string) => {
      if (needed.has(name)) return;
      needed.add(name);
      const { dependencies, optionalDependencies } = packages[`node_modules/${name}`] ?? {};
      Object.keys({ ...dependencies, ...optionalDependencies }).forEach(visit);
    };
    visit('lmdb');
    const installed = fs
      .readdirSync(path.join(home, 'node_modules'))
      .flatMap((name) =>
        name.startsWith('@')
          ? fs.readdirSync(path.join(home, 'node_modules', name)).map((each) => `${name}/${each}`)
          : [name],
      );
    expect(fs.readdirSync(home).sort()).toEqual(['node_modules', 'server.js']);
    expect(installed.filter((name) => !needed.has(name))).toEqual([]);
    expect(installed).toContain('lmdb');
  });

  it('serves, keeps its data over a restart, and ends with 0', async () => {
    const records = {
      IdentityPoolId: 'us-east-1:00000000-0000-4000-8000-000000000001',
      IdentityId: 'us-east-1:0',
      DatasetName: 'd',
    };
    const headers = { authorization: 'Bearer token' };
    for (const round of [1, 2]) {
      const { child, endpoint } = await started();
      expect(await health(endpoint)).toBe(0);
      const body = JSON.stringify({ ...records, records: { [`k${round}`]: '1' } });
      await fetch(`${endpoint}/_local/records`, { method: 'POST', headers, body });
      const answer = await fetch(`${endpoint}/_local/records?${new URLSearchParams(records).toString()}`, { headers });
      expect(await answer.json()).toEqual({ records: round === 1 ? { k1: '1' } : { k1: '1', k2: '1' } });
      expect((await fetch(`${endpoint}/_local`)).status).toBe(401);
      child.kill('SIGTERM');
      expect(await once(child, 'exit')).toEqual([0, null]);
      expect(await health(endpoint)).toBe(1);
    }
    expect(fs.statSync(path.join(data, 'sync.mdb')).mode & 0o777).toBe(0o600);
  });

  it('is healthy with a certificate, too', async () => {
    const { cert, key } = selfSigned();
    const [certFile, keyFile] = [path.join(data, 'cert.pem'), path.join(data, 'key.pem')];
    fs.writeFileSync(certFile, cert);
    fs.writeFileSync(keyFile, key, { mode: 0o644 });
    const { child, endpoint } = await started('--tls-cert', certFile, '--tls-key', keyFile);
    expect(endpoint).toMatch(/^https:/);
    expect(await health(endpoint)).toBe(0);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});
