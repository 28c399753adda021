import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { COMPONENT_ROOT } from '../flow/support/sailor';
import { exportTo } from './committed';

const INSTALL_MS = 5 * 60_000;
const { version, devDependencies } = JSON.parse(fs.readFileSync(path.join(COMPONENT_ROOT, 'package.json'), 'utf8')) as {
  version: string;
  devDependencies: Record<string, string>;
};

const PROGRAM = `
import { startServer, type Call } from 'amazon-cognito-sync-connector/server';
import { localCognitoSync, type TestServer } from 'amazon-cognito-sync-connector/server/jest';
import { localCognitoSync as inVitest } from 'amazon-cognito-sync-connector/server/vitest';

export const started = startServer({ pools: ['us-east-1:0'], onCall: (call: Call) => call.operation, faults: [{ kind: '429', rate: 0 }] });
export const reset: Promise<void> = started.then((server) => server.reset());
export const suites: TestServer[] = [localCognitoSync(), inVitest({ seedFile: 'x' })];
// @ts-expect-error No such option.
export const wrong = startServer({ ports: 1 });
`;

/** The package as another project installs it. */
describe('the package, installed with lmdb beside it', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cognito-sync-connector-package-'));
  const [source, project] = [path.join(folder, 'source'), path.join(folder, 'project')];
  // A compiler tells what it found on its output, which execFileSync keeps out of its message.
  const run = (command: string, args: string[], cwd = project) => {
    const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
    if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
    return stdout;
  };

  beforeAll(() => {
    for (const each of [source, project]) fs.mkdirSync(each);
    exportTo(source);
    fs.symlinkSync(path.join(COMPONENT_ROOT, 'node_modules'), path.join(source, 'node_modules'));
    run('npm', ['pack', '--pack-destination', folder], source);
    fs.writeFileSync(path.join(project, 'package.json'), '{ "private": true }');
    const packed = path.join(folder, `amazon-cognito-sync-connector-${version}.tgz`);
    run('npm', ['install', '--no-audit', packed, `lmdb@${devDependencies['lmdb']}`]);
  }, INSTALL_MS);
  afterAll(() => fs.rmSync(folder, { recursive: true }));

  it('has the command', () => {
    expect(run('node_modules/.bin/local-cognito-sync', ['--version'])).toBe(`${version}\n`);
  });

  it('has the server as a module, for require and for import', () => {
    const script =
      'startServer().then(async (server) => { console.log((await fetch(server.endpoint + "/ready")).status); await server.stop(); })';
    const name = 'amazon-cognito-sync-connector/server';
    expect(run('node', ['-e', `const { startServer } = require('${name}'); ${script}`])).toBe('200\n');
    expect(run('node', ['--input-type=module', '-e', `import { startServer } from '${name}'; ${script}`])).toBe(
      '200\n',
    );
  });

  it.each(['bundler', 'node16'])('has types, as module resolution %s finds them', (moduleResolution) => {
    fs.writeFileSync(path.join(project, 'program.mts'), PROGRAM);
    const module = moduleResolution === 'bundler' ? 'esnext' : moduleResolution;
    const args = [
      '--noEmit',
      '--strict',
      '--target',
      'es2022',
      '--module',
      module,
      '--moduleResolution',
      moduleResolution,
    ];
    const types = ['--types', 'node', '--typeRoots', path.join(COMPONENT_ROOT, 'node_modules/@types')];
    run(path.join(COMPONENT_ROOT, 'node_modules/.bin/tsc'), [...args, ...types, 'program.mts']);
  });
});
