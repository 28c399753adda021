import type { IncomingMessage } from 'node:http';
import { startServer, type LocalServer } from '../../server';
import { controlRefusal, refusal } from '../../server/http/access';
import { settingsOf } from '../../server/settings';
import { DATASET, localServer, POOL } from '../support/local';
import { DatasetClient, put, raw, rawSigned, signedHeaders, syncClient, type RawAnswer } from '../support/server';

const PATH = `/identitypools/${encodeURIComponent(POOL)}/identities/${encodeURIComponent(DATASET.IdentityId)}/datasets/profile`;
const LIST = `${PATH}/records`;

const FOREIGN = [
  'https://attacker.example',
  'http://attacker.example:8000',
  'http://localhost.attacker.example',
  'http://127.0.0.1.attacker.example',
  'http://attacker.example/localhost',
  'http://localhost@attacker.example',
  'http://attackerlocalhost',
  'http://attacker.example#http://localhost',
  'http://10.0.0.5',
  'http://[::2]',
  'http://0.0.0.0',
  'http://127.attacker.example',
  'http://localhost, https://attacker.example',
  'file://',
  'null',
  '',
];
const LOOPBACK = [
  'http://localhost',
  'http://localhost:3000',
  'https://LOCALHOST:8443',
  'http://127.0.0.1:5173',
  'http://127.8.9.1',
  'http://[::1]:4200',
  'http://app.localhost:3000',
  'http://a.b.localhost',
  // A web view of Capacitor.
  'capacitor://localhost',
];

const access = ({ headers }: RawAnswer) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('access-control-')));

let server: LocalServer;
afterEach(() => server.stop());

describe('pages of other sites', () => {
  beforeEach(async () => {
    server = await localServer();
  });

  it.each(FOREIGN)('of origin «%s» may not write, and are told what would let them', async (origin) => {
    const { SyncSessionToken } = await new DatasetClient(syncClient(server)).list();
    const body = JSON.stringify({ SyncSessionToken, RecordPatches: [put('a', '1')] });
    const calls = server.calls();
    const answer = await rawSigned(server, 'POST', PATH, { body, headers: { origin } });
    expect([answer.status, answer.headers['x-amzn-errortype'], access(answer)]).toEqual([403, 'Forbidden', {}]);
    expect(answer.body).toContain('--allow-origin');
    expect([server.control.read(DATASET), server.calls()]).toEqual([undefined, calls]);
  });

  it.each(FOREIGN)('of origin «%s» are refused their preflight', async (origin) => {
    const headers = {
      origin,
      'access-control-request-method': 'GET',
      'access-control-request-headers': 'authorization',
    };
    const answer = await raw(server, 'OPTIONS', LIST, headers);
    expect([answer.status, access(answer)]).toEqual([403, {}]);
  });

  it.each([
    [
      'Cognito Identity',
      { 'x-amz-target': 'AWSCognitoIdentityService.GetId' },
      JSON.stringify({ IdentityPoolId: POOL }),
    ],
    ['STS', { 'content-type': 'application/x-www-form-urlencoded' }, 'Action=GetCallerIdentity&Version=2011-06-15'],
    ['nothing known', {}, ''],
  ])('get no answer of %s', async (_, headers, body) => {
    const answer = await raw(server, 'POST', '/', { ...headers, origin: 'https://attacker.example' }, body);
    expect([answer.status, access(answer), server.calls()]).toEqual([403, {}, 0]);
    expect(answer.body).toContain('--allow-origin https://attacker.example');
  });

  it('meet no fault, and use none up', async () => {
    server.faults.next({ kind: '503' });
    await rawSigned(server, 'GET', LIST, { headers: { origin: 'https://attacker.example' } });
    expect(server.faults.list().next).toHaveLength(1);
  });

  it.each(LOOPBACK)('do not stand in the way of those of %s', async (origin) => {
    const answer = await rawSigned(server, 'GET', LIST, { headers: { origin } });
    expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([200, '*']);
  });

  it('do not stand in the way of callers that are no pages', async () => {
    await new DatasetClient(syncClient(server)).write(put('a', '1'));
    expect(server.control.read(DATASET)).toEqual({ a: '1' });
  });
});

describe('a preflight', () => {
  it('of a page that may call allows what it asks for', async () => {
    server = await localServer();
    const headers = {
      origin: 'http://localhost:3000',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,x-amz-date,x-amz-target',
      'access-control-request-private-network': 'true',
    };
    for (const target of [LIST, '/', '/_local/faults']) {
      const answer = await raw(server, 'OPTIONS', target, headers);
      expect([answer.status, access(answer)]).toEqual([
        200,
        {
          'access-control-allow-origin': '*',
          'access-control-allow-headers': 'authorization,x-amz-date,x-amz-target',
          'access-control-allow-methods': 'GET,POST,DELETE',
          'access-control-allow-private-network': 'true',
          'access-control-expose-headers': expect.stringContaining('x-amzn-RequestId') as string,
          'access-control-max-age': '600',
        },
      ]);
    }
  });
});

describe('--allow-origin', () => {
  const statusFor = async (origin: string) => (await rawSigned(server, 'GET', LIST, { headers: { origin } })).status;

  it('lets pages of that origin call, and of no other', async () => {
    server = await localServer({ allowOrigins: ['https://App.example.com:443/', 'http://one.example:81'] });
    const origins = [
      'https://app.example.com',
      'http://one.example:81',
      'http://localhost',
      'http://app.example.com',
      'https://app.example.com:444',
      'https://sub.app.example.com',
      'http://one.example',
      'null',
    ];
    expect(await Promise.all(origins.map(statusFor))).toEqual([200, 200, 200, 403, 403, 403, 403, 403]);
  });

  it('of * lets all pages call', async () => {
    server = await localServer({ allowOrigins: ['*'] });
    expect(await Promise.all(['https://app.example.com', 'null'].map(statusFor))).toEqual([200, 200]);
    expect((await raw(server, 'GET', '/_local', { origin: 'https://app.example.com' })).status).toBe(403);
  });
});

describe('a name that anybody may have pointed here', () => {
  const statusFor = async (host: string) => {
    const headers = await signedHeaders(server, 'GET', LIST, { headers: { host } });
    return (await raw(server, 'GET', LIST, headers)).status;
  };

  it('reaches nothing', async () => {
    server = await localServer();
    const hosts = ['rebound.example', 'rebound.example:80', 'localhost.rebound.example', '127.0.0.1.rebound.example'];
    expect(await Promise.all(hosts.map(statusFor))).toEqual([403, 403, 403, 403]);
    const { body } = await raw(server, 'GET', LIST, { host: 'rebound.example:80' });
    expect(body).toContain('--allow-origin http://rebound.example:80');
  });

  it.each([
    'localhost',
    '127.0.0.1:1',
    '[::1]',
    '10.0.2.2:8000',
    'cognito-sync:8000',
    'host.docker.internal',
    'sync.local',
    'a_1',
    'sync.team.svc',
  ])('is not %s', async (host) => {
    server = await localServer();
    expect(await statusFor(host)).toBe(200);
  });

  it('reaches the services once its origin is allowed', async () => {
    server = await localServer({ allowOrigins: ['https://sync.example.com'] });
    expect(
      await Promise.all(['sync.example.com', 'sync.example.com:8000', 'other.example.com'].map(statusFor)),
    ).toEqual([200, 200, 403]);
    expect((await raw(server, 'GET', '/_local', { host: 'sync.example.com' })).status).toBe(403);
  });
});

describe('the control', () => {
  const TOKEN = 'correct-horse-battery';
  const control = async (headers: Record<string, string>, method = 'GET', path = '/_local') => {
    const { status, body } = await raw(server, method, path, headers);
    return [status, (JSON.parse(body) as { message?: string }).message];
  };
  const OTHERS = expect.stringContaining('without the token of --control-token') as string;

  it.each<[string, Record<string, string>]>([
    ['a page of this machine', { origin: 'http://localhost:3000' }],
    ['a link or picture of any page', { 'sec-fetch-site': 'cross-site' }],
    ['a name of this network', { host: 'cognito-sync.local' }],
    ['another address', { host: '192.168.1.7' }],
    ['a proxy that rewrites Host and says whom it stands for', { host: 'localhost', 'x-forwarded-for': '203.0.113.9' }],
    ['somebody who claims to be this machine', { 'x-forwarded-for': '127.0.0.1' }],
    ['somebody who claims to be this machine in other words', { forwarded: 'for=127.0.0.1;host=localhost' }],
    ['somebody who claims another host', { 'x-forwarded-host': 'localhost' }],
    ['a proxy that says so', { via: '1.1 proxy' }],
    ['nginx, with an address', { 'x-real-ip': '127.0.0.1' }],
  ])('is not for %s', async (_, headers) => {
    server = await localServer();
    server.faults.next({ kind: '503' });
    expect(await control(headers)).toEqual([403, OTHERS]);
    expect(await control(headers, 'DELETE', '/_local/faults')).toEqual([403, OTHERS]);
    expect(server.faults.list().next).toHaveLength(1);
  });

  it.each<[string, Record<string, string>, number]>([
    ['the token', { authorization: `Bearer ${TOKEN}` }, 200],
    ['the token, from another host', { authorization: `Bearer ${TOKEN}`, host: 'cognito-sync:8000' }, 200],
    ['the token, through a proxy', { authorization: `bearer ${TOKEN}`, 'x-forwarded-for': '203.0.113.9' }, 200],
    ['the token, from a page of this machine', { authorization: `Bearer ${TOKEN}`, origin: 'http://localhost:1' }, 200],
    ['the token, from another page', { authorization: `Bearer ${TOKEN}`, origin: 'https://attacker.example' }, 403],
    ['no token, from this machine', {}, 401],
    ['an empty token', { authorization: 'Bearer ' }, 401],
    ['a shorter token', { authorization: `Bearer ${TOKEN.slice(1)}` }, 401],
    ['a longer token', { authorization: `Bearer ${TOKEN}s` }, 401],
    ['another token', { authorization: `Bearer ${TOKEN.replace('c', 'C')}` }, 401],
    ['the token as a password', { authorization: `Basic ${TOKEN}` }, 401],
    ['the bare token', { authorization: TOKEN }, 401],
  ])('with a token answers to %s', async (_, headers, status) => {
    server = await localServer({ controlToken: TOKEN });
    expect((await control(headers))[0]).toBe(status);
  });

  it('says what it expects, and never the token', async () => {
    server = await localServer({ controlToken: TOKEN });
    const answer = await raw(server, 'GET', '/_local', { authorization: 'Bearer wrong' });
    expect(answer).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer' } });
    expect(JSON.parse(answer.body)).toEqual({
      error: 'Unauthorized',
      message: 'Expected Authorization: Bearer with the token of --control-token.',
    });
    await expect(startServer({ controlToken: 'two words' })).rejects.toThrow(
      'controlToken: expected visible ASCII characters without spaces, got others or none',
    );
  });

  it('that is switched off answers nobody', async () => {
    server = await localServer({ control: false, controlToken: TOKEN });
    expect(await control({ authorization: `Bearer ${TOKEN}` })).toEqual([
      403,
      'The control is switched off: the server was started with --no-control.',
    ]);
    expect((await rawSigned(server, 'GET', LIST)).status).toBe(200);
  });
});

describe('who calls', () => {
  const request = (remoteAddress: string | undefined, headers: object = {}, httpVersion = '1.1') =>
    ({ socket: { remoteAddress }, headers: { host: 'localhost', ...headers }, httpVersion }) as IncomingMessage;
  const rules = (token?: string) => ({ ...settingsOf({ ...(token && { controlToken: token }) }), isTls: false });
  beforeEach(async () => {
    server = await localServer();
  });

  it.each<[string, string | undefined, string, boolean]>([
    ['this machine', '127.0.0.1', '1.1', true],
    ['this machine, by another address of loopback', '127.1.2.3', '1.1', true],
    ['this machine, on a socket of both families', '::ffff:127.0.0.1', '1.1', true],
    ['this machine, by IPv6', '::1', '1.1', true],
    ['another machine', '192.168.1.7', '1.1', false],
    ['another machine, on a socket of both families', '::ffff:192.168.1.7', '1.1', false],
    ['another machine by IPv6', '::2', '1.1', false],
    ['a machine whose address begins like loopback', '12.7.0.0', '1.1', false],
    ['a container', '172.17.0.1', '1.1', false],
    ['a caller that is gone', undefined, '1.1', false],
    ['a proxy that speaks as nginx does by default', '127.0.0.1', '1.0', false],
  ])('%s: without a token the control is open or not', (_, address, version, open) => {
    expect(controlRefusal(request(address, {}, version), rules()) === undefined).toBe(open);
  });

  it('another machine uses the control by the token alone', () => {
    const withToken = request('192.168.1.7', { authorization: 'Bearer t' });
    expect(controlRefusal(withToken, rules('t'))).toBeUndefined();
    expect(controlRefusal(withToken, rules())).toBeDefined();
    expect(controlRefusal(request('192.168.1.7'), rules('t'))).toBeDefined();
  });

  it('is not asked for its Host where it has seen a certificate for it', () => {
    const call = request('192.168.1.7', { host: 'sync.example.com' });
    expect(refusal(call, { ...rules(), isTls: true })).toBeUndefined();
    expect(refusal(call, rules())).toBeDefined();
  });
});

describe('the options', () => {
  beforeEach(async () => {
    server = await localServer();
  });

  it.each([
    ['app.example.com'],
    ['https://app.example.com/page'],
    ['https://app.example.com?x'],
    ['https://*.example.com'],
    ['https://user@app.example.com'],
    [''],
  ])('refuse «%s» as an origin', (origin) => {
    expect(() => settingsOf({ allowOrigins: [origin] })).toThrow(
      'allowOrigins: expected an origin such as https://app.example.com',
    );
  });
});
