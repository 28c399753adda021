import { CognitoSyncClient } from '@aws-sdk/client-cognito-sync';
import { awsEndpoint, customEndpoint, isRegion } from '../../../lib/aws/endpoint';
import { fc } from '../../support/random';

const regions = [
  'us-east-1',
  'us-east-2',
  'us-west-2',
  'eu-west-1',
  'eu-west-2',
  'eu-central-1',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'il-central-1',
  'cn-north-1',
  'cn-northwest-1',
  'us-gov-west-1',
  'eusc-de-east-1',
  'us-iso-east-1',
  'us-isob-east-1',
  'us-isof-south-1',
  'eu-isoe-west-1',
];

it.each(regions)('the host of %s is the one that the official SDK resolves', (region) => {
  const client = new CognitoSyncClient({ region, credentials: { accessKeyId: 'a', secretAccessKey: 's' } });
  const { url } = client.config.endpointProvider({ Region: region, UseFIPS: false, UseDualStack: false }, {});
  client.destroy();
  expect(isRegion(region)).toBe(true);
  expect(awsEndpoint('cognito-sync', region)).toEqual({ origin: url.origin, host: url.host });
});

it.each([
  '',
  ' ',
  'us-east',
  'us-east-',
  'US-EAST-1',
  'us-east-1.evil.example',
  'us-east-1/',
  'us-east-1@evil.example',
  'us-east-1#',
  'us-east-1?x',
  'us-east-1:443',
  'us-east-1\n',
  ' us-east-1',
  'us-east-123',
  '-east-1',
  'u-east-1',
  'us--1',
  'us_east_1',
  '..-a-1',
  'us-éast-1',
])('%j is no region', (region) => {
  expect(isRegion(region)).toBe(false);
});

it('a region with anything foreign in it is none', () => {
  const foreign = fc.oneof(
    fc.constantFrom('.', '/', '@', ':', '#', '?', '%2f', '\\', ' ', '\n', '\0', 'evil.example'),
    fc.string({ minLength: 1 }).filter((text) => /[^a-z0-9-]/.test(text)),
  );
  fc.assert(
    fc.property(fc.constantFrom(...regions), foreign, fc.nat(14), (region, text, at) => {
      expect(isRegion(region.slice(0, at) + text + region.slice(at))).toBe(false);
    }),
  );
});

it.each([
  ['https://vpce-1234.example.com', 'https://vpce-1234.example.com', 'vpce-1234.example.com'],
  ['https://vpce-1234.example.com/', 'https://vpce-1234.example.com', 'vpce-1234.example.com'],
  ['https://Example.COM:443', 'https://example.com', 'example.com'],
  ['https://example.com:8443', 'https://example.com:8443', 'example.com:8443'],
  ['https://10.0.0.1', 'https://10.0.0.1', '10.0.0.1'],
  ['https://[2001:db8::1]:8443', 'https://[2001:db8::1]:8443', '[2001:db8::1]:8443'],
  ['http://127.0.0.1:4566', 'http://127.0.0.1:4566', '127.0.0.1:4566'],
  ['http://127.1.2.3', 'http://127.1.2.3', '127.1.2.3'],
  ['http://localhost:80', 'http://localhost', 'localhost'],
  ['http://[::1]:9000', 'http://[::1]:9000', '[::1]:9000'],
])('takes the endpoint %s', (text, origin, host) => {
  expect(customEndpoint(text)).toEqual({ origin, host });
});

it.each([
  ['example.com', 'something that is no address'],
  ['', 'something that is no address'],
  ['https://', 'something that is no address'],
  ['https://exa mple.com', 'something that is no address'],
  ['localhost:4566', 'one that begins with localhost:'],
  ['example.com:8443', 'one that begins with example.com:'],
  ['ftp://example.com', 'ftp:'],
  ['file:///', 'file:'],
  ['javascript:alert(1)', 'javascript:'],
  ['https://example.com/path', 'a path, query or fragment'],
  ['https://example.com\\path', 'a path, query or fragment'],
  ['https://example.com?query', 'a path, query or fragment'],
  ['https://example.com/?', 'a path, query or fragment'],
  ['https://example.com/#', 'a path, query or fragment'],
  ['https://user@example.com', 'a user name or password'],
  ['https://user:s3cr3t@example.com', 'a user name or password'],
  ['https://:s3cr3t@example.com', 'a user name or password'],
  ['http://example.com', 'http to example.com'],
  ['http://169.254.169.254', 'http to 169.254.169.254'],
  ['http://10.0.0.1', 'http to 10.0.0.1'],
  ['http://127.0.0.1.nip.io', 'http to 127.0.0.1.nip.io'],
  ['http://localhost.example.com', 'http to localhost.example.com'],
  ['http://0.0.0.0', 'http to 0.0.0.0'],
  ['http://[::]', 'http to [::]'],
  ['http://[::ffff:10.0.0.1]', 'http to [::ffff:a00:1]'],
])('refuses the endpoint %s: %s', (text, got) => {
  const answer = customEndpoint(text) as { problem: string };
  expect(answer.problem).toMatch(
    /^an https address such as https:\/\/vpce-1234\.example\.com, or http on loopback, got /,
  );
  expect(answer.problem).toContain(got);
  expect(answer.problem).not.toContain('s3cr3t');
});

describe('hosts that the operator names for plain http', () => {
  const NAME = 'COGNITO_SYNC_HTTP_HOSTS';
  beforeEach(() => {
    process.env[NAME] = 'cognito-sync.local, Sync-Server,10.0.0.7';
  });
  afterEach(() => {
    delete process.env[NAME];
  });

  it.each([
    ['http://cognito-sync.local:8000', 'cognito-sync.local:8000'],
    ['http://sync-server', 'sync-server'],
    ['http://10.0.0.7:4566', '10.0.0.7:4566'],
  ])('may be an endpoint: %s', (text, host) => {
    expect(customEndpoint(text)).toEqual({ origin: text, host });
  });

  it.each([
    'http://x.cognito-sync.local',
    'http://cognito-sync.local.example.com',
    'http://sync',
    'http://10.0.0.70',
    'http://cognito-sync.local/path',
    'http://user@sync-server',
  ])('are no others: %s', (text) => {
    expect(customEndpoint(text)).toHaveProperty('problem');
  });

  it('are none by default, and the error says who may name them', () => {
    delete process.env[NAME];
    expect(customEndpoint('http://other.local')).toEqual({
      problem:
        'an https address such as https://vpce-1234.example.com, or http on loopback, got http to other.local; whoever runs the component may allow it by COGNITO_SYNC_HTTP_HOSTS',
    });
  });
});
