import { CognitoSyncClient, ListRecordsCommand, UpdateRecordsCommand } from '@aws-sdk/client-cognito-sync';
import component from '../../component.json';
import { startServer, type LocalServer } from '../../server';
import { DEFAULT_KEY } from '../../server/options';
import { platformApi, type PlatformApi } from './support/platform-api';
import { serviceCall } from './support/service';

const POOL = 'us-east-1:00000000-0000-4000-8000-000000000001';
const IDENTITY = 'us-east-1:a9643f52-1f0a-4d0e-8c8b-2a1b5c3d4e5f';
const FORBIDDEN = { accessKeyId: 'AKIDFORBIDDEN', secretAccessKey: 'forbidden-secret', deny: ['*'] };
/** Nothing listens on the discard port. */
const UNREACHABLE = 'http://127.0.0.1:9';

let server: LocalServer;
let api: PlatformApi;

beforeAll(async () => {
  server = await startServer({ keys: [DEFAULT_KEY, FORBIDDEN], pools: [POOL] });
  api = await platformApi();
  const client = new CognitoSyncClient({ endpoint: server.endpoint, region: 'us-east-1', credentials: DEFAULT_KEY });
  const dataset = { IdentityPoolId: POOL, IdentityId: IDENTITY, DatasetName: 'profile' };
  const { SyncSessionToken } = await client.send(new ListRecordsCommand(dataset));
  const RecordPatches = [{ Op: 'replace' as const, Key: 'name', Value: 'Ada', SyncCount: 0 }];
  await client.send(new UpdateRecordsCommand({ ...dataset, SyncSessionToken, RecordPatches }));
  client.destroy();
});

afterAll(async () => {
  await api.stop();
  await server.stop();
});

const good = () => ({ ...DEFAULT_KEY, region: 'us-east-1', endpoint: server.endpoint });
const wrongSecret = () => ({ ...good(), secretAccessKey: 'not-the-secret' });
const unknownKey = () => ({ ...good(), accessKeyId: 'AKIDUNKNOWN' });
const forbidden = () => ({ ...good(), accessKeyId: FORBIDDEN.accessKeyId, secretAccessKey: FORBIDDEN.secretAccessKey });
const unreachable = () => ({ ...good(), endpoint: UNREACHABLE });
/** One attempt is enough where there is nobody to answer. */
const env = { API_RETRIES_COUNT: '0' };

describe('verifyCredentials', () => {
  const verdict = async (config: Record<string, unknown>) => {
    const { status, data, log } = await serviceCall(api, { method: 'verifyCredentials', config, env });
    expect(status).toBe('success');
    for (const secret of [DEFAULT_KEY.secretAccessKey, 'not-the-secret', 'forbidden-secret']) {
      expect(JSON.stringify(data) + log).not.toContain(secret);
    }
    return data;
  };

  it('says yes to a good key', async () => {
    expect(await verdict(good())).toEqual({ verified: true });
  });

  it('says yes to a good key without a region', async () => {
    expect(await verdict({ ...good(), region: '' })).toEqual({ verified: true });
  });

  it.each([
    ['a wrong secret', wrongSecret, /secret access key does not belong/],
    ['an unknown key id', unknownKey, /does not know this access key id/],
    [
      'a key without the permission',
      forbidden,
      /valid, but its policy does not allow cognito-sync:ListIdentityPoolUsage/,
    ],
    ['an endpoint that nobody answers at', unreachable, /NetworkError: ECONNREFUSED at 127\.0\.0\.1/],
    ['no secret', () => ({ ...good(), secretAccessKey: '' }), /secretAccessKey is required/],
    ['no fields at all', () => ({}), /accessKeyId is required/],
    ['a region that is none', () => ({ ...good(), region: 'moon-1/../' }), /region .* must be an AWS region/],
  ])('says no to %s, and why', async (_, config, reason) => {
    expect(await verdict(config())).toEqual({ verified: false, reason: expect.stringMatching(reason) });
  });

  it('says no while AWS is down', async () => {
    server.faults.next({ kind: '503' });
    const reason = expect.stringMatching(/ServiceUnavailable: .*HTTP 503/);
    expect(await verdict(good())).toEqual({ verified: false, reason });
  });
});

type Field = { viewClass: string; model?: string | Record<string, string> };
type Entry = { fields?: Record<string, Field> };

/** Every drop-down that a function of the component fills: entry, field and name of the function. */
const dropDowns = Object.entries<Entry>({
  ...component.actions,
  ...(component as { triggers?: Record<string, Entry> }).triggers,
}).flatMap(([action, { fields = {} }]) =>
  Object.entries(fields).flatMap(([field, { model }]) => (typeof model === 'string' ? [{ action, field, model }] : [])),
);

/** What each function is to answer and which fields it reads beside the credential. */
const choices: Readonly<Record<string, { fields: object; expected: object }>> = {
  identityPools: { fields: {}, expected: { [POOL]: `local (${POOL})` } },
  datasets: { fields: { IdentityPoolId: POOL, IdentityId: IDENTITY }, expected: { profile: 'profile' } },
};

it('knows what each drop-down is to show', () => {
  expect(Object.keys(choices).sort()).toEqual([...new Set(dropDowns.map(({ model }) => model))].sort());
});

describe('selectModel', () => {
  it.each(dropDowns)('fills $field of $action', async ({ action, model }) => {
    const { fields, expected } = choices[model] ?? { fields: {}, expected: {} };
    const config = { ...good(), ...fields };
    const { status, data } = await serviceCall(api, { method: 'selectModel', action, model, config, env });
    expect({ status, data }).toEqual({ status: 'success', data: expected });
  });

  const each = [...new Map(dropDowns.map((dropDown) => [dropDown.model, dropDown])).values()];
  describe.each(each)('$model', ({ action, model }) => {
    it.each([
      ['a wrong secret', wrongSecret, /InvalidSignatureException/],
      ['a key without the permission', forbidden, /AccessDeniedException/],
      ['an endpoint that nobody answers at', unreachable, /NetworkError: ECONNREFUSED/],
    ])('reports %s', async (_, config, message) => {
      const fields = { ...config(), ...choices[model]?.fields };
      const { status, data, log } = await serviceCall(api, {
        method: 'selectModel',
        action,
        model,
        config: fields,
        env,
      });
      expect({ status, data }).toEqual({ status: 'error', data: { message: expect.stringMatching(message) } });
      for (const secret of ['not-the-secret', 'forbidden-secret', DEFAULT_KEY.secretAccessKey]) {
        expect(JSON.stringify(data) + log).not.toContain(secret);
      }
    });
  });
});
