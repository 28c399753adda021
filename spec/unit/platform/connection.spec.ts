import { ConnectorError } from '../../../lib/error';
import { connectionOf } from '../../../lib/platform/connection';
import { retryPolicy } from '../../../lib/platform/retry-policy';
import { thrownBy } from '../cognito-sync/inputs';

const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const cfg = { ...keys, region: 'eu-central-1' };
const connect = (fields: object, poolId?: unknown, fallbackRegion?: string) =>
  connectionOf({ ...cfg, ...fields }, 'ListRecords', { poolId, ...(fallbackRegion ? { fallbackRegion } : {}) });
const pool = 'us-west-2:12345678-1234-1234-1234-123456789012';

describe('credentials', () => {
  it.each([
    [{}, keys],
    [{ sessionToken: 'IQoJ+/==' }, { ...keys, sessionToken: 'IQoJ+/==' }],
    [{ sessionToken: '' }, keys],
    [{ sessionToken: null }, keys],
    [{ sessionToken: ' \n' }, keys],
    [
      { accessKeyId: ' AKIDEXAMPLE\n', secretAccessKey: `\t${keys.secretAccessKey}\r\n`, sessionToken: ' token\n' },
      { ...keys, sessionToken: 'token' },
    ],
    [{ _account: '5f4d', IdentityPoolId: pool }, keys],
  ])('of %j are read, without what surrounds a pasted key', async (fields, credentials) => {
    expect(await connect(fields).credentials.current()).toEqual(credentials);
    expect(connect(fields).credentials).not.toHaveProperty('renew');
  });

  it.each([
    [{ accessKeyId: '' }, 'accessKeyId is required in the credential, got nothing'],
    [{ accessKeyId: undefined }, 'accessKeyId is required in the credential, got nothing'],
    [{ accessKeyId: ' ' }, 'accessKeyId is required in the credential, got nothing'],
    [{ accessKeyId: 'AKID EXAMPLE' }, 'accessKeyId of the credential must be letters and digits'],
    [{ accessKeyId: 'AKID/x' }, 'accessKeyId of the credential must be letters and digits'],
    [{ accessKeyId: 'A'.repeat(129) }, 'accessKeyId of the credential must be letters and digits'],
    [{ accessKeyId: 5 }, 'accessKeyId of the credential must be text, got a number'],
    [{ secretAccessKey: null }, 'secretAccessKey is required in the credential, got nothing'],
    [{ secretAccessKey: {} }, 'secretAccessKey of the credential must be text, got a object'],
    [{ sessionToken: 'to ken' }, 'sessionToken of the credential must be printable ASCII text without spaces'],
    [{ sessionToken: 'to\r\nX-Injected: 1' }, 'sessionToken of the credential must be printable ASCII text'],
    [{ sessionToken: 'tökén' }, 'sessionToken of the credential must be printable ASCII text'],
    [{ sessionToken: true }, 'sessionToken of the credential must be text, got a boolean'],
  ])('of %j are refused before anything is sent, by the field', (fields, text) => {
    const error = thrownBy(() => connect(fields).credentials.current());
    expect(error).toBeInstanceOf(ConnectorError);
    expect(error.message).toContain(`ListRecords: InvalidInput: ${text}`);
    expect(`${error.message}${error.stack}`).not.toMatch(/wJalr|AKID EXAMPLE|Injected|kén/);
  });

  it('are never those of the process', () => {
    const before = process.env['AWS_SECRET_ACCESS_KEY'];
    process.env['AWS_SECRET_ACCESS_KEY'] = 'of-the-platform';
    try {
      expect(() => connect({ secretAccessKey: '' }).credentials.current()).toThrow('secretAccessKey is required');
    } finally {
      if (before === undefined) delete process.env['AWS_SECRET_ACCESS_KEY'];
      else process.env['AWS_SECRET_ACCESS_KEY'] = before;
    }
  });
});

describe('the region', () => {
  it.each([
    [{ region: 'eu-central-1' }, pool, undefined, 'eu-central-1'],
    [{ region: '' }, pool, undefined, 'us-west-2'],
    [{ region: null }, pool, 'us-east-1', 'us-west-2'],
    [{ region: ' ' }, undefined, 'us-east-1', 'us-east-1'],
    [{ region: '' }, 'no colon', 'us-east-1', 'us-east-1'],
    [{ region: '' }, 5, 'us-east-1', 'us-east-1'],
  ])('of %j with the pool %s and the fallback %s is taken', (fields, poolId, fallback, region) => {
    expect(connect(fields, poolId, fallback).region).toBe(region);
  });

  it.each([
    [{ region: '' }, undefined, 'region is required in the credential, since no identity pool id says it'],
    [
      { region: 'us-east-1.evil.example/' },
      pool,
      'region of the credential must be an AWS region, such as eu-central-1, got "us-east-1.evil.example/"',
    ],
    [
      { region: 'Frankfurt' },
      pool,
      'region of the credential must be an AWS region, such as eu-central-1, got "Frankfurt"',
    ],
    [
      { region: '' },
      'evil.example/:x',
      'the region that IdentityPoolId begins with must be an AWS region, such as eu-central-1, got "evil.example/"',
    ],
    [{ region: 'x'.repeat(5000) }, pool, `got "${'x'.repeat(60)}"`],
    [{ region: 5 }, pool, 'region of the credential must be text, got a number'],
  ])('of %j with the pool %s is refused', (fields, poolId, text) => {
    expect(thrownBy(() => connect(fields, poolId)).message).toContain(text);
  });
});

describe('the endpoint', () => {
  it('is AWS’s own for the service in the region', () => {
    const { endpointOf } = connect({});
    expect(endpointOf('cognito-sync').host).toBe('cognito-sync.eu-central-1.amazonaws.com');
    expect(endpointOf('cognito-identity').host).toBe('cognito-identity.eu-central-1.amazonaws.com');
  });

  it('may be one’s own, for every service', () => {
    const { endpointOf } = connect({ endpoint: ' http://127.0.0.1:4566/ ' });
    for (const service of ['cognito-sync', 'cognito-identity', 'sts']) {
      expect(endpointOf(service)).toEqual({ origin: 'http://127.0.0.1:4566', host: '127.0.0.1:4566' });
    }
  });

  it.each(['http://example.com', 'https://user:s3cr3t@example.com', 'example.com', 'https://example.com/x'])(
    'is refused when it is %s',
    (endpoint) => {
      const { message } = thrownBy(() => connect({ endpoint }));
      expect(message).toMatch(/^ListRecords: InvalidInput: endpoint of the credential must be an https address/);
      expect(message).not.toContain('s3cr3t');
    },
  );
});

describe('retryPolicy', () => {
  const names = ['API_RETRIES_COUNT', 'API_REQUEST_TIMEOUT'] as const;
  const before = names.map((name) => [name, process.env[name]] as const);
  afterEach(() => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });

  it.each([
    [undefined, undefined, 3, 15_000],
    ['', '', 3, 15_000],
    [' ', ' ', 3, 15_000],
    ['0', '500', 0, 500],
    ['5', '120000', 5, 120_000],
    ['6', '120001', 3, 15_000],
    ['-1', '499', 3, 15_000],
    ['1.5', '1000.5', 3, 15_000],
    ['two', '15s', 3, 15_000],
    [' 2 ', '2000 ', 2, 2000],
  ])(
    'with API_RETRIES_COUNT %j and API_REQUEST_TIMEOUT %j is %d retries of %d ms',
    (count, timeout, retries, timeoutMs) => {
      for (const [name, value] of [
        [names[0], count],
        [names[1], timeout],
      ] as const) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
      expect(retryPolicy()).toEqual({ retries, timeoutMs });
    },
  );
});
