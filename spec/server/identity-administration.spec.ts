import * as sdk from '@aws-sdk/client-cognito-identity';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LocalServer } from '../../server';
import { DATASET, localServer, POOL } from '../support/local';
import { identityClient, members, refusal } from '../support/server';

const DEVELOPER = 'login.local';
const FACEBOOK = 'graph.facebook.com';
const GOOGLE = 'accounts.google.com';
const ARN = `arn:aws:cognito-identity:us-east-1:123456789012:identitypool/${POOL}`;
const NOBODY = 'us-east-1:00000000-0000-4000-8000-00000000dead';
const ROLE = 'arn:aws:iam::123456789012:role/Reader';

let server: LocalServer;
let client: sdk.CognitoIdentityClient;
beforeEach(async () => {
  server = await localServer();
  client = identityClient(server);
});
afterEach(() => server.stop());

const getId = async (Logins?: Record<string, string>) =>
  (await client.send(new sdk.GetIdCommand({ IdentityPoolId: POOL, ...(Logins && { Logins }) }))).IdentityId ?? '';
const credentialsFor = (IdentityId: string, Logins: Record<string, string> = {}) =>
  client.send(new sdk.GetCredentialsForIdentityCommand({ IdentityId, Logins }));
const developerIdentity = async (user: string, IdentityId?: string) => {
  const Logins = { [DEVELOPER]: user };
  const input = { IdentityPoolId: POOL, Logins, ...(IdentityId !== undefined && { IdentityId }) };
  return (await client.send(new sdk.GetOpenIdTokenForDeveloperIdentityCommand(input))).IdentityId ?? '';
};

describe('UpdateIdentityPool', () => {
  const FULL = {
    IdentityPoolName: 'mine',
    AllowUnauthenticatedIdentities: true,
    AllowClassicFlow: true,
    SupportedLoginProviders: { [FACEBOOK]: '7346241598935552' },
    DeveloperProviderName: 'login.mine',
    OpenIdConnectProviderARNs: ['arn:aws:iam::123456789012:oidc-provider/issuer.example'],
    CognitoIdentityProviders: [
      { ClientId: '3n4b5urk1ft4fl3mg5e62d9ado', ProviderName: 'cognito-idp.us-east-1.amazonaws.com/us-east-1_abc' },
    ],
    SamlProviderARNs: ['arn:aws:iam::123456789012:saml-provider/example'],
    IdentityPoolTags: { team: 'one' },
  };
  let IdentityPoolId: string;
  beforeEach(async () => {
    IdentityPoolId = (await client.send(new sdk.CreateIdentityPoolCommand(FULL))).IdentityPoolId ?? '';
  });
  const update = (input: object = {}) =>
    client.send(
      new sdk.UpdateIdentityPoolCommand({
        IdentityPoolId,
        IdentityPoolName: 'mine',
        AllowUnauthenticatedIdentities: false,
        ...input,
      }),
    );
  const described = async () => members(await client.send(new sdk.DescribeIdentityPoolCommand({ IdentityPoolId })));

  it('sets what it is given, as DescribeIdentityPool shows then', async () => {
    const changed = {
      IdentityPoolName: 'other',
      SupportedLoginProviders: { [GOOGLE]: 'app' },
      IdentityPoolTags: { a: '' },
    };
    const answer = members(await update(changed));
    expect(answer).toMatchObject({ IdentityPoolId, AllowUnauthenticatedIdentities: false, ...changed });
    expect(await described()).toEqual(answer);
  });

  it('sets back what is absent, but for the tags and the name of the developer provider', async () => {
    expect(await described()).toMatchObject({
      ...FULL,
      CognitoIdentityProviders: [{ ...FULL.CognitoIdentityProviders[0], ServerSideTokenCheck: false }],
    });
    await update();
    expect(await described()).toEqual({
      IdentityPoolId,
      IdentityPoolName: 'mine',
      AllowUnauthenticatedIdentities: false,
      AllowClassicFlow: false,
      DeveloperProviderName: 'login.mine',
      IdentityPoolTags: { team: 'one' },
    });
  });

  it('decides who is let in from now on', async () => {
    const guest = () => client.send(new sdk.GetIdCommand({ IdentityPoolId }));
    const login = () => client.send(new sdk.GetIdCommand({ IdentityPoolId, Logins: { [FACEBOOK]: 'alice' } }));
    await guest();
    await login();
    await update();
    expect(await refusal(guest())).toMatchObject({ name: 'NotAuthorizedException' });
    expect(await refusal(login())).toMatchObject({ name: 'NotAuthorizedException' });
  });

  it.each<[string, object, string]>([
    ['another developer provider', { DeveloperProviderName: 'login.other' }, 'InvalidParameterException'],
    ['no name', { IdentityPoolName: undefined }, 'InvalidParameterException'],
    ['a short ARN', { SamlProviderARNs: ['arn:aws:iam'] }, 'InvalidParameterException'],
    ['an app id with a space', { SupportedLoginProviders: { [GOOGLE]: 'a b' } }, 'InvalidParameterException'],
    ['a client id with a dash', { CognitoIdentityProviders: [{ ClientId: 'a-b' }] }, 'InvalidParameterException'],
    ['a tag without a key', { IdentityPoolTags: { '': 'x' } }, 'InvalidParameterException'],
    [
      'eleven providers',
      { SupportedLoginProviders: Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`p${i}`, 'x'])) },
      'InvalidParameterException',
    ],
    ['a pool that is not there', { IdentityPoolId: NOBODY }, 'ResourceNotFoundException'],
  ])('is refused with %s and changes nothing', async (_, input, name) => {
    const before = await described();
    expect(await refusal(update(input))).toMatchObject({ name, status: 400 });
    expect(await described()).toEqual(before);
  });
});

describe('roles of a pool', () => {
  const set = (input: object) =>
    client.send(new sdk.SetIdentityPoolRolesCommand({ IdentityPoolId: POOL, Roles: {}, ...input }));
  const get = async () => members(await client.send(new sdk.GetIdentityPoolRolesCommand({ IdentityPoolId: POOL })));
  const Roles = { authenticated: ROLE, unauthenticated: `${ROLE}Guest` };
  const Rules = [{ Claim: 'paid', MatchType: 'Equals', Value: 'yes', RoleARN: ROLE }];
  const RoleMappings = {
    [GOOGLE]: { Type: 'Rules', AmbiguousRoleResolution: 'Deny', RulesConfiguration: { Rules } },
    [FACEBOOK]: { Type: 'Token', AmbiguousRoleResolution: 'AuthenticatedRole' },
  };

  it('are none at first, and those that were set last', async () => {
    expect(await get()).toEqual({ IdentityPoolId: POOL, Roles: {} });
    await set({ Roles, RoleMappings });
    expect(await get()).toEqual({ IdentityPoolId: POOL, Roles, RoleMappings });
    await set({ Roles: { authenticated: ROLE } });
    expect(await get()).toEqual({ IdentityPoolId: POOL, Roles: { authenticated: ROLE } });
  });

  const google = (more: object) => ({ RoleMappings: { [GOOGLE]: { ...RoleMappings[GOOGLE], ...more } } });
  it.each<[string, object, string]>([
    ['another kind of role', { Roles: { admin: ROLE } }, "Value 'admin' at 'roles.key'"],
    ['a short ARN', { Roles: { authenticated: 'arn' } }, "at 'roles.authenticated.member'"],
    ['no roles', { Roles: undefined }, "Value null at 'roles'"],
    ['rules without rules', google({ RulesConfiguration: undefined }), 'rulesConfiguration.rules'],
    ['an unknown type', google({ Type: 'Map' }), 'enum value set: [Token, Rules]'],
    ['no word on doubt', google({ AmbiguousRoleResolution: undefined }), 'ambiguousRoleResolution'],
    [
      'an unknown comparison',
      google({ RulesConfiguration: { Rules: [{ ...Rules[0], MatchType: 'Like' }] } }),
      'rules.1.member.matchType',
    ],
  ])('are refused with %s', async (_, input, words) => {
    const { name, message } = await refusal(set(input));
    expect([name, message]).toEqual(['InvalidParameterException', expect.stringContaining(words)]);
    expect((await get()).Roles).toEqual({});
  });
});

describe('tags of a pool', () => {
  const tag = (Tags: object, ResourceArn: string | undefined = ARN) =>
    client.send(new sdk.TagResourceCommand({ ResourceArn, Tags: Tags as Record<string, string> }));
  const untag = (TagKeys: string[] | undefined) =>
    client.send(new sdk.UntagResourceCommand({ ResourceArn: ARN, TagKeys }));
  const list = async (ResourceArn = ARN) =>
    (await client.send(new sdk.ListTagsForResourceCommand({ ResourceArn }))).Tags;

  it('are added, replaced and taken away by key', async () => {
    await tag({ team: 'one', stage: 'test' });
    await tag({ team: 'two', blank: '' });
    expect(await list()).toEqual({ team: 'two', stage: 'test', blank: '' });
    await untag(['team', 'absent']);
    expect(await list()).toEqual({ stage: 'test', blank: '' });
    const pool = await client.send(new sdk.DescribeIdentityPoolCommand({ IdentityPoolId: POOL }));
    expect(pool.IdentityPoolTags).toEqual({ stage: 'test', blank: '' });
  });

  it('are at most 50', async () => {
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`k${i}`, 'v']));
    await tag(many);
    expect(await refusal(tag({ more: 'v' }))).toMatchObject({ name: 'InvalidParameterException' });
    await tag({ k0: 'again' });
    expect(await list()).toMatchObject({ k0: 'again', k49: 'v' });
  });

  it.each<[string, () => Promise<unknown>, string]>([
    ['an ARN of another account', () => list(ARN.replace('123456789012', '210987654321')), 'InvalidParameterException'],
    ['an ARN that is none', () => list('identitypool/none-of-them'), 'InvalidParameterException'],
    ['a pool that is not there', () => list(ARN.replace(POOL, NOBODY)), 'ResourceNotFoundException'],
    ['no tags', () => tag(undefined as never), 'InvalidParameterException'],
    ['no keys', () => untag(undefined), 'InvalidParameterException'],
    ['a long value', () => tag({ a: 'x'.repeat(257) }), 'InvalidParameterException'],
  ])('are refused for %s', async (_, call, name) => {
    expect(await refusal(call())).toMatchObject({ name, status: 400 });
  });

  it('can be denied by IAM, by the ARN of the pool', async () => {
    server.control.addKey({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example', deny: ['TagResource'] });
    client = identityClient(server, { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' });
    const message = expect.stringContaining(`cognito-identity:TagResource on resource: ${ARN} `) as string;
    expect(await refusal(tag({ a: 'b' }))).toMatchObject({ name: 'AccessDeniedException', message });
  });
});

describe('the map of principal tags', () => {
  const which = { IdentityPoolId: POOL, IdentityProviderName: GOOGLE };
  const get = async (input = which) => members(await client.send(new sdk.GetPrincipalTagAttributeMapCommand(input)));
  const set = async (input: object) =>
    members(await client.send(new sdk.SetPrincipalTagAttributeMapCommand({ ...which, ...input })));

  it('uses the defaults until it is set, for each provider on its own', async () => {
    expect(await get()).toEqual({ ...which, UseDefaults: true, PrincipalTags: {} });
    const map = { ...which, UseDefaults: false, PrincipalTags: { plan: 'custom:plan' } };
    expect(await set(map)).toEqual(map);
    expect(await get()).toEqual(map);
    expect(await get({ ...which, IdentityProviderName: FACEBOOK })).toMatchObject({ UseDefaults: true });
  });

  it.each<[string, object, string]>([
    ['no provider', { IdentityProviderName: undefined }, 'InvalidParameterException'],
    ['a tag for nothing', { PrincipalTags: { plan: '' } }, 'InvalidParameterException'],
    ['a pool that is not there', { IdentityPoolId: NOBODY }, 'ResourceNotFoundException'],
  ])('is refused with %s', async (_, input, name) => {
    expect(await refusal(set(input))).toMatchObject({ name, status: 400 });
  });
});

describe('LookupDeveloperIdentity', () => {
  const lookUp = async (input: object) =>
    members(await client.send(new sdk.LookupDeveloperIdentityCommand({ IdentityPoolId: POOL, ...input })));

  it('finds the identity of a user, and the users of an identity', async () => {
    const IdentityId = await developerIdentity('zoe');
    await developerIdentity('adam', IdentityId);
    const both = { IdentityId, DeveloperUserIdentifierList: ['adam', 'zoe'] };
    expect(await lookUp({ DeveloperUserIdentifier: 'zoe' })).toEqual(both);
    expect(await lookUp({ IdentityId })).toEqual(both);
    expect(await lookUp({ IdentityId, DeveloperUserIdentifier: 'zoe' })).toEqual({
      IdentityId,
      DeveloperUserIdentifierList: ['zoe'],
    });
  });

  it('goes through many users page by page', async () => {
    const IdentityId = await developerIdentity('u3');
    for (const user of ['u1', 'u5', 'u2', 'u4']) await developerIdentity(user, IdentityId);
    const seen: string[][] = [];
    let NextToken: string | undefined;
    do {
      const page: sdk.LookupDeveloperIdentityCommandOutput = await client.send(
        new sdk.LookupDeveloperIdentityCommand({ IdentityPoolId: POOL, IdentityId, MaxResults: 2, NextToken }),
      );
      seen.push(page.DeveloperUserIdentifierList ?? []);
      NextToken = page.NextToken;
    } while (NextToken);
    expect(seen).toEqual([['u1', 'u2'], ['u3', 'u4'], ['u5']]);
  });

  it('is refused for two that do not belong together', async () => {
    await developerIdentity('zoe');
    const IdentityId = await developerIdentity('adam');
    const call = lookUp({ IdentityId, DeveloperUserIdentifier: 'zoe' });
    expect(await refusal(call)).toMatchObject({ name: 'ResourceConflictException', status: 400 });
  });

  it.each<[string, object, string]>([
    ['neither', {}, 'InvalidParameterException'],
    ['an unknown user', { DeveloperUserIdentifier: 'nobody' }, 'ResourceNotFoundException'],
    ['an unknown identity', { IdentityId: NOBODY }, 'ResourceNotFoundException'],
    ['a page of 61', { DeveloperUserIdentifier: 'zoe', MaxResults: 61 }, 'InvalidParameterException'],
  ])('is refused with %s', async (_, input, name) => {
    expect(await refusal(lookUp(input))).toMatchObject({ name, status: 400 });
  });
});

describe('UnlinkDeveloperIdentity', () => {
  const unlink = (IdentityId: string, DeveloperUserIdentifier: string, more: object = {}) =>
    client.send(
      new sdk.UnlinkDeveloperIdentityCommand({
        IdentityPoolId: POOL,
        DeveloperProviderName: DEVELOPER,
        IdentityId,
        DeveloperUserIdentifier,
        ...more,
      }),
    );

  it('takes one user of an identity, who is a new one afterwards', async () => {
    const identity = await developerIdentity('zoe');
    await developerIdentity('adam', identity);
    server.control.write({ ...DATASET, IdentityId: identity }, { a: '1' });
    await unlink(identity, 'zoe');
    expect(await developerIdentity('adam')).toBe(identity);
    expect(await developerIdentity('zoe')).not.toBe(identity);
    expect(server.control.read({ ...DATASET, IdentityId: identity })).toEqual({ a: '1' });
  });

  it('leaves an identity without logins to nobody, and to no guest', async () => {
    const identity = await developerIdentity('zoe');
    await unlink(identity, 'zoe');
    const message = `Access to Identity '${identity}' is forbidden.`;
    expect(await refusal(credentialsFor(identity))).toMatchObject({ name: 'NotAuthorizedException', message });
    expect(await refusal(credentialsFor(identity, { [FACEBOOK]: 'alice' }))).toMatchObject({ message });
    const listed = async (HideDisabled: boolean) =>
      (await client.send(new sdk.ListIdentitiesCommand({ IdentityPoolId: POOL, MaxResults: 60, HideDisabled })))
        .Identities;
    expect(await listed(true)).toEqual([]);
    const [shown] = (await listed(false)) ?? [];
    expect([shown?.IdentityId, shown?.Logins]).toEqual([identity, undefined]);
  });

  it.each<[string, object, string]>([
    ['an unknown user', { DeveloperUserIdentifier: 'nobody' }, 'ResourceNotFoundException'],
    ["another identity's user", { DeveloperUserIdentifier: 'adam' }, 'ResourceConflictException'],
    ['another provider', { DeveloperProviderName: 'login.other' }, 'InvalidParameterException'],
    ['an unknown identity', { IdentityId: NOBODY }, 'ResourceNotFoundException'],
  ])('is refused for %s', async (_, input, name) => {
    await developerIdentity('adam');
    const identity = await developerIdentity('zoe');
    expect(await refusal(unlink(identity, 'zoe', input))).toMatchObject({ name, status: 400 });
    expect(await developerIdentity('zoe')).toBe(identity);
  });
});

describe('UnlinkIdentity', () => {
  const both = { [FACEBOOK]: 'alice', [GOOGLE]: 'a.lice' };
  const unlink = (IdentityId: string, Logins: Record<string, string>, LoginsToRemove: string[]) =>
    new sdk.CognitoIdentityClient({ endpoint: server.endpoint, region: 'us-east-1', maxAttempts: 1 }).send(
      new sdk.UnlinkIdentityCommand({ IdentityId, Logins, LoginsToRemove }),
    );

  it('takes a login of an identity, unsigned, for another login of it', async () => {
    const identity = await getId(both);
    await unlink(identity, { [GOOGLE]: 'a.lice' }, [FACEBOOK]);
    expect(await getId({ [GOOGLE]: 'a.lice' })).toBe(identity);
    expect(await getId({ [FACEBOOK]: 'alice' })).not.toBe(identity);
  });

  it('of the last login leaves the identity to nobody', async () => {
    const identity = await getId(both);
    await unlink(identity, both, [FACEBOOK, GOOGLE]);
    expect((await refusal(credentialsFor(identity))).name).toBe('NotAuthorizedException');
    expect((await refusal(credentialsFor(identity, both))).name).toBe('NotAuthorizedException');
  });

  it.each<[string, Record<string, string>, string[], string]>([
    ['nobody', {}, [FACEBOOK], 'NotAuthorizedException'],
    ['somebody else', { [FACEBOOK]: 'mallory' }, [FACEBOOK], 'NotAuthorizedException'],
    ['its owner, but for a login that it does not have', both, ['www.amazon.com'], 'InvalidParameterException'],
    ['its owner, but for the developer provider', both, [DEVELOPER], 'InvalidParameterException'],
  ])('is refused for %s', async (_, Logins, remove, name) => {
    const identity = await getId(both);
    expect(await refusal(unlink(identity, Logins, remove))).toMatchObject({ name, status: 400 });
    expect(await getId({ [FACEBOOK]: 'alice' })).toBe(identity);
  });
});

it('outlives a restart: settings, roles, tags, principal tags, and what was unlinked', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'identity-'));
  const dataFile = join(folder, 'sync.mdb');
  await server.stop();
  server = await localServer({ dataFile });
  client = identityClient(server);
  const which = { IdentityPoolId: POOL, IdentityProviderName: GOOGLE };
  const settings = { IdentityPoolId: POOL, IdentityPoolName: 'kept', AllowUnauthenticatedIdentities: true };
  await client.send(new sdk.UpdateIdentityPoolCommand({ ...settings, SupportedLoginProviders: { [GOOGLE]: 'app' } }));
  await client.send(new sdk.SetIdentityPoolRolesCommand({ IdentityPoolId: POOL, Roles: { authenticated: ROLE } }));
  await client.send(new sdk.TagResourceCommand({ ResourceArn: ARN, Tags: { team: 'one' } }));
  await client.send(new sdk.SetPrincipalTagAttributeMapCommand({ ...which, PrincipalTags: { plan: 'plan' } }));
  const identity = await getId({ [GOOGLE]: 'alice' });
  const unlink = { IdentityId: identity, Logins: { [GOOGLE]: 'alice' }, LoginsToRemove: [GOOGLE] };
  await client.send(new sdk.UnlinkIdentityCommand(unlink));
  const seen = async () => [
    members(await client.send(new sdk.DescribeIdentityPoolCommand({ IdentityPoolId: POOL }))),
    members(await client.send(new sdk.GetIdentityPoolRolesCommand({ IdentityPoolId: POOL }))),
    members(await client.send(new sdk.GetPrincipalTagAttributeMapCommand(which))),
    await refusal(credentialsFor(identity)),
  ];
  const before = await seen();
  await server.stop();
  server = await localServer({ dataFile });
  client = identityClient(server);
  expect(await seen()).toEqual(before);
  expect(before).toMatchObject([
    { IdentityPoolName: 'kept', IdentityPoolTags: { team: 'one' } },
    { Roles: { authenticated: ROLE } },
    { PrincipalTags: { plan: 'plan' } },
    { name: 'NotAuthorizedException' },
  ]);
  rmSync(folder, { recursive: true, force: true });
});
