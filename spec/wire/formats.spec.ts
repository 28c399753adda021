import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { Database } from 'node-sqlite3-wasm';
import type { LocalServer } from '../../server';
import { command as commandAt } from '../support/command';
import { localServer, POOL } from '../support/local';

// Each command starts a process that reads TypeScript.
jest.setTimeout(60_000);

const OTHER = 'us-east-1:00000000-0000-4000-8000-000000000002';
const AWKWARD = { 'a,b "c"': 'x\r\ny', 'ключ 😀': ' \u2028\t', blank: '', '=1+1': "it's; -- no SQL", number: '007' };
let server: LocalServer;
let folder: string;
beforeEach(async () => {
  server = await localServer({ pools: [POOL, OTHER] });
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'formats-'));
});
afterEach(async () => {
  fs.rmSync(folder, { recursive: true, force: true });
  await server.stop();
});

const command = (script: string, args: string[]) => commandAt(server.endpoint, script, args);
const exportTo = (format: string, ...more: string[]) =>
  command('export', ['--pool', POOL, '--out', folder, '--format', format, ...more]);
const file = (format: string) => path.join(folder, `records.${format}`);

const identity = (n: number) => `us-east-1:00000000-0000-4000-8000-00000000000${n}`;
function seed(): void {
  for (const n of [1, 2, 3]) {
    for (const DatasetName of ['d', 'profile.v1:x']) {
      server.control.write(
        { IdentityPoolId: POOL, IdentityId: identity(n), DatasetName },
        { ...AWKWARD, n: String(n) },
      );
    }
  }
}
const held = (IdentityPoolId: string) =>
  [1, 2, 3].flatMap((n) =>
    ['d', 'profile.v1:x'].map((DatasetName) =>
      server.control.read({ IdentityPoolId, IdentityId: identity(n), DatasetName }),
    ),
  );

it.each(['ndjson', 'csv', 'sqlite', 'dynamodb-json'])(
  '%s comes back into another pool as it was, and a second time changes nothing',
  async (format) => {
    seed();
    const done = await exportTo(format);
    expect([done.code, JSON.parse(done.stdout)]).toMatchObject([0, { Identities: 3, Records: 36 }]);
    const imported = () => command('import', ['--pool', OTHER, '--in', file(format), '--mode', 'replace']);
    expect(JSON.parse((await imported()).stdout)).toMatchObject({ DatasetsWritten: 6, DatasetsFailed: 0, Records: 36 });
    expect(held(OTHER)).toEqual(held(POOL));
    expect(JSON.parse((await imported()).stdout)).toMatchObject({ DatasetsWritten: 0, DatasetsUnchanged: 6 });
  },
);

it('DynamoDB JSON has an item in each line, with a key of two attributes', async () => {
  seed();
  await exportTo('dynamodb-json');
  const lines = fs.readFileSync(file('dynamodb-json'), 'utf8').trimEnd().split('\n');
  const items = lines.map((line) => JSON.parse(line) as { Item: Parameters<typeof unmarshall>[0] });
  expect(items.every((item) => Object.keys(item).join() === 'Item')).toBe(true);
  expect(items[0]?.Item).toMatchObject({
    IdentityId: { S: identity(1) },
    DatasetKey: { S: expect.stringMatching(/^d\//) as string },
    SyncCount: { N: '1' },
  });
  const keys = items
    .map(({ Item }) => unmarshall(Item))
    .map(({ IdentityId, DatasetKey }) => `${IdentityId} ${DatasetKey}`);
  expect(new Set(keys).size).toBe(36);
});

it('says how many records DynamoDB would leave out', async () => {
  const where = { IdentityPoolId: POOL, IdentityId: identity(1), DatasetName: 'd' };
  server.control.write(where, { large: 'x'.repeat(410_000), fits: 'x'.repeat(400_000), ['k'.repeat(1_023)]: '' });
  const { code, stderr } = await exportTo('dynamodb-json');
  expect(code).toBe(0);
  expect(stderr).toMatch(/^2 records are larger than an item of DynamoDB or its sort key may be/m);
});

it('a SQLite database has a row for each record, and an export that is resumed adds no second one', async () => {
  seed();
  await exportTo('sqlite');
  const state = path.join(folder, 'export-state.json');
  const unfinished = { ...(JSON.parse(fs.readFileSync(state, 'utf8')) as object), cursor: {}, isComplete: false };
  fs.writeFileSync(state, JSON.stringify(unfinished));
  expect((await exportTo('sqlite', '--resume')).code).toBe(0);
  const database = new Database(file('sqlite'), { readOnly: true });
  const rows = database.all('select * from records where Key = :key', { ':key': 'n' });
  const count = database.get('select count(*) as n from records');
  database.close();
  expect(count).toEqual({ n: 36 });
  expect(rows[0]).toEqual({
    IdentityId: identity(1),
    DatasetName: 'd',
    Key: 'n',
    Change: 'updated',
    Value: '1',
    SyncCount: 1,
    LastModifiedDate: expect.stringMatching(/Z$/) as string,
    LastModifiedBy: '123456789012',
    DeviceLastModifiedDate: expect.stringMatching(/Z$/) as string,
  });
});

it.each([
  ['export', ['--pool', POOL, '--out', '-', '--format', 'sqlite'], /--format sqlite needs a folder/],
  ['import', ['--pool', POOL, '--in', '-', '--format', 'sqlite'], /--format sqlite needs a file/],
])('%s takes no database through a pipe', async (script, args, message) => {
  const { code, stderr } = await command(script, args);
  expect(code).toBe(1);
  expect(stderr).toMatch(message);
});

it.each(['{"a":1}', '{"Item":{"IdentityId":{"X":"1"}}}', '{"Item":"x"}'])(
  '%s is no item in DynamoDB JSON',
  async (line) => {
    fs.writeFileSync(file('dynamodb-json'), `${line}\n`);
    const { code, stderr } = await command('import', ['--pool', OTHER, '--in', file('dynamodb-json')]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Line 1 must be/);
  },
);
