import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { LocalServer } from '../../server';
import { command } from '../support/command';
import { DATASET, localServer, POOL } from '../support/local';

jest.setTimeout(60_000);

let server: LocalServer;
let folder: string;
beforeEach(async () => {
  server = await localServer();
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'step-'));
});
afterEach(async () => {
  fs.rmSync(folder, { recursive: true, force: true });
  await server.stop();
});

const step = (args: string[], body: object = {}) =>
  command(server.endpoint, 'step', args, { input: JSON.stringify(body) });
const keysOf = (stdout: string) =>
  stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => (JSON.parse(line) as { Key: string }).Key);

it('goes on from the snapshot of the run before, and keeps it in a file', async () => {
  const snapshot = path.join(folder, 'snapshot.json');
  const place = Object.entries(DATASET).map(([field, value]) => `${field}=${value}`);
  const poll = () => step(['GetNewAndUpdatedRecords', '-', ...place, '--snapshot', snapshot]);
  server.control.write(DATASET, { a: '1' });
  expect(keysOf((await poll()).stdout)).toEqual(['a']);
  expect(JSON.parse(fs.readFileSync(snapshot, 'utf8'))).toEqual({ ...DATASET, lastSyncCount: 1, deletions: 0 });
  server.control.write(DATASET, { b: '1' });
  expect(keysOf((await poll()).stdout)).toEqual(['b']);
  const third = await poll();
  expect([third.code, third.stdout]).toEqual([0, '']);
  expect(fs.readdirSync(folder)).toEqual(['snapshot.json']);
});

it.each([
  [
    'a field that the step does not have',
    ['ListRecords', '-', 'emitBehavior=fetchAll'],
    /^ListRecords has no field «emitBehavior»; it and the credential have .*emitBehaviour/,
  ],
  ['a field of another step', ['UpsertRecords', '-', 'ifNotFound=error'], /^UpsertRecords has no field «ifNotFound»/],
  ['a field without a value', ['ListRecords', '-', 'errorPolicy'], /^A step field is given as field=value/],
  [
    'a step that there is not, whatever else is wrong',
    ['ListRecord', 'nowhere.json'],
    /^There is no action «ListRecord»\. There are: /,
  ],
  [
    'a snapshot that is no JSON',
    ['GetNewAndUpdatedRecords', '-', '--snapshot', 'README.md'],
    /^README\.md is not JSON/,
  ],
])('refuses %s before anything is sent', async (_, args, problem) => {
  const { code, stdout, stderr } = await step(args);
  expect([code, stdout, stderr]).toEqual([1, '', expect.stringMatching(problem)]);
  expect(server.calls()).toBe(0);
});

it.each([
  ['a misspelt member', 'ListIdentityPoolUsage', { MaxResult: 1 }, 'has no member "MaxResult"'],
  [
    'a malformed pool id',
    'ListRecords',
    { ...DATASET, IdentityPoolId: 'pool' },
    'IdentityPoolId must be an identity pool id',
  ],
  [
    'a malformed pool id of a list',
    'ListIdentities',
    { IdentityPoolId: 'pool' },
    'IdentityPoolId must be an identity pool id',
  ],
  [
    'a malformed pool id of an export',
    'ExportIdentityPool',
    { IdentityPoolId: 'pool' },
    'IdentityPoolId must be an identity pool id',
  ],
  ['a missing member', 'DescribeDataset', { IdentityPoolId: POOL, DatasetName: 'd' }, 'IdentityId is required'],
])('says %s before a missing region', async (_, name, body, problem) => {
  const { code, stderr } = await step([name, '-'], body);
  expect([code, stderr]).toEqual([1, expect.stringContaining(`${name}: InvalidInput: `)]);
  expect(stderr).toContain(problem);
});
