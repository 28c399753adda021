import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startServer } from '../../server';
import { testServer, type Hooks } from '../../server/suite';

const ROOT = join(__dirname, '../..');
const guide = readFileSync(join(ROOT, 'docs/local-server.md'), 'utf8');
const [, example = ''] = /^```ts jest\n([^]*?)^```$/m.exec(guide) ?? [];

/** Whether each test finds the server as it was at first, whatever the one before did. */
const isolation = (framework: string) => `
import { localCognitoSync } from 'amazon-cognito-sync-connector/server/${framework}';

const cognito = localCognitoSync({ seedFile: 'seed.ndjson', keys: [{ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' }] });
const where = (DatasetName: string) => ({
  IdentityPoolId: cognito.identityPoolId, IdentityId: 'us-east-1:87654321-4321-4321-4321-210987654321', DatasetName,
});
let endpoint: string;

test('the options are used', () => {
  endpoint = cognito.endpoint;
  expect(cognito.credentials).toEqual({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' });
  expect(cognito.region).toBe('us-east-1');
});

for (const run of [1, 2]) {
  test('nothing is left of the test before, ' + run, async () => {
    const { control, faults, clock, calls } = cognito.server;
    expect(control.read(where('mine'))).toBeUndefined();
    expect(control.read(where('seeded'))).toEqual({ a: '1' });
    expect([faults.list().next, calls(), Math.abs(clock.now() - Date.now()) < 60_000]).toEqual([[], 0, true]);
    control.write(where('mine'), { a: '1' });
    control.write(where('seeded'), { a: 'other' });
    faults.next({ kind: '503' });
    clock.advance(86_400_000);
    await fetch(cognito.endpoint + '/identitypools');
  });
}

describe('another server in a describe', () => {
  const other = localCognitoSync();
  test('runs beside the first', () => {
    expect(other.endpoint).not.toBe(endpoint);
    expect(cognito.endpoint).toBe(endpoint);
  });
});
`;

interface Results {
  readonly success: boolean;
  readonly numPassedTests: number;
  readonly numFailedTests: number;
}

describe.each(['jest', 'vitest'] as const)('the helper for %s', (framework) => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'cognito-sync-frameworks-'));
    const link = (target: string, name: string) => {
      const file = join(folder, 'node_modules', name);
      mkdirSync(dirname(file), { recursive: true });
      symlinkSync(target, file);
    };
    for (const name of ['@aws-sdk', 'ts-jest', 'jest', 'vitest']) link(join(ROOT, 'node_modules', name), name);
    link(ROOT, 'amazon-cognito-sync-connector');
    writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }');
    writeFileSync(
      join(folder, 'tsconfig.json'),
      '{ "compilerOptions": { "module": "commonjs", "target": "es2022", "isolatedModules": true } }',
    );
    writeFileSync(
      join(folder, 'seed.ndjson'),
      '{"IdentityId":"us-east-1:87654321-4321-4321-4321-210987654321","DatasetName":"seeded","Key":"a","Value":"1"}\n',
    );
    writeFileSync(join(folder, 'example.test.ts'), example.replace('/server/jest', `/server/${framework}`));
    writeFileSync(join(folder, 'isolation.test.ts'), isolation(framework));
    const config = { testEnvironment: 'node', transform: { '\\.ts$': ['ts-jest', { diagnostics: false }] } };
    writeFileSync(join(folder, 'jest.config.json'), JSON.stringify(config));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it(`runs the tests of the guide in real ${framework}, each on a server as at first`, async () => {
    const results = join(folder, 'results.json');
    const args = {
      jest: [
        join(ROOT, 'node_modules/jest/bin/jest.js'),
        '-c',
        'jest.config.json',
        '-i',
        '--json',
        `--outputFile=${results}`,
      ],
      vitest: [
        join(ROOT, 'node_modules/vitest/vitest.mjs'),
        'run',
        '--globals',
        '--reporter=json',
        `--outputFile=${results}`,
      ],
    };
    const env = { PATH: process.env['PATH'], HOME: process.env['HOME'] };
    const output = await new Promise<string>((resolve) => {
      execFile(process.execPath, args[framework], { cwd: folder, env }, (_, stdout, stderr) =>
        resolve(stdout + stderr),
      );
    });
    let found: Results;
    try {
      found = JSON.parse(readFileSync(results, 'utf8')) as Results;
    } catch {
      throw new Error(output);
    }
    expect([found.numPassedTests, found.numFailedTests, found.success, found.success ? '' : output]).toEqual([
      6,
      0,
      true,
      '',
    ]);
  }, 120_000);
});

it('says where the server of a suite can be used', async () => {
  const runs: (() => Promise<void>)[] = [];
  const hooks = Object.fromEntries(
    ['beforeAll', 'beforeEach', 'afterAll'].map((name) => [name, (run: () => Promise<void>) => runs.push(run)]),
  ) as unknown as Hooks;
  const suite = testServer(startServer, hooks);
  expect(() => suite.endpoint).toThrow('starts before the first test: use it inside of a test or a hook');
  const [start, , stop] = runs;
  await start?.();
  expect(suite.clientOptions).toEqual({
    endpoint: suite.server.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIDLOCAL', secretAccessKey: 'local-secret' },
  });
  await stop?.();
  expect(() => suite.server).toThrow('starts before the first test');
});
