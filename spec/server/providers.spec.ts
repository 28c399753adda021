import * as sdk from '@aws-sdk/client-cognito-identity';
import { STS, type AWSError } from 'aws-sdk';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UnsecuredJWT } from 'jose';
import { startServer, type LocalServer } from '../../server';
import { DATASET, KEYS, localServer, POOL } from '../support/local';
import { Issuer, type Wanted } from '../support/issuer';
import { DatasetClient, identityClient, put, refusal, syncClient } from '../support/server';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const LOGIN = 'login.example';
const ROLE = 'arn:aws:iam::123456789012:role/Partner';

let issuer: Issuer;
let server: LocalServer;
let client: sdk.CognitoIdentityClient;

async function start(audiences: string[] = ['app'], more: object = {}) {
  const providers = [{ name: LOGIN, issuer: issuer.url, audiences }];
  server = await localServer({ now: () => NOW, providers, roles: [{ roleArn: ROLE }], ...more });
  client = identityClient(server);
}
beforeEach(async () => {
  issuer = await Issuer.start();
  await start();
});
afterEach(async () => {
  await server.stop();
  await issuer.stop();
});

const getId = async (token: string, IdentityPoolId = POOL, login = LOGIN) =>
  (await client.send(new sdk.GetIdCommand({ IdentityPoolId, Logins: { [login]: token } }))).IdentityId ?? '';
const token = (wanted?: Wanted) => issuer.token(NOW, wanted);

describe('a good token', () => {
  it('leads to the identity of its subject, each time', async () => {
    const alice = await getId(await token());
    expect(await getId(await token({ iat: NOW / 1000 - 60, name: 'Alice' }))).toBe(alice);
    expect(await getId(await token({ sub: 'bob' }))).not.toBe(alice);
    expect(server.control.addIdentity(POOL, alice, { [LOGIN]: 'alice' })).toBe(alice);
  });

  it('gets credentials and an OpenID token of that identity', async () => {
    const Logins = { [LOGIN]: await token() };
    const IdentityId = await getId(Logins[LOGIN] ?? '');
    const { Credentials } = await client.send(new sdk.GetCredentialsForIdentityCommand({ IdentityId, Logins }));
    const { AccessKeyId = '', SecretKey = '', SessionToken = '' } = Credentials ?? {};
    const keys = { accessKeyId: AccessKeyId, secretAccessKey: SecretKey, sessionToken: SessionToken };
    const own = new DatasetClient(syncClient(server, keys), { ...DATASET, IdentityId });
    await own.write(put('a', '1'));
    expect(server.control.read(own.dataset)).toEqual({ a: '1' });
    const { Token = '' } = await client.send(new sdk.GetOpenIdTokenCommand({ IdentityId, Logins }));
    expect(JSON.parse(Buffer.from(Token.split('.')[1] ?? '', 'base64url').toString())).toMatchObject({
      sub: IdentityId,
      amr: ['authenticated', LOGIN],
    });
  });

  it.each(['RS256', 'ES384', 'EdDSA'])('may be signed with %s', async (algorithm) => {
    await issuer.rotate(algorithm);
    expect(await getId(await token())).toMatch(/^us-east-1:/);
  });

  it('may be for one of several audiences, on either side', async () => {
    expect(await getId(await token({ aud: ['other', 'app'] }))).toMatch(/^us-east-1:/);
    await server.stop();
    await start(['web', 'app']);
    expect(await getId(await token())).toMatch(/^us-east-1:/);
  });

  it('reads the keys once for many logins', async () => {
    for (const sub of ['a', 'b', 'c']) await getId(await token({ sub }));
    expect(issuer.asked).toEqual(['/.well-known/openid-configuration', '/keys']);
  });
});

describe('a token is refused', () => {
  const refused = async (bad: string, IdentityPoolId?: string) => {
    const { name, status, message } = await refusal(getId(bad, IdentityPoolId));
    expect([name, status]).toEqual(['NotAuthorizedException', 400]);
    for (const part of bad.split('.').filter((each) => each.length > 8)) expect(message).not.toContain(part);
    return message;
  };

  it.each<[string, Wanted, string]>([
    ['for another audience', { aud: 'other' }, 'Incorrect token audience: expected app'],
    ['without an audience', { aud: undefined }, 'Token lacks a claim or has a wrong one: aud'],
    ['that has expired', { exp: NOW / 1000 - 1 }, `Token expired: ${NOW / 1000 - 1} <= ${NOW / 1000}`],
    ['that expires just now', { exp: NOW / 1000 }, `Token expired: ${NOW / 1000} <= ${NOW / 1000}`],
    ['that never expires', { exp: undefined }, 'Token lacks a claim or has a wrong one: exp'],
    ['that is not valid yet', { nbf: NOW / 1000 + 60 }, 'Token is not valid yet (nbf)'],
    ['without a subject', { sub: undefined }, 'Token lacks a claim or has a wrong one: sub'],
    ['with a blank subject', { sub: '' }, 'Token names nobody (sub)'],
    ['of another issuer', { iss: 'https://other.example' }, 'Incorrect token issuer: expected http://'],
    ['signed with another key', { foreign: true }, 'Signature is by no key of http://'],
  ])('%s', async (_, wanted, text) => {
    expect(await refused(await token(wanted))).toMatch(`Invalid login token. ${text}`);
  });

  it('by the server’s clock', async () => {
    const good = await token();
    await getId(good);
    server.clock.advance(600_000);
    expect(await refused(good)).toContain('Token expired');
  });

  it('that is none, or is not signed', async () => {
    expect(await refused('alice')).toBe('Invalid login token. Not a JSON Web Token.');
    const unsigned = new UnsecuredJWT({ sub: 'alice', aud: 'app', iss: issuer.url, exp: NOW / 1000 + 60 }).encode();
    expect(await refused(unsigned)).toMatch('Invalid login token. ');
    const [header = '', , signature = ''] = (await token()).split('.');
    const other = Buffer.from(JSON.stringify({ sub: 'mallory', aud: 'app', iss: issuer.url, exp: 9e9 })).toString(
      'base64url',
    );
    expect(await refused(`${header}.${other}.${signature}`)).toContain('Signature is by no key of');
  });

  it('of a subject that the identity does not belong to', async () => {
    const IdentityId = await getId(await token());
    const call = new sdk.GetCredentialsForIdentityCommand({
      IdentityId,
      Logins: { [LOGIN]: await token({ sub: 'bob' }) },
    });
    expect((await refusal(client.send(call))).message).toBe(`Access to Identity '${IdentityId}' is forbidden.`);
  });

  it('once its key was replaced, while one of the new key is taken at once', async () => {
    const old = await token();
    const alice = await getId(old);
    await issuer.rotate();
    expect(await getId(await token())).toBe(alice);
    expect(await refused(old)).toContain('Signature is by no key of');
  });

  it.each<[string, Issuer['broken'], string]>([
    ['that answers 503', { status: 503 }, 'could not be read: HTTP 503'],
    [
      'whose configuration is of another one',
      { configuration: { issuer: 'https://other.example' } },
      'is that of another issuer',
    ],
    ['whose configuration is none', { configuration: 'nothing' }, 'is that of another issuer'],
    ['whose keys are none', { keys: { keys: 'nothing' } }, 'could not be read'],
  ])('by an issuer %s, until that is mended', async (_, broken, text) => {
    const good = await token();
    issuer.broken = broken;
    expect(await refused(good)).toContain(text);
    issuer.broken = {};
    expect(await getId(good)).toMatch(/^us-east-1:/);
  });

  it('by an issuer that names no keys, or cannot be reached', async () => {
    const good = await token();
    issuer.broken = { configuration: { issuer: issuer.url } };
    expect(await refused(good)).toContain('names no keys (jwks_uri)');
    await issuer.stop();
    expect(await refused(good)).toBe(
      `Invalid login token. The configuration of ${issuer.url} could not be read: ECONNREFUSED.`,
    );
  });
});

describe('the audience', () => {
  it('is that of the pool where it names a client id', async () => {
    const SupportedLoginProviders = { [LOGIN]: 'web;phone' };
    const pool = server.control.addPool({ SupportedLoginProviders });
    expect(await getId(await token({ aud: 'phone' }), pool)).toMatch(/^us-east-1:/);
    const { message } = await refusal(getId(await token(), pool));
    expect(message).toBe('Invalid login token. Incorrect token audience: expected web or phone.');
  });

  it('may be any where neither the pool nor the server names one', async () => {
    await server.stop();
    await start([]);
    expect(await getId(await token({ aud: 'whoever' }))).toMatch(/^us-east-1:/);
  });
});

describe('which providers are checked', () => {
  it('only those that are named: a token of another still stands for the user it names', async () => {
    const alice = await getId('alice', POOL, 'graph.facebook.com');
    expect(await getId(await token({ exp: 1 }), POOL, 'graph.facebook.com')).toBe(alice);
    expect(issuer.asked).toEqual([]);
  });

  it('a pool that does not take them refuses even a good token', async () => {
    const pool = server.control.addPool({ SupportedLoginProviders: {} });
    const { message } = await refusal(getId(await token(), pool));
    expect(message).toBe('Token is not from a supported provider of this identity pool.');
  });

  it('a pool may take them by the ARN of an OpenID provider, or as a user pool', async () => {
    const create = async (more: object) => {
      const input = { IdentityPoolName: 'x', AllowUnauthenticatedIdentities: false, ...more };
      return (await client.send(new sdk.CreateIdentityPoolCommand(input))).IdentityPoolId;
    };
    const arn = `arn:aws:iam::123456789012:oidc-provider/${LOGIN}`;
    expect(await getId(await token(), await create({ OpenIdConnectProviderARNs: [arn] }))).toMatch(/^us-east-1:/);
    const pool = await create({ CognitoIdentityProviders: [{ ProviderName: LOGIN, ClientId: 'web' }] });
    expect(await getId(await token({ aud: 'web' }), pool)).toMatch(/^us-east-1:/);
    expect((await refusal(getId(await token(), pool))).message).toContain('expected web');
  });

  it('pools of an earlier start take them as well', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'providers-'));
    const dataFile = join(folder, 'sync.mdb');
    await server.stop();
    await (await localServer({ dataFile })).stop();
    await start(['app'], { dataFile });
    expect(await getId(await token())).toMatch(/^us-east-1:/);
    rmSync(folder, { recursive: true, force: true });
  });

  it.each<[string, { name: string; issuer: string }]>([
    ['the developer provider', { name: 'login.local', issuer: 'https://issuer.example' }],
    ['Cognito Identity itself', { name: 'cognito-identity.amazonaws.com', issuer: 'https://issuer.example' }],
    ['an issuer without an address', { name: LOGIN, issuer: 'issuer.example' }],
    ['an issuer of another scheme', { name: LOGIN, issuer: 'file:///etc/passwd' }],
    ['no name', { name: '', issuer: 'https://issuer.example' }],
  ])('cannot be %s', async (_, provider) => {
    await expect(startServer({ providers: [{ ...provider, audiences: [] }] })).rejects.toThrow(TypeError);
  });
});

describe('STS AssumeRoleWithWebIdentity', () => {
  const assume = async (wanted: Wanted = {}, RoleArn = ROLE) => {
    const sts = new STS({ endpoint: server.endpoint, region: 'us-east-1', maxRetries: 0, ...KEYS });
    const input = { RoleArn, RoleSessionName: 'app', WebIdentityToken: await token(wanted) };
    return sts.assumeRoleWithWebIdentity(input).promise();
  };

  it('gives a good token keys of a role that the server was told of', async () => {
    const { Credentials, Provider, SubjectFromWebIdentityToken, Audience } = await assume();
    expect([Provider, SubjectFromWebIdentityToken, Audience]).toEqual([LOGIN, 'alice', 'app']);
    const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
    const keys = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
    expect((await new DatasetClient(syncClient(server, keys)).list()).DatasetExists).toBe(false);
  });

  it.each<[string, Wanted, string | undefined, string]>([
    ['an expired token', { exp: 1 }, undefined, 'ExpiredTokenException'],
    ['a token for another audience', { aud: 'other' }, undefined, 'InvalidIdentityToken'],
    ['a token of another issuer', { iss: 'https://other.example' }, undefined, 'InvalidIdentityToken'],
    ['a token signed with another key', { foreign: true }, undefined, 'InvalidIdentityToken'],
    ['a role that the server was not told of', {}, `${ROLE}Other`, 'AccessDenied'],
  ])('refuses %s', async (_, wanted, role, code) => {
    await expect(assume(wanted, role)).rejects.toMatchObject({ code } satisfies Partial<AWSError>);
  });

  it('says when the issuer cannot be reached', async () => {
    issuer.broken = { status: 500 };
    await expect(assume()).rejects.toMatchObject({ code: 'IDPCommunicationError' });
  });
});
