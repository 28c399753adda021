import * as sdk from '@aws-sdk/client-cognito-identity';
import { DescribeDatasetCommand, ListDatasetsCommand } from '@aws-sdk/client-cognito-sync';
import type { LocalServer } from '../../server';
import { DATASET, KEYS, localServer, POOL } from '../support/local';
import { DatasetClient, identityClient, members, put, raw, refusal, syncClient } from '../support/server';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const COGNITO = 'cognito-identity.amazonaws.com';
const DEVELOPER = 'login.local';

let server: LocalServer;
let client: sdk.CognitoIdentityClient;
beforeEach(async () => {
  server = await localServer({ now: () => NOW });
  client = identityClient(server);
});
afterEach(() => server.stop());

const getId = async (input: object = {}) =>
  (await client.send(new sdk.GetIdCommand({ IdentityPoolId: POOL, ...input }))).IdentityId ?? '';
const developerToken = async (user: string, input: object = {}) => {
  const Logins = { [DEVELOPER]: user };
  const call = new sdk.GetOpenIdTokenForDeveloperIdentityCommand({ IdentityPoolId: POOL, Logins, ...input });
  const { IdentityId = '', Token = '' } = await client.send(call);
  return { IdentityId, Token };
};
const credentialsFor = async (IdentityId: string, Logins?: Record<string, string>) => {
  const answer = await client.send(new sdk.GetCredentialsForIdentityCommand({ IdentityId, ...(Logins && { Logins }) }));
  const { AccessKeyId = '', SecretKey = '', SessionToken = '' } = answer.Credentials ?? {};
  return {
    IdentityId: answer.IdentityId ?? '',
    expiration: answer.Credentials?.Expiration,
    keys: { accessKeyId: AccessKeyId, secretAccessKey: SecretKey, sessionToken: SessionToken },
  };
};
const claims = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;

describe('pools', () => {
  const create = (input: object = {}) =>
    client.send(
      new sdk.CreateIdentityPoolCommand({ IdentityPoolName: 'mine', AllowUnauthenticatedIdentities: false, ...input }),
    );

  it('made here exist for Cognito Sync at once', async () => {
    const { IdentityPoolId = '' } = await create();
    const view = new DatasetClient(syncClient(server), { ...DATASET, IdentityPoolId });
    expect((await view.list()).DatasetExists).toBe(false);
  });

  it('are described as they were made', async () => {
    const input = {
      DeveloperProviderName: 'dev',
      SupportedLoginProviders: { 'graph.facebook.com': '1' },
      AllowClassicFlow: true,
      IdentityPoolTags: { a: 'b' },
    };
    const made = members(await create(input));
    expect(made).toMatchObject({ ...input, IdentityPoolName: 'mine', AllowUnauthenticatedIdentities: false });
    const described = await client.send(new sdk.DescribeIdentityPoolCommand({ IdentityPoolId: made.IdentityPoolId }));
    expect(described).toMatchObject(made);
  });

  it('are listed page by page, and gone once deleted', async () => {
    const { IdentityPoolId } = await create();
    const first = await client.send(new sdk.ListIdentityPoolsCommand({ MaxResults: 1 }));
    const second = await client.send(new sdk.ListIdentityPoolsCommand({ MaxResults: 1, NextToken: first.NextToken }));
    const ids = [first, second].flatMap(({ IdentityPools = [] }) => IdentityPools.map((pool) => pool.IdentityPoolId));
    expect(ids).toEqual([POOL, IdentityPoolId].sort());
    await client.send(new sdk.DeleteIdentityPoolCommand({ IdentityPoolId }));
    const gone = client.send(new sdk.DescribeIdentityPoolCommand({ IdentityPoolId }));
    expect(await refusal(gone)).toEqual({
      name: 'ResourceNotFoundException',
      status: 400,
      message: `IdentityPool '${IdentityPoolId}' not found.`,
    });
  });

  it.each<[string, object]>([
    ['no name', { IdentityPoolName: undefined }],
    ['a name with a slash', { IdentityPoolName: 'a/b' }],
    ['no word about guests', { AllowUnauthenticatedIdentities: undefined }],
  ])('with %s are refused', async (_, input) => {
    expect(await refusal(create(input))).toMatchObject({ name: 'InvalidParameterException', status: 400 });
  });
});

describe('a guest', () => {
  it('gets a new identity each time, without a signature', async () => {
    const call = async () =>
      raw(
        server,
        'POST',
        '/',
        { 'x-amz-target': 'AWSCognitoIdentityService.GetId', 'content-type': 'application/x-amz-json-1.1' },
        JSON.stringify({ IdentityPoolId: POOL }),
      );
    const [first, second] = [await call(), await call()];
    expect([first.status, first.headers['content-type']]).toEqual([200, 'application/x-amz-json-1.1']);
    expect(first.body).not.toBe(second.body);
  });

  it('gets credentials for an hour that reach its own data and no other', async () => {
    const id = await getId();
    const { keys, expiration, IdentityId } = await credentialsFor(id);
    expect([IdentityId, expiration, keys.accessKeyId]).toEqual([
      id,
      new Date(NOW + 3_600_000),
      expect.stringMatching(/^ASIA\w{16}$/),
    ]);
    const own = new DatasetClient(syncClient(server, keys), { ...DATASET, IdentityId: id });
    await own.write(put('a', '1'));
    expect((await own.list()).LastModifiedBy).toBe(id);
    expect(await refusal(new DatasetClient(own.client).list())).toMatchObject({
      name: 'NotAuthorizedException',
      status: 403,
    });
  });

  it('is turned away by a pool that takes none', async () => {
    const IdentityPoolId = server.control.addPool({ AllowUnauthenticatedIdentities: false });
    const message = 'Unauthenticated access is not supported for this identity pool.';
    expect(await refusal(getId({ IdentityPoolId }))).toEqual({ name: 'NotAuthorizedException', status: 400, message });
  });

  it('keeps its identity when it logs in for the first time', async () => {
    const id = await getId();
    const Logins = { 'graph.facebook.com': 'alice' };
    expect((await credentialsFor(id, Logins)).IdentityId).toBe(id);
    expect(await getId({ Logins })).toBe(id);
    expect(await refusal(credentialsFor(id))).toMatchObject({
      name: 'NotAuthorizedException',
      message: `Access to Identity '${id}' is forbidden.`,
    });
  });

  it('becomes one with the identity that its login has already', async () => {
    const known = await getId({ Logins: { 'graph.facebook.com': 'alice' } });
    const guest = await getId();
    server.control.write({ ...DATASET, IdentityId: guest }, { a: '1' });
    const { IdentityId } = await credentialsFor(guest, { 'graph.facebook.com': 'alice' });
    expect(IdentityId).toBe(known);
    expect(server.control.read({ ...DATASET, IdentityId: known })).toEqual({ a: '1' });
  });
});

describe('a login', () => {
  it('leads to the same identity each time, by the subject of its token', async () => {
    const jwt = (more: string) => `e30.${Buffer.from(JSON.stringify({ sub: 'bob', more })).toString('base64url')}.sig`;
    const first = await getId({ Logins: { 'accounts.google.com': jwt('1') } });
    expect(await getId({ Logins: { 'accounts.google.com': jwt('2') } })).toBe(first);
    expect(await getId({ Logins: { 'accounts.google.com': 'carol' } })).not.toBe(first);
  });

  it.each<[string, Record<string, string>, string]>([
    ['a provider the pool does not take', { 'twitter.com': 't' }, 'NotAuthorizedException'],
    ['the developer provider', { [DEVELOPER]: 'u' }, 'InvalidParameterException'],
    ['a blank token', { 'www.amazon.com': '' }, 'NotAuthorizedException'],
    ['a token of Cognito Identity that it did not make', { [COGNITO]: 'a.b.c' }, 'NotAuthorizedException'],
  ])('of %s is refused', async (_, Logins, name) => {
    expect(await refusal(getId({ Logins }))).toMatchObject({ name, status: 400 });
  });

  it('of eleven providers is too many', async () => {
    const Logins = Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`p${i}`, 't']));
    expect((await refusal(getId({ Logins }))).name).toBe('InvalidParameterException');
  });

  it('gives an OpenID token for ten minutes', async () => {
    const Logins = { 'www.amazon.com': 'dave' };
    const IdentityId = await getId({ Logins });
    const { Token = '' } = await client.send(new sdk.GetOpenIdTokenCommand({ IdentityId, Logins }));
    expect(claims(Token)).toMatchObject({
      sub: IdentityId,
      aud: POOL,
      exp: NOW / 1000 + 600,
      amr: ['authenticated', 'www.amazon.com'],
    });
  });
});

describe("a developer's user", () => {
  it('has one identity, made at first sight, and a token for 15 minutes', async () => {
    const { IdentityId, Token } = await developerToken('user-1');
    expect((await developerToken('user-1')).IdentityId).toBe(IdentityId);
    expect(claims(Token)).toMatchObject({ sub: IdentityId, aud: POOL, iat: NOW / 1000, exp: NOW / 1000 + 900 });
  });

  it('gets credentials for that token until it expires', async () => {
    const { IdentityId, Token } = await developerToken('user-1', { TokenDuration: 60 });
    expect((await credentialsFor(IdentityId, { [COGNITO]: Token })).IdentityId).toBe(IdentityId);
    server.clock.advance(60_000);
    const late = credentialsFor(IdentityId, { [COGNITO]: Token });
    expect(await refusal(late)).toMatchObject({
      name: 'NotAuthorizedException',
      message: expect.stringContaining('Token expired') as string,
    });
  });

  it('can be tied to a guest, but not to a second identity', async () => {
    const guest = await getId();
    expect((await developerToken('user-2', { IdentityId: guest })).IdentityId).toBe(guest);
    const other = await getId();
    expect((await refusal(developerToken('user-2', { IdentityId: other }))).name).toBe(
      'DeveloperUserAlreadyRegisteredException',
    );
  });

  it.each<[string, object, string]>([
    ['another provider', { Logins: { 'login.other': 'u' } }, 'InvalidParameterException'],
    ['a duration of more than a day', { TokenDuration: 86_401 }, 'InvalidParameterException'],
    ['an identity that is not there', { IdentityId: 'us-east-1:0' }, 'ResourceNotFoundException'],
    ['a pool that is not there', { IdentityPoolId: 'us-east-1:0' }, 'ResourceNotFoundException'],
  ])('is refused with %s', async (_, input, name) => {
    expect(await refusal(developerToken('user-3', input))).toMatchObject({ name, status: 400 });
  });

  it('needs a signature with a key that may', async () => {
    const call = (keys: { accessKeyId: string; secretAccessKey: string }) =>
      identityClient(server, keys).send(new sdk.ListIdentitiesCommand({ IdentityPoolId: POOL, MaxResults: 1 }));
    expect(await refusal(call({ ...KEYS, secretAccessKey: 'wrong' }))).toMatchObject({
      name: 'InvalidSignatureException',
      status: 400,
    });
    server.control.addKey({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example', deny: ['ListIdentities'] });
    const message = expect.stringContaining(
      `cognito-identity:ListIdentities on resource: arn:aws:cognito-identity:us-east-1:123456789012:identitypool/${POOL}`,
    ) as string;
    expect(await refusal(call({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' }))).toEqual({
      name: 'AccessDeniedException',
      status: 400,
      message,
    });
  });
});

describe('identities', () => {
  it('are listed page by page with their providers', async () => {
    const ids = [await getId(), (await developerToken('u')).IdentityId, await getId()].sort();
    const seen: (string | undefined)[] = [];
    let NextToken: string | undefined;
    do {
      const page: sdk.ListIdentitiesCommandOutput = await client.send(
        new sdk.ListIdentitiesCommand({ IdentityPoolId: POOL, MaxResults: 2, NextToken }),
      );
      seen.push(...(page.Identities ?? []).map(({ IdentityId }) => IdentityId));
      NextToken = page.NextToken;
    } while (NextToken);
    expect(seen).toEqual(ids);
  });

  it.each([0, 61])('are not listed %i at a time', async (MaxResults) => {
    const call = client.send(new sdk.ListIdentitiesCommand({ IdentityPoolId: POOL, MaxResults }));
    expect((await refusal(call)).name).toBe('InvalidParameterException');
  });

  it('are described, and deleted with their data', async () => {
    const { IdentityId } = await developerToken('u');
    server.control.write({ ...DATASET, IdentityId }, { a: '1' });
    const described = await client.send(new sdk.DescribeIdentityCommand({ IdentityId }));
    expect(described).toMatchObject({ IdentityId, Logins: [DEVELOPER], CreationDate: new Date(NOW) });
    const gone = await client.send(
      new sdk.DeleteIdentitiesCommand({ IdentityIdsToDelete: [IdentityId, 'us-east-1:0'] }),
    );
    expect(gone.UnprocessedIdentityIds).toEqual([{ IdentityId: 'us-east-1:0', ErrorCode: 'AccessDenied' }]);
    expect((await refusal(client.send(new sdk.DescribeIdentityCommand({ IdentityId })))).name).toBe(
      'ResourceNotFoundException',
    );
    expect((await syncClient(server).send(new ListDatasetsCommand({ ...DATASET, IdentityId }))).Datasets).toEqual([]);
    expect((await developerToken('u')).IdentityId).not.toBe(IdentityId);
  });
});

describe('a merge of two developer identities', () => {
  const merge = (input: object = {}) =>
    client.send(
      new sdk.MergeDeveloperIdentitiesCommand({
        IdentityPoolId: POOL,
        DeveloperProviderName: DEVELOPER,
        SourceUserIdentifier: 'old',
        DestinationUserIdentifier: 'new',
        ...input,
      }),
    );
  let loser: string;
  let winner: string;
  beforeEach(async () => {
    loser = (await developerToken('old')).IdentityId;
    winner = (await developerToken('new')).IdentityId;
  });

  it('leads both users, and the token of the loser, to the winner', async () => {
    const { Token } = await developerToken('old');
    expect((await merge()).IdentityId).toBe(winner);
    expect((await developerToken('old')).IdentityId).toBe(winner);
    expect((await credentialsFor(loser, { [COGNITO]: Token })).IdentityId).toBe(winner);
    const listed = await client.send(
      new sdk.ListIdentitiesCommand({ IdentityPoolId: POOL, MaxResults: 60, HideDisabled: true }),
    );
    expect(listed.Identities?.map(({ IdentityId }) => IdentityId)).toEqual([winner]);
  });

  it('brings a dataset of the same name in beside the one of the winner, until it is deleted', async () => {
    const own = new DatasetClient(syncClient(server), { ...DATASET, IdentityId: winner });
    for (const value of ['1', '2', '3']) server.control.write({ ...DATASET, IdentityId: loser }, { a: value });
    server.control.write({ ...DATASET, IdentityId: loser, DatasetName: 'alone' }, { b: '1' });
    await own.write(put('a', 'mine'));
    await merge();
    const name = `profile.${loser}`;
    expect(await own.list()).toMatchObject({ MergedDatasetNames: [name], DatasetSyncCount: 1 });
    const merged = new DatasetClient(own.client, { ...own.dataset, DatasetName: name });
    // A merged dataset starts at 1, its records keep the counts that they had.
    expect(await merged.list()).toMatchObject({
      DatasetSyncCount: 1,
      Records: [{ Key: 'a', Value: '3', SyncCount: 3 }],
    });
    expect(await own.records()).toEqual({ a: [1, 'mine'] });
    expect(server.control.read({ ...own.dataset, DatasetName: 'alone' })).toEqual({ b: '1' });
    expect((await own.client.send(new ListDatasetsCommand({ ...DATASET, IdentityId: loser }))).Datasets).toEqual([]);
    const { DeleteDatasetCommand } = await import('@aws-sdk/client-cognito-sync');
    await own.client.send(new DeleteDatasetCommand(merged.dataset));
    expect((await own.list()).MergedDatasetNames).toBeUndefined();
  });

  it('leaves nothing to write to at the loser', async () => {
    await merge();
    const view = new DatasetClient(syncClient(server), { ...DATASET, IdentityId: loser });
    expect(await refusal(view.write(put('a', '1')))).toMatchObject({ name: 'ResourceNotFoundException', status: 404 });
    expect(await refusal(view.client.send(new DescribeDatasetCommand(view.dataset)))).toMatchObject({ status: 404 });
  });

  it.each<[string, object, string]>([
    ['an unknown user', { SourceUserIdentifier: 'nobody' }, 'ResourceNotFoundException'],
    ['one user twice', { SourceUserIdentifier: 'new' }, 'InvalidParameterException'],
    ['another provider', { DeveloperProviderName: 'other' }, 'InvalidParameterException'],
  ])('is refused for %s', async (_, input, name) => {
    expect(await refusal(merge(input))).toMatchObject({ name, status: 400 });
  });
});
