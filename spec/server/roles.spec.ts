import { CognitoIdentity, STS, type AWSError } from 'aws-sdk';
import type { LocalServer } from '../../server';
import { DATASET, KEYS, localServer, POOL } from '../support/local';
import { DatasetClient, raw, refusal, syncClient } from '../support/server';

const NOW = Date.now();
const ROLE = 'arn:aws:iam::123456789012:role/team/Customer';
const CALL = { RoleArn: ROLE, RoleSessionName: 'connector', ExternalId: 'e-1' };

let server: LocalServer;
beforeAll(async () => {
  server = await localServer({ now: () => NOW, roles: [{ roleArn: ROLE, externalId: 'e-1' }] });
});
afterAll(() => server.stop());

const assume = (input: object = {}, keys = KEYS, region = 'us-east-1') =>
  new STS({ endpoint: server.endpoint, region, maxRetries: 0, ...keys }).assumeRole({ ...CALL, ...input }).promise();
const refused = async (call: Promise<unknown>) => {
  const { code, statusCode } = (await call.then(
    () => ({}),
    (error: unknown) => error,
  )) as AWSError;
  return [code, statusCode];
};

it('vends developer credentials that expire', async () => {
  const { Credentials, AssumedRoleUser } = await assume({ DurationSeconds: 900 });
  expect(AssumedRoleUser?.Arn).toBe('arn:aws:sts::123456789012:assumed-role/Customer/connector');
  expect(Credentials?.Expiration.getTime()).toBe(Math.floor((NOW + 900_000) / 1000) * 1000);
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
  const keys = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
  const { LastModifiedBy, DatasetExists } = await new DatasetClient(syncClient(server, keys)).list();
  expect([LastModifiedBy, DatasetExists]).toEqual([undefined, false]);
  server.clock.advance(900_000);
  const late = new DatasetClient(syncClient(server, keys)).list();
  expect(await refusal(late)).toMatchObject({ name: 'ExpiredTokenException', status: 403 });
  server.clock.reset();
});

it.each<[string, object, string, number]>([
  ['a wrong ExternalId', { ExternalId: 'e-2' }, 'AccessDenied', 403],
  ['no ExternalId where one is due', { ExternalId: undefined }, 'AccessDenied', 403],
  ['an unknown role', { RoleArn: 'arn:aws:iam::123456789012:role/Other' }, 'AccessDenied', 403],
  ['a session name with a space', { RoleSessionName: 'a b' }, 'ValidationError', 400],
  ['a duration under 15 minutes', { DurationSeconds: 899 }, 'ValidationError', 400],
])('refuses %s', async (_, input, code, status) => {
  expect(await refused(assume(input))).toEqual([code, status]);
});

it.each([
  ['an unknown key', { accessKeyId: 'AKIDOTHER', secretAccessKey: 'x' }, 'InvalidClientTokenId'],
  ['a wrong secret', { ...KEYS, secretAccessKey: 'x' }, 'SignatureDoesNotMatch'],
])('refuses %s by the names of the Query protocol', async (_, keys, code) => {
  expect(await refused(assume({}, keys))).toEqual([code, 403]);
});

it('refuses a key that IAM denies AssumeRole, and operations denied to the role', async () => {
  server.control.addKey({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example', deny: ['AssumeRole'] });
  expect(await refused(assume({}, { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' }))).toEqual([
    'AccessDenied',
    403,
  ]);
  const roleArn = 'arn:aws:iam::123456789012:role/Narrow';
  server.control.addRole({ roleArn, deny: ['ListRecords'] });
  const { Credentials } = await assume({ RoleArn: roleArn, ExternalId: undefined });
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
  const keys = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
  const message = expect.stringContaining('User: arn:aws:sts::123456789012:assumed-role/Narrow/connector') as string;
  expect(await refusal(new DatasetClient(syncClient(server, keys)).list())).toEqual({
    name: 'AccessDeniedException',
    status: 403,
    message,
  });
});

it('knows no other action', async () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const { status, body, headers } = await raw(server, 'POST', '/', form, 'Action=GetSessionToken&Version=2011-06-15');
  expect([status, headers['content-type']]).toEqual([400, 'text/xml']);
  expect(body).toContain('<Code>InvalidAction</Code>');
});

describe('the classic flow', () => {
  it('gives credentials of an identity for its OpenID token, unsigned', async () => {
    const options = { endpoint: server.endpoint, region: 'us-east-1', maxRetries: 0 };
    const cognito = new CognitoIdentity({ ...options, ...KEYS });
    const { IdentityId = '' } = await cognito.getId({ IdentityPoolId: POOL }).promise();
    const { Token = '' } = await cognito.getOpenIdToken({ IdentityId }).promise();
    const call = { RoleArn: ROLE, RoleSessionName: 'app', WebIdentityToken: Token };
    const sts = new STS({ ...options, ...KEYS });
    const { Credentials, Provider, SubjectFromWebIdentityToken } = await sts.assumeRoleWithWebIdentity(call).promise();
    expect([Provider, SubjectFromWebIdentityToken]).toEqual(['cognito-identity.amazonaws.com', IdentityId]);
    const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
    const keys = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
    const own = new DatasetClient(syncClient(server, keys), { ...DATASET, IdentityId });
    await own.write({ Op: 'replace', Key: 'a', Value: '1', SyncCount: 0 });
    expect((await own.list()).LastModifiedBy).toBe(IdentityId);
    expect(await refusal(new DatasetClient(syncClient(server, keys)).list())).toMatchObject({ status: 403 });
    const { Arn, Account } = await new STS({ ...options, ...keys }).getCallerIdentity().promise();
    expect([Account, Arn]).toEqual([
      '123456789012',
      'arn:aws:sts::123456789012:assumed-role/Cognito_localRole/CognitoIdentityCredentials',
    ]);
    const broken = sts.assumeRoleWithWebIdentity({ ...call, WebIdentityToken: `${Token}x` }).promise();
    expect(await refused(broken)).toEqual(['InvalidIdentityToken', 400]);
    server.clock.advance(600_000);
    expect(await refused(sts.assumeRoleWithWebIdentity(call).promise())).toEqual(['ExpiredTokenException', 400]);
    server.clock.reset();
  });

  it('lets a browser read the answers, which have a request id', async () => {
    const form = 'Action=AssumeRoleWithWebIdentity&Version=2011-06-15&constructor=1&__proto__=2';
    const { status, headers, body } = await raw(
      server,
      'POST',
      '/',
      { 'content-type': 'application/x-www-form-urlencoded' },
      form,
    );
    expect([status, headers['access-control-allow-origin']]).toEqual([400, '*']);
    expect(body).toMatch(/<RequestId>[0-9a-f-]{36}<\/RequestId>/);
  });
});
