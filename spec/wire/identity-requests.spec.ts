import * as sdk from '@aws-sdk/client-cognito-identity';
import { cognitoIdentity } from '../../lib/cognito-identity/client';
import * as model from '../../lib/cognito-identity/model';
import { assumedRole } from '../../lib/sts/assume-role';
import { recorder, type Recorded, type Recorder } from '../support/recorder';
import { signatures } from '../support/signature';

const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const IdentityPoolId = 'us-east-1:1699ebc0-7900-4099-b910-2df94f52a030';
const IdentityId = 'us-east-1:a9643f52-1f0a-4d0e-8c8b-2a1b5c3d4e5f';
const Logins = { 'accounts.google.com': 'e30.ü"\\', 'login.example.com': 'user 42' };
const policy = { retries: 0, timeoutMs: 5_000 };

let server: Recorder;
beforeAll(async () => {
  server = await recorder((request, response) => {
    response.end(
      request.body.startsWith('Action=AssumeRole&')
        ? '<R><Credentials><AccessKeyId>ASIAEXAMPLE</AccessKeyId><SecretAccessKey>s/+=</SecretAccessKey>\n<SessionToken> t/+= </SessionToken><Expiration>2126-01-31T09:30:00Z</Expiration></Credentials></R>'
        : '{}',
    );
  });
});
afterAll(() => server.stop());

const endpoint = () => ({ origin: server.endpoint, host: new URL(server.endpoint).host });
const isSigned = ({ headers }: Recorded) => headers.authorization !== undefined;

it.each<[keyof typeof model, object]>([
  ['ListIdentities', { IdentityPoolId, MaxResults: 60 }],
  ['ListIdentities', { IdentityPoolId, MaxResults: 1, NextToken: 'a+/=', HideDisabled: true }],
  ['GetId', { IdentityPoolId }],
  ['GetId', { IdentityPoolId, Logins }],
  ['GetOpenIdTokenForDeveloperIdentity', { IdentityPoolId, IdentityId, Logins }],
  ['GetCredentialsForIdentity', { IdentityId, Logins }],
])('%s sends what the official SDK sends, signed where it signs: %j', async (name, input) => {
  const ours = cognitoIdentity({
    region: 'us-east-1',
    endpoint: endpoint(),
    credentials: { current: () => keys },
    policy,
  });
  await ours.send(model[name] as never, input as never);
  const our = server.requests.pop()!;
  const theirs = new sdk.CognitoIdentityClient({ region: 'us-east-1', endpoint: server.endpoint, credentials: keys });
  const Command = (sdk as unknown as Record<string, new (input: object) => never>)[`${name}Command`]!;
  await theirs.send(new Command(input));
  theirs.destroy();
  const their = server.requests.pop()!;

  for (const header of ['content-type', 'x-amz-target']) expect(our.headers[header]).toBe(their.headers[header]);
  expect([our.method, our.target, JSON.parse(our.body)]).toEqual([their.method, their.target, JSON.parse(their.body)]);
  expect(isSigned(our)).toBe(isSigned(their));
  if (!isSigned(our)) return;
  const { sent, recomputed } = await signatures(our, keys);
  expect(sent).toBe(recomputed);
});

it('AssumeRole is sent as the Query protocol wants it, and signed for STS', async () => {
  const role = {
    roleArn: 'arn:aws:iam::123456789012:role/a+b',
    externalId: 'x=1,@:/-',
    roleSessionName: 'flow@example',
  };
  const source = assumedRole(() => keys, role, { region: 'us-east-1', endpoint: endpoint(), policy });
  await expect(source.current()).resolves.toMatchObject({
    accessKeyId: 'ASIAEXAMPLE',
    secretAccessKey: 's/+=',
    sessionToken: 't/+=',
  });
  const request = server.requests.pop()!;
  expect(Object.fromEntries(new URLSearchParams(request.body))).toEqual({
    Action: 'AssumeRole',
    Version: '2011-06-15',
    RoleArn: role.roleArn,
    RoleSessionName: role.roleSessionName,
    ExternalId: role.externalId,
  });
  expect(request.headers['authorization']).toContain('/us-east-1/sts/aws4_request');
  const { sent, recomputed } = await signatures(request, keys);
  expect(sent).toBe(recomputed);
});
