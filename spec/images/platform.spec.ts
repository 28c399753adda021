import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startServer, type LocalServer } from '../../server';
import { DEFAULT_KEY, defaultPool } from '../../server/options';
import { COMPONENT_ROOT } from '../flow/support/sailor';
import { serviceCall } from '../flow/support/service';
import { World } from '../flow/support/world';
import { exportTo } from './committed';

/** What the platform deletes from the folder before it makes the image. */
const DELETED = /^(?:spec.*|\.circleci|README\.md|LICENSE|\.idea)$/;
const INSTALL_MS = 5 * 60_000;

/** The packages that the files of a folder import. */
function packagesOf(folder: string): string[] {
  const files = fs.readdirSync(path.join(COMPONENT_ROOT, folder), { recursive: true, encoding: 'utf8' });
  const names = files
    .filter((file) => /\.(?:mjs|tsx?)$/.test(file))
    .map((file) => fs.readFileSync(path.join(COMPONENT_ROOT, folder, file), 'utf8'))
    .flatMap((text) =>
      [...text.matchAll(/\bfrom '((?:@[\w-]+\/)?[a-z][\w.-]*)(?:\/[^']*)?'/g)].map(([, name]) => name),
    );
  return [...new Set(names as string[])].sort();
}

/**
 * The platform's image build, replayed on the committed files: install, prune, delete. The tests that it runs in between
 * are those that have run before these.
 */
describe('the image that the platform builds', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cognito-sync-connector-image-'));
  const run = (command: string, ...args: string[]) => execFileSync(command, args, { cwd: folder, stdio: 'pipe' });
  let server: LocalServer;
  let world: World;

  beforeAll(async () => {
    exportTo(folder);
    run('npm', 'install', '--no-audit');
    run('npm', 'prune', '--omit=dev');
    for (const name of fs.readdirSync(folder))
      if (DELETED.test(name)) fs.rmSync(path.join(folder, name), { recursive: true });
    server = await startServer();
    world = await World.create();
  }, INSTALL_MS);

  afterAll(async () => {
    await world.close();
    await server.stop();
    fs.rmSync(folder, { recursive: true });
  });

  it.each([
    'typescript',
    'jest',
    'vitest',
    'lmdb',
    'ts-node',
    '@aws-sdk/client-cognito-sync',
    // What the workbench is made of.
    ...['@fontsource-variable/inter', '@fontsource-variable/jetbrains-mono', 'axe-core'],
    ...packagesOf('workbench').filter((name) => !packagesOf('lib').includes(name)),
  ])('holds no %s', (name) => {
    expect(fs.existsSync(path.join(folder, 'node_modules', name))).toBe(false);
  });

  it('holds one axios', () => {
    const found = run('npm', 'ls', 'axios', '--omit=dev', '--all', '--parseable').toString().trim().split('\n');
    expect(new Set(found).size).toBe(1);
  });

  it('processes a message', async () => {
    const config = { ...DEFAULT_KEY, endpoint: server.endpoint };
    const step = await world.step({ action: 'ListDatasets', config, root: folder });
    const [sailor] = await step.start();
    await step.send({ IdentityPoolId: defaultPool('us-east-1'), IdentityId: 'us-east-1:a9643f52-1f0a-4d0e' });
    expect((await step.data.next()).message.body).toMatchObject({ Datasets: [], Count: 0 });
    await expect(sailor?.stop()).resolves.toEqual({ code: 0, signal: null });
  });

  it.each([
    { key: DEFAULT_KEY, verified: true },
    { key: { ...DEFAULT_KEY, secretAccessKey: 'wrong-secret' }, verified: false },
  ])('answers verifyCredentials with $verified', async ({ key, verified }) => {
    const config = { ...key, endpoint: server.endpoint };
    const result = await serviceCall(world.api, { method: 'verifyCredentials', config, root: folder });
    expect(result).toMatchObject({ status: 'success', data: { verified } });
  });
});
