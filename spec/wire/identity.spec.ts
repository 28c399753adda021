import { CognitoIdentityClient, GetOpenIdTokenForDeveloperIdentityCommand } from '@aws-sdk/client-cognito-identity';
import type { LocalServer } from '../../server';
import type { Process } from '../../lib/platform/runtime';
import { verifyCredentials } from '../../lib/verifyCredentials';
import { cfgOf, DATASET, IDENTITY, KEYS, localServer, POOL } from '../support/local';
import { run, type Run } from '../support/run';

const PROVIDER = 'login.local';
const GOOGLE = 'accounts.google.com';
const HOUR_MS = 3_600_000;
const ROLE = { roleArn: 'arn:aws:iam::123456789012:role/CognitoSync', externalId: 'agreed-external-id' };
const LAMBDA = 'arn:aws:lambda:us-east-1:123456789012:function:sync';
const { DatasetName } = DATASET;

let server: LocalServer;
beforeEach(async () => {
  server = await localServer({ developerProviderName: PROVIDER, roles: [ROLE] });
});
afterEach(() => server.stop());

async function act(name: string, body: object, fields: object = {}): Promise<Run> {
  const { process } = (await import(`../../lib/actions/${name}`)) as { process: Process };
  return run(process, { id: 'message-1', body }, cfgOf(server, fields));
}

/** The same, where nothing may go wrong. */
async function succeed(name: string, body: object, fields: object = {}): Promise<Run> {
  const done = await act(name, body, fields);
  expect(done.error).toBeUndefined();
  return done;
}

const headersOf = ({ emitted }: Run) => emitted[0]?.payload.headers ?? {};
const developer = { authoriseAs: 'developerIdentity', developerProviderName: PROVIDER };
const logins = { authoriseAs: 'logins', accessKeyId: '', secretAccessKey: '' };
const guest = { authoriseAs: 'guest', accessKeyId: '', secretAccessKey: '' };
const ada = { UserIdentifier: 'user-ada' };
const adaByGoogle = { Logins: { [GOOGLE]: 'google-token-of-ada' } };

/** What each way to authorise needs: the credential's fields and the members that say whom to act as. */
const WAYS = [
  ['developerIdentity', developer, async () => ada],
  ['logins', logins, async () => adaByGoogle],
  ['guest', guest, async () => ({ IdentityId: server.control.addIdentity(POOL) })],
] as const;

const device = { Platform: 'GCM', Token: 'push-token-of-ada' };

async function configurePush(): Promise<void> {
  await succeed('SetIdentityPoolConfiguration', {
    IdentityPoolId: POOL,
    PushSync: {
      ApplicationArns: ['arn:aws:sns:us-east-1:123456789012:app/GCM/App'],
      RoleArn: 'arn:aws:iam::123456789012:role/CognitoSync',
    },
  });
}

describe.each(WAYS)('with authoriseAs %s', (way, fields, whom) => {
  it('registers a device, subscribes it and unsubscribes it, which an access key may not', async () => {
    await configurePush();
    const who = { IdentityPoolId: POOL, ...(await whom()) };
    await succeed('UpsertRecords', { ...who, DatasetName, Records: { name: 'Ada' } }, fields);

    const registered = await succeed('RegisterDevice', { ...who, ...device }, fields);
    const subscription = { ...who, DatasetName, DeviceId: registered.bodies[0]?.['DeviceId'] as string };
    expect(subscription.DeviceId).toMatch(/^[0-9a-f-]{36}$/);
    await succeed('SubscribeToDataset', subscription, fields);
    await succeed('UnsubscribeFromDataset', subscription, fields);
    expect(server.calls('GetCredentialsForIdentity')).toBe(1);
  });

  it('makes every call about an identity as that identity', async () => {
    const who = { IdentityPoolId: POOL, ...(await whom()) };
    const upserted = await succeed('UpsertRecords', { ...who, DatasetName, Records: { name: 'Ada' } }, fields);
    const { IdentityId } = upserted.bodies[0] as { IdentityId: string };
    const listed = await succeed('ListRecords', { ...who, DatasetName }, fields);
    // What an access key writes is signed with the number of the account.
    expect(listed.bodies[0]?.['Records']).toMatchObject([{ Key: 'name', Value: 'Ada', LastModifiedBy: IdentityId }]);

    const { SyncSessionToken } = listed.bodies[0] as { SyncSessionToken: string };
    const RecordPatches = [{ Op: 'replace', Key: 'name', Value: 'Ada L.', SyncCount: 1 }];
    await succeed('UpdateRecords', { ...who, DatasetName, SyncSessionToken, RecordPatches }, fields);
    const datasets = await succeed('ListDatasets', who, { ...fields, emitBehaviour: 'emitIndividually' });
    expect(datasets.bodies).toMatchObject([{ IdentityPoolId: POOL, IdentityId, DatasetName }]);
    await succeed('DescribeDataset', { ...who, DatasetName }, fields);
    await succeed('DescribeIdentityUsage', who, fields);
    await succeed('DeleteDataset', { ...who, DatasetName }, fields);
    expect(server.calls('GetCredentialsForIdentity')).toBe(1);
  });

  it('is refused access to another identity', async () => {
    // A user whom the pool does not know yet would be linked to the identity.
    if (way === 'developerIdentity') server.control.addIdentity(POOL, undefined, { [PROVIDER]: ada.UserIdentifier });
    const others = server.control.addIdentity(POOL, IDENTITY, { [GOOGLE]: 'somebody-else', [PROVIDER]: 'user-else' });
    const { error } = await act(
      'ListRecords',
      { ...(await whom()), IdentityPoolId: POOL, IdentityId: others, DatasetName },
      fields,
    );
    expect(error?.message).toMatch(/^ListRecords: (NotAuthorizedException|DeveloperUserAlreadyRegisteredException): /);
    expect(server.calls('ListRecords')).toBe(0);
  });

  it('runs the Lambda function of the pool on a write, which an access key does not', async () => {
    await succeed('SetCognitoEvents', { IdentityPoolId: POOL, Events: { SyncTrigger: LAMBDA } });
    server.control.trigger.stub = { reply: 'change', records: { checked: 'by the function' } };
    const who = { IdentityPoolId: POOL, ...(await whom()) };
    const written = await succeed('UpsertRecords', { ...who, DatasetName, Records: { name: 'Ada' } }, fields);
    const { IdentityId } = written.bodies[0] as { IdentityId: string };
    const where = { IdentityPoolId: POOL, IdentityId, DatasetName };
    expect(server.control.read(where)).toEqual({ name: 'Ada', checked: 'by the function' });
    expect(server.control.trigger.events).toHaveLength(1);

    await succeed('UpsertRecords', { ...where, Records: { name: 'past the function' } });
    expect(server.control.read(where)).toMatchObject({ name: 'past the function' });
    expect(server.control.trigger.events).toHaveLength(1);
  });

  it('obtains fresh credentials when they end in the middle of a run', async () => {
    const who = { IdentityPoolId: POOL, ...(await whom()), DatasetName };
    const first = await succeed('ListRecords', who, fields);
    expect(first.log.filter((line) => line.includes('has become'))).toEqual([]);
    server.clock.advance(HOUR_MS + 60_000);
    await succeed('ListRecords', who, fields);
    await succeed('ListRecords', who, fields);
    expect(server.calls('GetCredentialsForIdentity')).toBe(2);
    server.clock.reset();
  });

  it('asks once for a hundred messages at a time', async () => {
    const who = { IdentityPoolId: POOL, ...(await whom()), DatasetName };
    await Promise.all(Array.from({ length: 100 }, () => succeed('ListRecords', who, fields)));
    expect(server.calls('GetCredentialsForIdentity')).toBe(1);
    expect(server.calls('GetOpenIdTokenForDeveloperIdentity')).toBe(way === 'developerIdentity' ? 1 : 0);
    expect(server.calls('GetId')).toBe(way === 'logins' ? 1 : 0);
    expect(server.calls('ListRecords')).toBe(100);
  });

  it('is asked again after a failure, which is not kept', async () => {
    const who = { IdentityPoolId: POOL, ...(await whom()), DatasetName };
    server.faults.next({
      kind: 'error',
      operation: 'GetCredentialsForIdentity',
      name: 'NotAuthorizedException',
      status: 400,
    });
    const { error } = await act('ListRecords', who, fields);
    expect(error?.message).toMatch(/^ListRecords: NotAuthorizedException: .*\[GetCredentialsForIdentity\]/);
    await succeed('ListRecords', who, fields);
  });

  it('sends nothing while any member is wrong, so that no identity is made in vain', async () => {
    const { error } = await act('ListRecords', { IdentityPoolId: POOL, ...(await whom()), DatasetName: '..' }, fields);
    expect(error?.message).toMatch(/^ListRecords: InvalidInput: DatasetName must be /);
    expect(server.calls()).toBe(0);
  });
});

describe('an identity that has been merged into another', () => {
  const start = async () => {
    const source = server.control.addIdentity(POOL, undefined, { [PROVIDER]: ada.UserIdentifier });
    const destination = server.control.addIdentity(POOL, undefined, { [PROVIDER]: 'user-of-old' });
    const message = { IdentityPoolId: POOL, IdentityId: source, DatasetName, ...ada };
    return { source, destination, message };
  };

  it('is left for the other one, and the message says so', async () => {
    const { source, destination, message } = await start();
    server.control.merge(POOL, source, destination);
    const done = await succeed('UpsertRecords', { ...message, Records: { name: 'Ada' } }, developer);
    expect(done.bodies[0]).toMatchObject({ IdentityId: destination });
    expect(headersOf(done)).toMatchObject({ 'cognito-sync-identity-id': destination });
    expect(done.log.filter((line) => line.includes(source))).toEqual([
      `UpsertRecords: identity ${source} has become ${destination}, which the calls now go to`,
    ]);
    expect(server.control.read({ ...message, IdentityId: destination })).toEqual({ name: 'Ada' });
  });

  it('is left in the middle of a run, when its credentials end', async () => {
    const { source, destination, message } = await start();
    const before = await succeed('ListRecords', message, developer);
    expect(headersOf(before)).not.toHaveProperty('cognito-sync-identity-id');
    server.control.write({ ...message, IdentityId: destination }, { name: 'of old' });
    server.control.merge(POOL, source, destination);
    server.clock.advance(HOUR_MS + 60_000);
    const after = await succeed('ListRecords', message, developer);
    expect(headersOf(after)).toMatchObject({ 'cognito-sync-identity-id': destination });
    expect(after.bodies[0]?.['Records']).toMatchObject([{ Key: 'name', Value: 'of old' }]);
    server.clock.reset();
  });
});

describe('with the access key', () => {
  it('finds the identity of a user whom the message names, and calls with the key', async () => {
    const IdentityId = server.control.addIdentity(POOL, undefined, { [PROVIDER]: ada.UserIdentifier });
    const fields = { developerProviderName: PROVIDER };
    const done = await succeed(
      'UpsertRecords',
      { IdentityPoolId: POOL, DatasetName, ActAs: ada, Records: { name: 'Ada' } },
      fields,
    );
    expect(done.bodies[0]).toMatchObject({ IdentityId });
    expect(headersOf(done)).toMatchObject({ 'cognito-sync-identity-id': IdentityId });
    expect(server.calls('GetCredentialsForIdentity')).toBe(0);
  });

  it.each(['RegisterDevice', 'SubscribeToDataset', 'UnsubscribeFromDataset'])(
    'refuses %s before anything is sent',
    async (name) => {
      const message =
        name === 'RegisterDevice'
          ? { IdentityPoolId: POOL, IdentityId: IDENTITY, ...device }
          : { ...DATASET, DeviceId: 'device-1' };
      for (const fields of [{}, ROLE]) {
        const { error } = await act(name, message, fields);
        expect(error?.message).toMatch(
          new RegExp(`^${name}: InvalidInput: AWS takes this call only from the identity itself.*authoriseAs`),
        );
      }
      expect(server.calls()).toBe(0);
    },
  );

  it('leaves a credential that is an identity’s own as it is', async () => {
    await configurePush();
    const IdentityId = server.control.addIdentity(POOL);
    const { accessKeyId, secretAccessKey, sessionToken } = server.control.vend(POOL, IdentityId);
    const own = { accessKeyId, secretAccessKey, sessionToken };
    await succeed('RegisterDevice', { IdentityPoolId: POOL, IdentityId, ...device }, own);
    expect(server.calls('GetCredentialsForIdentity')).toBe(0);
  });
});

describe('what cannot be done', () => {
  const who = { IdentityPoolId: POOL, DatasetName };
  it.each<[string, string, object, object, RegExp]>([
    [
      'a user beside an identity, with an access key',
      'ListRecords',
      { ...DATASET, ...ada },
      { developerProviderName: PROVIDER },
      /IdentityId excludes UserIdentifier and Logins/,
    ],
    ['no user', 'ListRecords', DATASET, developer, /UserIdentifier is required, since authoriseAs/],
    ['no logins', 'ListRecords', DATASET, logins, /Logins is required, since authoriseAs/],
    ['empty logins', 'ListRecords', { ...DATASET, Logins: {} }, logins, /Logins is required, since authoriseAs/],
    [
      'a guest without an identity',
      'ListRecords',
      who,
      guest,
      /IdentityId is required for a guest; the action GetIdentityId makes one/,
    ],
    [
      'logins for a guest',
      'ListRecords',
      { ...DATASET, ...adaByGoogle },
      guest,
      /Logins needs a credential with authoriseAs logins; this one has guest/,
    ],
    [
      'a user where logins are asked for',
      'ListRecords',
      { ...who, ...ada },
      { ...logins, developerProviderName: PROVIDER },
      /UserIdentifier needs a credential with authoriseAs developerIdentity/,
    ],
    [
      'a user and logins',
      'ListRecords',
      { ...who, ...ada, ...adaByGoogle },
      { developerProviderName: PROVIDER },
      /UserIdentifier and Logins exclude each other/,
    ],
    [
      'a user without a provider',
      'ListRecords',
      { ...who, ...ada },
      {},
      /developerProviderName is required in the credential to find a UserIdentifier/,
    ],
    [
      'developerIdentity without a provider',
      'ListRecords',
      { ...who, ...ada },
      { authoriseAs: 'developerIdentity' },
      /developerProviderName is required in the credential to authorise as developerIdentity/,
    ],
    [
      'eleven logins',
      'ListRecords',
      { ...who, Logins: Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`p${i}`, 'secret-token'])) },
      logins,
      /Logins must be an object with at most 10 entries, got 11/,
    ],
    [
      'a number as a user',
      'ListRecords',
      { ...who, UserIdentifier: 42 },
      developer,
      /UserIdentifier must be a user identifier of 1 to 1024 characters, got a number/,
    ],
    [
      'a user given twice',
      'ListRecords',
      { ...who, ...ada, ActAs: { UserIdentifier: 'user-bob' } },
      developer,
      /UserIdentifier is given twice, and in ActAs with another value$/,
    ],
    [
      'an unknown way',
      'ListRecords',
      DATASET,
      { authoriseAs: 'root' },
      /authoriseAs of the credential must be one of accessKey, developerIdentity, logins, guest/,
    ],
    [
      'an external id without a role',
      'ListRecords',
      DATASET,
      { externalId: 'agreed-external-id' },
      /externalId of the credential has no effect without roleArn/,
    ],
    [
      'a role that is none',
      'ListRecords',
      DATASET,
      { roleArn: 'CognitoSync' },
      /roleArn of the credential must be the ARN of a role/,
    ],
    [
      'a user for a step about a pool',
      'DescribeIdentityPoolUsage',
      { IdentityPoolId: POOL, ...ada },
      developer,
      /has no member "UserIdentifier"/,
    ],
    [
      'a step about a pool without an access key',
      'DescribeIdentityPoolUsage',
      { IdentityPoolId: POOL },
      guest,
      /accessKeyId is required in the credential, got nothing/,
    ],
    [
      'a user to whom nothing leads',
      'GetIdentityId',
      { IdentityPoolId: POOL },
      developer,
      /UserIdentifier or Logins is required/,
    ],
  ])('refuses %s, and sends nothing', async (_, name, body, fields, sentence) => {
    const { error } = await act(name, body, fields);
    expect(error?.message).toMatch(new RegExp(`^${name}: InvalidInput: .*${sentence.source}`));
    expect(server.calls()).toBe(0);
  });
});

describe('a role', () => {
  it('is assumed once for all messages, and signs their calls', async () => {
    server.control.deny(KEYS.accessKeyId, ['ListRecords', 'ListIdentityPoolUsage']);
    expect((await act('ListRecords', DATASET)).error?.name).toBe('AccessDeniedException');
    await Promise.all(Array.from({ length: 20 }, () => succeed('ListRecords', DATASET, ROLE)));
    expect(server.calls('AssumeRole')).toBe(1);
    await expect(verifyCredentials(cfgOf(server, { ...ROLE, roleSessionName: 'check' }))).resolves.toEqual({
      verified: true,
    });
  });

  it('obtains the credentials of an identity', async () => {
    server.control.deny(KEYS.accessKeyId, ['GetOpenIdTokenForDeveloperIdentity']);
    await succeed('ListRecords', { IdentityPoolId: POOL, DatasetName, ...ada }, { ...developer, ...ROLE });
    expect(server.calls('AssumeRole')).toBe(1);
  });

  it('is assumed anew when its credentials end in the middle of a run', async () => {
    await succeed('ListRecords', DATASET, ROLE);
    server.clock.advance(HOUR_MS + 60_000);
    // The first call since learns what time it is there.
    await succeed('DescribeIdentityPoolUsage', { IdentityPoolId: POOL });
    await succeed('ListRecords', DATASET, ROLE);
    await succeed('ListRecords', DATASET, ROLE);
    expect(server.calls('AssumeRole')).toBe(2);
    server.clock.reset();
  });

  it.each<[string, Readonly<Record<string, string>>, string]>([
    ['a wrong external id', { ...ROLE, externalId: 'another-external-id' }, 'AccessDenied'],
    ['an unknown role', { roleArn: `${ROLE.roleArn}2` }, 'AccessDenied'],
    ['a wrong secret', { ...ROLE, secretAccessKey: 'mistyped-secret' }, 'SignatureDoesNotMatch'],
    ['an unknown key', { ...ROLE, accessKeyId: 'AKIDUNKNOWN' }, 'InvalidClientTokenId'],
  ])('is refused with %s, and the verification says so', async (_, fields, name) => {
    const { error } = await act('ListRecords', DATASET, fields);
    expect(error?.name).toBe(name);
    expect(error?.message).toMatch(/^ListRecords: .*\[AssumeRole\] \(HTTP 403/);
    expect(error?.message).not.toContain(fields['externalId'] ?? 'mistyped-secret');
    const verdict = await verifyCredentials(cfgOf(server, fields));
    expect(verdict).toMatchObject({ verified: false, reason: expect.stringContaining(name) as string });
  });

  it.each(['truncated', 'not-json', 'empty', 'html'] as const)(
    'is asked for again when its answer is %s',
    async (kind) => {
      server.faults.next({ kind, operation: 'AssumeRole' });
      await succeed('ListRecords', DATASET, { ...ROLE, roleSessionName: kind });
      expect(server.calls('AssumeRole')).toBe(2);
    },
  );
});

describe('credentials of several tenants in one process', () => {
  it('are never mixed up, be it by one wrong character of the secret', async () => {
    const who = { IdentityPoolId: POOL, DatasetName, ...ada };
    await succeed('ListRecords', who, developer);
    const { error } = await act('ListRecords', who, { ...developer, secretAccessKey: 'local-secreT' });
    expect(error?.name).toBe('InvalidSignatureException');
    await succeed('ListRecords', DATASET, ROLE);
    expect((await act('ListRecords', DATASET, { ...ROLE, secretAccessKey: 'local-secreT' })).error?.name).toBe(
      'SignatureDoesNotMatch',
    );
  });

  it('have sessions of their own for the same user', async () => {
    server.control.addKey({ accessKeyId: 'AKIDSECOND', secretAccessKey: 'second-secret' });
    const who = { IdentityPoolId: POOL, DatasetName, ...ada };
    await succeed('ListRecords', who, developer);
    await succeed('ListRecords', who, { ...developer, accessKeyId: 'AKIDSECOND', secretAccessKey: 'second-secret' });
    expect(server.calls('GetCredentialsForIdentity')).toBe(2);
  });
});

describe('GetIdentityId', () => {
  it('finds a user again, whom it has made', async () => {
    const message = { IdentityPoolId: POOL, ...ada };
    const first = await succeed('GetIdentityId', message, { developerProviderName: PROVIDER });
    const second = await succeed('GetIdentityId', message, developer);
    expect(second.bodies).toEqual(first.bodies);
    expect(headersOf(second)).toHaveProperty('cognito-sync-request-id');
    // The official client sees the same.
    const theirs = new CognitoIdentityClient({ endpoint: server.endpoint, region: 'us-east-1', credentials: KEYS });
    const found = await theirs.send(
      new GetOpenIdTokenForDeveloperIdentityCommand({
        IdentityPoolId: POOL,
        Logins: { [PROVIDER]: ada.UserIdentifier },
      }),
    );
    theirs.destroy();
    expect(first.bodies).toEqual([{ IdentityPoolId: POOL, IdentityId: found.IdentityId }]);
  });

  it('finds somebody by logins, without an access key', async () => {
    const [first, second] = [
      await succeed('GetIdentityId', { IdentityPoolId: POOL, ...adaByGoogle }, logins),
      await succeed('GetIdentityId', { IdentityPoolId: POOL, ...adaByGoogle }, logins),
    ];
    expect(first.bodies).toEqual(second.bodies);
  });

  it('makes a new guest for each message', async () => {
    const first = await succeed('GetIdentityId', { IdentityPoolId: POOL }, guest);
    const second = await succeed('GetIdentityId', { IdentityPoolId: POOL }, guest);
    expect(first.bodies[0]?.['IdentityId']).not.toBe(second.bodies[0]?.['IdentityId']);
  });
});

describe('ListIdentities', () => {
  it.each([
    ['singlePage', [2]],
    ['fetchPage', [2, 1]],
    ['fetchAll', [3]],
    ['emitIndividually', [1, 1, 1]],
  ] as const)('emits as %s: %j identities a message', async (emitBehaviour, sizes) => {
    const ids = server.seed({ identities: 3, datasetsPerIdentity: 0, recordsPerDataset: 0 });
    const { bodies } = await succeed('ListIdentities', { IdentityPoolId: POOL, MaxResults: 2 }, { emitBehaviour });
    const pages = bodies.map((body) => (body['Identities'] as object[] | undefined) ?? [body]);
    const listed = pages.flat();
    expect(pages.map(({ length }) => length)).toEqual(sizes);
    const expected = emitBehaviour === 'singlePage' ? ids.sort().slice(0, 2) : ids.sort();
    expect(listed.map((item) => (item as { IdentityId: string }).IdentityId)).toEqual(expected);
    for (const body of bodies) expect(body).toMatchObject({ IdentityPoolId: POOL });
  });
});

describe('verification of a credential without an access key', () => {
  it.each([
    ['says yes where Cognito Identity answers', {}, { verified: true }],
    [
      'says no where nothing answers',
      { endpoint: 'http://127.0.0.1:9' },
      { verified: false, reason: expect.stringContaining('ECONNREFUSED') as string },
    ],
    [
      'says no where something else answers',
      { fault: 'html' },
      { verified: false, reason: expect.stringContaining('InvalidResponse') as string },
    ],
  ])('%s', async (_, fields, verdict) => {
    if ('fault' in fields) server.faults.next({ kind: 'html', count: 9 });
    await expect(verifyCredentials(cfgOf(server, { ...guest, ...fields }))).resolves.toEqual(verdict);
    await expect(verifyCredentials(cfgOf(server, { ...logins, ...fields }))).resolves.toEqual(verdict);
  });

  it.each([
    ['accessKey', {}],
    ['developerIdentity', { developerProviderName: PROVIDER }],
  ])('says no where authoriseAs %s needs one', async (authoriseAs, fields) => {
    const cfg = cfgOf(server, { authoriseAs, ...fields, accessKeyId: '', secretAccessKey: '' });
    await expect(verifyCredentials(cfg)).resolves.toEqual({
      verified: false,
      reason: expect.stringContaining('accessKeyId is required in the credential') as string,
    });
  });

  it.each(['logins', 'guest'])('judges the access key of authoriseAs %s where there is one', async (authoriseAs) => {
    const cfg = cfgOf(server, { authoriseAs, secretAccessKey: 'mistyped-secret' });
    await expect(verifyCredentials(cfg)).resolves.toMatchObject({ verified: false });
  });
});

it('lets nothing that is secret into messages, logs and errors', async () => {
  await configurePush();
  const { sessionToken } = server.control.vend(POOL, server.control.addIdentity(POOL));
  const secrets = [
    KEYS.secretAccessKey,
    adaByGoogle.Logins[GOOGLE],
    device.Token,
    ROLE.externalId,
    sessionToken.slice(0, 20),
    'Signature=',
    'SecretAccessKey',
  ];
  const seen: string[] = [];
  const note = ({ emitted, log, error }: Run) =>
    seen.push(JSON.stringify([emitted, log]), error?.message ?? '', error?.stack ?? '');
  const ways = [
    [{ ...developer, ...ROLE }, ada, { AssumeRole: ROLE.externalId, RegisterDevice: device.Token }],
    [logins, adaByGoogle, { GetId: adaByGoogle.Logins[GOOGLE], GetCredentialsForIdentity: adaByGoogle.Logins[GOOGLE] }],
  ] as const;
  for (const [fields, whom, echoes] of ways) {
    const message = { IdentityPoolId: POOL, ...whom, ...device };
    note(await act('RegisterDevice', message, fields));
    server.clock.advance(HOUR_MS + 60_000);
    note(await act('RegisterDevice', message, fields));
    for (const [operation, echo] of Object.entries(echoes)) {
      for (const kind of ['not-json', 'html', 'error'] as const) {
        server.clock.advance(HOUR_MS + 60_000);
        server.faults.next({
          kind,
          operation,
          count: 9,
          name: 'NotAuthorizedException',
          status: 400,
          message: `no ${echo}`,
        });
        const failed = await act('RegisterDevice', message, { ...fields, errorPolicy: 'fail' });
        expect(failed.error?.name).toMatch(/^(?:InvalidResponse|NotAuthorizedException)$/);
        note(failed);
        server.faults.clear();
      }
    }
    const answered = await act('RegisterDevice', { ...message, Token: undefined }, { ...fields, errorPolicy: 'emit' });
    expect(answered.bodies[0]).toHaveProperty('error.name', 'InvalidInput');
    note(answered);
  }
  server.clock.reset();
  for (const secret of secrets) for (const text of seen) expect(text).not.toContain(secret);
});
