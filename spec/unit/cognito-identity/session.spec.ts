import { ListIdentities } from '../../../lib/cognito-identity/model';
import { identityPages } from '../../../lib/cognito-identity/pages';
import { identify, identitySessions, type Owner } from '../../../lib/cognito-identity/session';
import { all, answering } from '../../support/answers';

const poolId = 'us-east-1:1699ebc0-7900-4099-b910-2df94f52a030';
const identityId = 'us-east-1:a9643f52-1f0a-4d0e-8c8b-2a1b5c3d4e5f';
const owners = {
  developer: { provider: 'login.example.com', userIdentifier: 'ada' },
  login: { logins: { 'accounts.example.com': 'id-token' } },
  guest: { guest: true },
} satisfies Record<string, Owner>;

describe('an answer to GetOpenIdTokenForDeveloperIdentity', () => {
  it.each([[{}], [{ IdentityId: identityId }], [{ Token: 'open-id-token' }]])('is broken as %j', async (output) => {
    const found = identify(answering(output), { poolId, owner: owners.developer });
    await expect(found).rejects.toMatchObject({
      name: 'InvalidResponse',
      retry: 'if idempotent',
      message:
        'GetOpenIdTokenForDeveloperIdentity: InvalidResponse: expected an identity and a token, got an answer without it (request id r-1)',
    });
  });
});

it.each(['login', 'guest'] as const)('an answer to GetId without an identity is broken for a %s', async (kind) => {
  await expect(identify(answering({}), { poolId, owner: owners[kind] })).rejects.toThrow(
    'GetId: InvalidResponse: expected an identity, got an answer without it (request id r-1)',
  );
});

describe('an answer to GetCredentialsForIdentity', () => {
  const Expiration = '2126-01-31T09:30:00.000Z';
  const Credentials = {
    AccessKeyId: 'AKIDEXAMPLE',
    SecretKey: 'secret-of-it',
    SessionToken: 'token-of-it',
    Expiration,
  };
  const sessionOf = (output: object, tenant: string) =>
    identitySessions(answering(output), { poolId, owner: owners.guest, identityId }, tenant).current();
  const without = (member: string) =>
    Object.fromEntries(Object.entries(Credentials).filter(([name]) => name !== member));

  it.each<[string, object]>([
    ['any member', {}],
    ...Object.keys(Credentials).map((member): [string, object] => [member, { Credentials: without(member) }]),
    ['a readable Expiration', { Credentials: { ...Credentials, Expiration: 'soon' } }],
  ])('is broken without %s, and the error quotes none of it', async (missing, output) => {
    const error = await sessionOf(output, `without ${missing}`).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      name: 'InvalidResponse',
      text: 'expected credentials with the time of their end, got an answer without it',
    });
    expect(String(error)).not.toMatch(/of-it|AKID/);
  });

  it.each<[string, object, string]>([
    ['the one asked for where it names none', {}, identityId],
    ['another one where it names that', { IdentityId: 'us-east-1:merged' }, 'us-east-1:merged'],
  ])('is of %s', async (title, members, expected) => {
    expect(await sessionOf({ ...members, Credentials }, title)).toEqual({
      identityId: expected,
      credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret-of-it', sessionToken: 'token-of-it' },
      expiresMs: Date.parse(Expiration),
    });
  });
});

it('a list of identities ends in an error where a page names itself as the next one', async () => {
  const client = answering({ NextToken: 'a' });
  await expect(all(identityPages(client, ListIdentities, { IdentityPoolId: poolId, MaxResults: 60 }))).rejects.toThrow(
    'ListIdentities: InvalidResponse: the list does not advance: a page names itself as the next one',
  );
  expect(client.sent).toHaveLength(2);
});
