import { datasets, identityPools } from '../../lib/platform/drop-down';
import type { LocalServer } from '../../server';
import { cfgOf, DATASET, IDENTITY, KEYS, localServer, POOL } from '../support/local';

const POOLS = Array.from({ length: 70 }, (_, i) => `us-east-1:00000000-0000-4000-8000-${String(i).padStart(12, '0')}`);
let server: LocalServer;
beforeEach(async () => {
  server = await localServer({ pools: [POOL, ...POOLS] });
  for (const DatasetName of ['profile', 'settings']) server.control.write({ ...DATASET, DatasetName }, { k: 'v' });
});
afterEach(() => server.stop());

const form = (fields: object) => cfgOf(server, { region: 'us-east-1', ...fields });

it('lists the identity pools, over all pages', async () => {
  expect(Object.keys(await identityPools(form({}))).sort()).toEqual([POOL, ...POOLS].sort());
});

it('shows each pool by its name and id', async () => {
  const named = server.control.addPool({ IdentityPoolName: 'Customers of the shop' });
  expect(await identityPools(form({}))).toMatchObject({ [named]: `Customers of the shop (${named})` });
});

it.each([
  ['the permission for names is missing', () => server.control.deny(KEYS.accessKeyId, ['ListIdentityPools'])],
  ['Cognito Identity is down', () => server.faults.next({ kind: '503', operation: 'ListIdentityPools' })],
])('shows ids alone where %s', async (_, spoil) => {
  spoil();
  const pools = await identityPools(form({}));
  expect(Object.entries(pools)).toHaveLength(71);
  for (const [id, label] of Object.entries(pools)) expect(label).toBe(id);
});

it('says what to set where the credential has no region', async () => {
  await expect(identityPools(form({ region: '' }))).rejects.toThrow(
    'Identity Pool: InvalidInput: region is required in the credential to list its identity pools: set Region there, or map or type the identity pool id instead',
  );
});

it.each([
  ['chosen', { IdentityPoolId: POOL, IdentityId: IDENTITY }],
  ['typed, which goes before the list', { IdentityPoolId: POOLS[0], TypedIdentityPoolId: POOL, IdentityId: IDENTITY }],
  ['chosen, without a region in the credential', { region: '', IdentityPoolId: POOL, IdentityId: IDENTITY }],
])('lists the datasets of an identity whose pool was %s', async (_, fields) => {
  expect(await datasets(form(fields))).toEqual({ profile: 'profile', settings: 'settings' });
});

it.each([
  [{ IdentityPoolId: POOL }, 'Dataset: InvalidInput: IdentityId is required'],
  [{ IdentityId: IDENTITY, region: 'us-east-1' }, 'Dataset: InvalidInput: IdentityPoolId is required'],
  [{ IdentityPoolId: POOL, IdentityId: 'alice' }, 'Dataset: InvalidInput: IdentityId must be an identity id'],
])('says what is missing in %j before it lists datasets', async (fields, problem) => {
  await expect(datasets(form(fields))).rejects.toThrow(problem);
});

it.each([
  ['Identity Pool', 'ListIdentityPoolUsage', identityPools],
  ['Dataset', 'ListDatasets', datasets],
])(
  'says in the list of «%s» that the permission %s is missing, and how to do without',
  async (label, operation, list) => {
    server.control.deny(KEYS.accessKeyId, [operation]);
    const refused = list(form({ IdentityPoolId: POOL, IdentityId: IDENTITY }));
    await expect(refused).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringMatching(
        new RegExp(
          `^${label}: AccessDeniedException: this list needs the permission cognito-sync:${operation}; allow .* or map or type`,
        ),
      ),
    });
  },
);

it('lists a dataset by a name that objects have a member of', async () => {
  for (const DatasetName of ['__proto__', 'constructor']) server.control.write({ ...DATASET, DatasetName }, { k: 'v' });
  const found = await datasets(form({ IdentityPoolId: POOL, IdentityId: IDENTITY }));
  expect(JSON.stringify(found)).toBe(
    '{"__proto__":"__proto__","constructor":"constructor","profile":"profile","settings":"settings"}',
  );
  expect(Object.getPrototypeOf(found)).toBe(Object.prototype);
});
