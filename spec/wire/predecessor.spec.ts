import { Sha256 } from '@aws-crypto/sha256-js';
import * as sdk from '@aws-sdk/client-cognito-sync';
import { SignatureV4 } from '@smithy/signature-v4';
import type { LocalServer } from '../../server';
import type { Process } from '../../lib/platform/runtime';
import { cfgOf, DATASET, IDENTITY, KEYS, localServer, POOL } from '../support/local';
import { recorder, type Recorder } from '../support/recorder';
import { run, type Run } from '../support/run';

/** Messages as flows hold them that were built on the connectors of DataFire and flowground. */

type Members = Readonly<Record<string, unknown>>;
interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

const DEVICE = 'we/ird device';
const ROLE = 'arn:aws:iam::123456789012:role/CognitoSync';
const LAMBDA = 'arn:aws:lambda:us-east-1:123456789012:function:sync';
const pool = { IdentityPoolId: POOL };
const identity = { ...pool, IdentityId: IDENTITY };
const stream = { StreamName: 'sync', RoleArn: ROLE, StreamingStatus: 'ENABLED' };
const push = { ApplicationArns: ['arn:aws:sns:us-east-1:123456789012:app/GCM/App'], RoleArn: ROLE };

let server: LocalServer;
let echo: Recorder;
let own: Keys;
beforeEach(async () => {
  [server, echo] = await Promise.all([localServer(), recorder()]);
  server.control.addIdentity(POOL, IDENTITY);
  own = server.control.vend(POOL, IDENTITY);
});
afterEach(() => Promise.all([server.stop(), echo.stop()]));

async function act(name: string, body: object, fields: object = {}): Promise<Run> {
  const { process } = (await import(`../../lib/actions/${name}`)) as { process: Process };
  return run(process, { body }, cfgOf(server, { region: 'us-east-1', ...fields }));
}

async function succeed(name: string, body: object, fields: object = {}): Promise<Members> {
  const { bodies, error } = await act(name, body, fields);
  expect(error).toBeUndefined();
  return bodies[0] ?? {};
}

const device = async () => {
  await succeed('SetIdentityPoolConfiguration', { ...pool, PushSync: push });
  const { DeviceId } = await succeed('RegisterDevice', { ...identity, Platform: 'GCM', Token: DEVICE }, own);
  await succeed('UpsertRecords', { ...DATASET, Records: { name: 'Ada' } });
  return { DeviceId };
};
const streaming = async () => {
  await succeed('SetIdentityPoolConfiguration', { ...pool, CognitoStreams: stream });
  return {};
};
const dataset = async () => {
  await succeed('UpsertRecords', { ...DATASET, Records: { name: 'Ada' } });
  return {};
};
const session = async () => {
  const { SyncSessionToken } = await succeed('ListRecords', DATASET);
  return { SyncSessionToken };
};
const patches = { RecordPatches: [{ Op: 'replace', Key: 'name', SyncCount: 0, Value: 'Ada' }] };

/** Each operation of the predecessors: the members that stood at the top, those in the body, and what must be there. */
const OPERATIONS: readonly (readonly [string, Members, Members, (() => Promise<Members>)?])[] = [
  ['ListIdentityPoolUsage', {}, { MaxResults: 2 }],
  ['DescribeIdentityPoolUsage', pool, {}],
  ['BulkPublish', pool, {}, streaming],
  ['GetIdentityPoolConfiguration', pool, {}],
  ['SetIdentityPoolConfiguration', pool, { PushSync: push, CognitoStreams: stream }],
  ['GetCognitoEvents', pool, {}],
  ['SetCognitoEvents', pool, { Events: { SyncTrigger: LAMBDA } }],
  ['GetBulkPublishDetails', pool, {}],
  ['DescribeIdentityUsage', identity, {}],
  ['ListDatasets', identity, { MaxResults: 3 }],
  ['DeleteDataset', DATASET, {}, dataset],
  ['DescribeDataset', DATASET, {}, dataset],
  ['UpdateRecords', DATASET, patches, session],
  ['ListRecords', DATASET, { LastSyncCount: 0, MaxResults: 10 }],
  ['UnsubscribeFromDataset', DATASET, {}, device],
  ['SubscribeToDataset', DATASET, {}, device],
  ['RegisterDevice', identity, { Platform: 'GCM', Token: 'token' }, device],
];
const ONLY_OF_IDENTITY = ['RegisterDevice', 'SubscribeToDataset', 'UnsubscribeFromDataset'];
const underscored = (members: Members) =>
  Object.fromEntries(Object.entries(members).map(([name, value]) => [name.replaceAll('-', '_'), value]));

const SPELLINGS = [
  ['DataFire', 'body', (members: Members) => members],
  ['flowground', 'requestBody', underscored],
] as const;
const cases = OPERATIONS.flatMap(([name, top, body, given]) =>
  SPELLINGS.map(([from, member, spelt]) => ({
    name,
    from,
    spelt,
    message: async () => {
      const { DeviceId, ...found } = (await given?.()) ?? {};
      const label = DeviceId !== undefined && 'DatasetName' in top ? { DeviceId } : {};
      return { ...top, ...label, Action: name, Version: '2014-06-30', [member]: { ...body, ...found } };
    },
    keys: () => (ONLY_OF_IDENTITY.includes(name) ? own : KEYS),
  })),
);

/** Signs the request that the official SDK makes of these members, and returns the parts of the signature. */
async function signed(name: string, message: Members, keys: Keys, at = new Date()): Promise<Members> {
  const { body, requestBody, ...top } = message;
  const client = new sdk.CognitoSyncClient({ region: 'us-east-1', endpoint: echo.endpoint, credentials: keys });
  const Command = (sdk as unknown as Record<string, new (input: object) => never>)[`${name}Command`]!;
  await client.send(new Command({ ...top, ...((body ?? requestBody) as object) }));
  client.destroy();
  const request = echo.requests.pop()!;
  const [path = '', search = ''] = request.target.split('?');
  const signer = new SignatureV4({ credentials: keys, region: 'us-east-1', service: 'cognito-sync', sha256: Sha256 });
  const { headers } = await signer.sign(
    {
      method: request.method,
      protocol: 'http:',
      hostname: '127.0.0.1',
      path,
      query: Object.fromEntries(new URLSearchParams(search)),
      headers: { host: new URL(server.endpoint).host },
      body: request.body === '' ? undefined : request.body,
    },
    { signingDate: at },
  );
  const [algorithm, credential, signedHeaders, signature] =
    /^(\S+) Credential=([^,]+), SignedHeaders=([^,]+), Signature=(.+)$/
      .exec(headers['authorization'] ?? '')
      ?.slice(1) ?? [];
  return {
    'X-Amz-Algorithm': algorithm,
    'X-Amz-Credential': credential,
    'X-Amz-SignedHeaders': signedHeaders,
    'X-Amz-Signature': signature,
    'X-Amz-Date': headers['x-amz-date'],
    'X-Amz-Content-Sha256': headers['x-amz-content-sha256'],
    ...(keys.sessionToken ? { 'X-Amz-Security-Token': keys.sessionToken } : {}),
  };
}

it.each(cases)('takes $name of $from and signs it', async ({ name, message, keys }) => {
  await succeed(name, await message(), keys());
});

it.each(cases)('takes $name of $from with a signature of the sender, and needs no access key', async (example) => {
  const { name, spelt, message, keys } = example;
  const body = await message();
  const parts = spelt(await signed(name, body, keys()));
  await succeed(name, { ...body, ...parts }, { accessKeyId: '', secretAccessKey: '' });
});

describe.each(SPELLINGS)('a signature of the sender, as from %s', (_, member, spelt) => {
  const message = { ...DATASET, [member]: {} };
  const send = async (parts: Members, fields: object = {}) =>
    act('ListRecords', { ...message, ...spelt(parts) }, fields);

  it('goes before the access key, even when it is wrong, and is sent once', async () => {
    const parts = await signed('ListRecords', message, { ...KEYS, secretAccessKey: 'another-secret' });
    const { error } = await send(parts);
    expect(error?.name).toBe('InvalidSignatureException');
    expect(server.calls('ListRecords')).toBe(1);
  });

  it('is neither repeated nor renewed when AWS fails or its time is over', async () => {
    const parts = await signed('ListRecords', message, KEYS);
    server.faults.next({ kind: '503' });
    expect((await send(parts)).error?.name).toBe('ServiceUnavailable');
    expect(server.calls('ListRecords')).toBe(1);
    server.clock.advance(3_600_000);
    expect((await send(parts)).error?.message).toContain('Signature expired');
    expect(server.calls('ListRecords')).toBe(2);
  });

  it('is refused before anything is sent where a step makes several calls', async () => {
    const parts = await signed('ListRecords', message, KEYS);
    const { error } = await send(parts, { emitBehaviour: 'fetchAll' });
    expect(error?.message).toMatch(/^ListRecords: InvalidInput: the signature in the message is good for one page/);
    const upsert = await act('UpsertRecords', { ...DATASET, Records: { a: 'b' }, ...spelt(parts) });
    expect(upsert.error?.message).toMatch(/^UpsertRecords: InvalidInput: The message body has no member "X[-_]Amz[-_]/);
    expect(server.calls()).toBe(0);
  });

  it('stays out of logs, errors and emitted messages', async () => {
    const parts = await signed('ListRecords', message, own);
    server.faults.next({ kind: 'html', status: 403 });
    const { emitted, log } = await send(parts, { errorPolicy: 'emit' });
    expect(emitted[0]?.payload.body).toHaveProperty('error.name', 'InvalidResponse');
    const seen = JSON.stringify([emitted, log]);
    for (const name of ['X-Amz-Signature', 'X-Amz-Credential', 'X-Amz-Security-Token']) {
      expect(seen).not.toContain(parts[name]);
    }
  });
});

describe.each(SPELLINGS)('a session token in the message, as from %s', (_, member, spelt) => {
  it('goes before the one of the credential', async () => {
    const { accessKeyId, secretAccessKey, sessionToken } = own;
    const message = {
      ...identity,
      [member]: { Platform: 'GCM', Token: DEVICE },
      ...spelt({ 'X-Amz-Security-Token': sessionToken }),
    };
    await succeed('SetIdentityPoolConfiguration', { ...pool, PushSync: push });
    for (const inCredential of ['', 'stale-token']) {
      await succeed('RegisterDevice', message, { accessKeyId, secretAccessKey, sessionToken: inCredential });
    }
  });
});

it('refuses members that contradict each other, and sends nothing', async () => {
  const { error } = await act('ListRecords', { ...DATASET, body: { DatasetName: 'another' } });
  expect(error?.message).toBe('ListRecords: InvalidInput: DatasetName is given twice, and in body with another value');
  expect(server.calls()).toBe(0);
});
