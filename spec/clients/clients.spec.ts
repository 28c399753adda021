import * as identity from '@aws-sdk/client-cognito-identity';
import * as sync from '@aws-sdk/client-cognito-sync';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startServer, type LocalServer } from '../../server';
import { identityClient, members, syncClient } from '../support/server';
import { visit } from './pages';
import { compile, PYTHON, run } from './programs';

const FACEBOOK = 'graph.facebook.com';
const ROLE = 'arn:aws:iam::123456789012:role/Reader';
const commandsOf = (sdk: object) =>
  Object.keys(sdk)
    .flatMap((name) => /^([A-Z]\w+)Command$/.exec(name)?.[1] ?? [])
    .filter((name) => name !== '$');
/** All of Cognito Sync and Cognito Identity, and what clients need of STS. */
const OPERATIONS = [
  ...commandsOf(sync),
  ...commandsOf(identity),
  'AssumeRoleWithWebIdentity',
  'GetCallerIdentity',
].sort();

let server: LocalServer;
let folder: string;
beforeAll(async () => {
  server = await startServer();
  folder = mkdtempSync(path.join(tmpdir(), 'clients-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await server.stop();
});

it('has 42 operations to look for', () => {
  expect(OPERATIONS).toHaveLength(42);
});

/** The id of a client's pool, which is named as the client. */
async function poolOf(name: string): Promise<string> {
  const { IdentityPools } = await identityClient(server).send(
    new identity.ListIdentityPoolsCommand({ MaxResults: 60 }),
  );
  const ids = IdentityPools?.filter((pool) => pool.IdentityPoolName?.startsWith(name)).map(
    (pool) => pool.IdentityPoolId,
  );
  expect(ids).toHaveLength(1);
  return ids?.[0] ?? '';
}

/** What each client has left behind, whatever it says itself. */
async function expectLeft(name: string): Promise<string> {
  const client = identityClient(server);
  const IdentityPoolId = await poolOf(name);
  expect(members(await client.send(new identity.DescribeIdentityPoolCommand({ IdentityPoolId })))).toMatchObject({
    IdentityPoolName: name,
    AllowClassicFlow: true,
    DeveloperProviderName: 'login.mine',
    SupportedLoginProviders: { [FACEBOOK]: '1', 'accounts.google.com': '2' },
    IdentityPoolTags: { made: 'here', team: name },
  });
  const { Roles } = await client.send(new identity.GetIdentityPoolRolesCommand({ IdentityPoolId }));
  expect(Roles).toEqual({ authenticated: ROLE });
  const provider = { IdentityPoolId, IdentityProviderName: 'accounts.google.com' };
  const { PrincipalTags } = await client.send(new identity.GetPrincipalTagAttributeMapCommand(provider));
  expect(PrincipalTags).toEqual({ plan: 'custom:plan' });
  const list = new identity.ListIdentitiesCommand({ IdentityPoolId, MaxResults: 60, HideDisabled: true });
  const { Identities = [] } = await client.send(list);
  expect(Identities.map(({ Logins }) => Logins?.join()).sort()).toEqual([FACEBOOK, FACEBOOK, 'login.mine']);
  const datasets = Identities.map(({ IdentityId = '' }) =>
    Object.fromEntries(
      ['profile', 'scratch', 'classic'].map((DatasetName) => [
        DatasetName,
        server.control.read({ IdentityPoolId, IdentityId, DatasetName }),
      ]),
    ),
  );
  expect(datasets.filter(({ profile }) => profile)).toEqual([
    { profile: { theme: 'dark: ü 日本 😀' }, scratch: undefined, classic: { flow: 'classic' } },
  ]);
  const developer = syncClient(server);
  const { CognitoStreams, PushSync } = await developer.send(
    new sync.GetIdentityPoolConfigurationCommand({ IdentityPoolId }),
  );
  expect([CognitoStreams?.StreamName, PushSync?.RoleArn]).toEqual(['records', ROLE]);
  const { Events } = await developer.send(new sync.GetCognitoEventsCommand({ IdentityPoolId }));
  expect(Object.keys(Events ?? {})).toEqual(['SyncTrigger']);
  const { BulkPublishStatus } = await developer.send(new sync.GetBulkPublishDetailsCommand({ IdentityPoolId }));
  expect(BulkPublishStatus).toMatch(/^(IN_PROGRESS|SUCCEEDED)$/);
  return IdentityPoolId;
}

it.each<[string, string, string[]]>([
  ['boto3', PYTHON, ['spec/clients/boto3_client.py']],
  ['javascript-v3', process.execPath, ['spec/clients/sdk-v3.mjs']],
  ['javascript-v2', process.execPath, ['spec/clients/sdk-v2.mjs']],
  ['go', '', []],
])('%s is answered on every operation, and the server holds what it wrote', async (name, command, args) => {
  const program = path.join(folder, 'client');
  if (name === 'go') await compile('spec/clients/go/main.go', program);
  const before = server.calls();
  const { code, lines, stderr } = await run(command || program, args, { CLIENT: name, ENDPOINT: server.endpoint });
  expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
  expect([...new Set(lines)].sort()).toEqual(OPERATIONS);
  expect(server.calls() - before).toBeGreaterThanOrEqual(lines.length);
  await expectLeft(name);
});

it('amazon-cognito-js in Chromium is answered on every operation, and its Sync Manager synchronizes', async () => {
  const query = new URLSearchParams({ endpoint: server.endpoint }).toString();
  const { outcome, text } = await visit({ file: `spec/clients/browser.html?${query}` });
  expect(outcome).toBe('done');
  const shown = text.split('\n').filter((line) => /^\w+$/.test(line));
  expect([...new Set(shown)].sort()).toEqual(OPERATIONS);
  const IdentityPoolId = await expectLeft('browser');
  const input = { IdentityPoolId, Logins: { [FACEBOOK]: 'alice' } };
  const { IdentityId = '' } = await identityClient(server).send(new identity.GetIdCommand(input));
  const managed = { IdentityPoolId, IdentityId, DatasetName: 'managed' };
  expect(server.control.read(managed)).toEqual({ from: 'the Sync Manager' });
});
