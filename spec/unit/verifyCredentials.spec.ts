import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { LocalServer } from '../../server';
import { verifyCredentials } from '../../lib/verifyCredentials';
import { refusal } from './aws/scripted';
import { KEYS, localServer } from '../support/local';
import { recorder } from '../support/recorder';

jest.setTimeout(30_000);

const ROOT = path.resolve(__dirname, '../..');
const LIMITED = { accessKeyId: 'AKIDLIMITED', secretAccessKey: 'limited-secret', deny: ['*'] };
const secrets = ['local-secret', 'limited-secret', 'mistyped-secret'];

let server: LocalServer;
beforeAll(async () => {
  server = await localServer({ keys: [KEYS, LIMITED] });
});
afterAll(() => server.stop());

const good = () => ({ ...KEYS, region: 'us-east-1', endpoint: server.endpoint });
const limited = { accessKeyId: LIMITED.accessKeyId, secretAccessKey: LIMITED.secretAccessKey };

/** What flow builders may enter, and what it answers. */
const table: readonly (readonly [string, () => Record<string, unknown>, RegExp | true])[] = [
  ['a good key', good, true],
  ['a good key with line breaks around it', () => ({ ...good(), accessKeyId: ' AKIDLOCAL\n' }), true],
  ['a good key and a blank region', () => ({ ...good(), region: '' }), true],
  ['a good key and no region', () => ({ ...KEYS, endpoint: server.endpoint }), true],
  [
    'a wrong secret',
    () => ({ ...good(), secretAccessKey: 'mistyped-secret' }),
    /^The secret access key does not belong to the access key id.*InvalidSignatureException.*HTTP 403/,
  ],
  [
    'an unknown key',
    () => ({ ...good(), accessKeyId: 'AKIDUNKNOWN' }),
    /^AWS does not know this access key id.*UnrecognizedClientException.*HTTP 403/,
  ],
  [
    'a key without the permission',
    () => ({ ...good(), ...limited }),
    /^The access key is valid, but its policy does not allow cognito-sync:ListIdentityPoolUsage.*AccessDeniedException.*HTTP 403/,
  ],
  ['an unknown session token', () => ({ ...good(), sessionToken: 'token' }), /HTTP 403/],
  ['another region than the server’s', () => ({ ...good(), region: 'eu-west-1' }), /HTTP 40[0-9]/],
  [
    'an endpoint where nobody listens',
    () => ({ ...good(), endpoint: 'http://127.0.0.1:9' }),
    /^ListIdentityPoolUsage: NetworkError: ECONNREFUSED at 127\.0\.0\.1(?:\.|$)/,
  ],
  [
    'an endpoint that is none',
    () => ({ ...good(), endpoint: 'http://example.com' }),
    /endpoint of the credential must be an https address/,
  ],
  [
    'a region that is none',
    () => ({ ...good(), region: 'Frankfurt' }),
    /region of the credential must be an AWS region/,
  ],
  ['no key', () => ({ ...good(), accessKeyId: '' }), /accessKeyId is required in the credential/],
  ['no secret', () => ({ ...good(), secretAccessKey: undefined }), /secretAccessKey is required in the credential/],
  ['nothing at all', () => ({}), /accessKeyId is required in the credential/],
];

const policy = { API_RETRIES_COUNT: '0', API_REQUEST_TIMEOUT: '5000' };
let before: NodeJS.ProcessEnv;
beforeEach(() => {
  before = { ...process.env };
  Object.assign(process.env, policy);
});
afterEach(() => {
  for (const name of Object.keys(policy)) delete process.env[name];
  Object.assign(process.env, before);
});

describe('the check', () => {
  it.each(table)('of %s', async (_, cfg, verdict) => {
    const result = await verifyCredentials(cfg());
    if (verdict === true) expect(result).toEqual({ verified: true });
    else expect(result).toEqual({ verified: false, reason: expect.stringMatching(verdict) as string });
    for (const secret of secrets) expect(JSON.stringify(result)).not.toContain(secret);
  });

  it.each([
    ['ExpiredTokenException', 403, /^The session token has expired/],
    ['NotAuthorizedException', 403, /^The credentials are valid, but Cognito Sync refuses them for this check/],
    ['InvalidClientTokenId', 403, /^AWS does not know this access key id/],
    ['SignatureDoesNotMatch', 403, /^The secret access key does not belong to the access key id/],
    [
      'InternalErrorException',
      500,
      /^ListIdentityPoolUsage: InternalErrorException: no \(HTTP 500, request id r-no\)$/,
    ],
    ['TooManyRequestsException', 429, /^ListIdentityPoolUsage: TooManyRequestsException/],
  ])('explains %s with HTTP %d', async (name, status, reason) => {
    const other = await recorder((_request, response) => {
      const { headers, body } = refusal(name, status);
      response.writeHead(status, headers as Record<string, string>).end(body);
    });
    try {
      const result = await verifyCredentials({ ...good(), endpoint: other.endpoint });
      expect(result).toEqual({ verified: false, reason: expect.stringMatching(reason) as string });
    } finally {
      await other.stop();
    }
  });

  it.each([
    ['a page in HTML', 200, '<html>Sign in</html>'],
    ['a list', 200, '[]'],
    ['a redirect', 302, ''],
    ['an error page', 502, '<html>Bad gateway</html>'],
  ])('takes %s for a no', async (_, status, body) => {
    const other = await recorder((_request, response) => void response.writeHead(status).end(body));
    try {
      const result = await verifyCredentials({ ...good(), endpoint: other.endpoint });
      expect(result).toEqual({ verified: false, reason: expect.stringContaining('InvalidResponse') as string });
    } finally {
      await other.stop();
    }
  });

  it.each([
    ['', / Region is blank: set it, so that the steps can list identity pools to choose from\.$/],
    ['us-east-1', /^(?!.*Region is blank)/],
  ])('says in the reason of a no what a region of "%s" is missed for', async (region, reason) => {
    const result = await verifyCredentials({ ...good(), region, secretAccessKey: 'x' });
    expect(result).toEqual({ verified: false, reason: expect.stringMatching(reason) as string });
  });

  it('reads one page of one item, and changes nothing', async () => {
    const other = await recorder();
    try {
      await verifyCredentials({ ...good(), endpoint: other.endpoint });
      expect(other.requests.map(({ method, target, body }) => [method, target, body])).toEqual([
        ['GET', '/identitypools?maxResults=1', ''],
      ]);
    } finally {
      await other.stop();
    }
  });

  it('does not swallow a mistake in the program: the runtime makes a no of what is thrown', async () => {
    const cfg = {
      get region(): string {
        throw new TypeError('a mistake');
      },
    };
    await expect(verifyCredentials(cfg)).rejects.toThrow(TypeError);
  });
});

describe('under the platform’s runtime', () => {
  /** Has the runtime run the file verifyCredentials.js in `folder`, and returns what it posts to the platform. */
  async function posted(folder: string, cfg: Record<string, unknown>): Promise<{ status: string; data: unknown }> {
    const platform = await recorder((_request, response) => void response.writeHead(200).end('{}'));
    try {
      const script = path.join(ROOT, 'node_modules/elasticio-sailor-nodejs/runService.js');
      await promisify(execFile)(process.execPath, [script, 'verifyCredentials'], {
        cwd: folder,
        env: {
          PATH: process.env['PATH'],
          ELASTICIO_POST_RESULT_URL: `${platform.endpoint}/result`,
          ELASTICIO_CFG: JSON.stringify(cfg),
          ELASTICIO_API_URI: platform.endpoint,
          ELASTICIO_API_USERNAME: 'user',
          ELASTICIO_API_KEY: 'key',
          ELASTICIO_API_REQUEST_RETRY_ATTEMPTS: '1',
          ELASTICIO_API_REQUEST_RETRY_DELAY: '10',
          // The platform's own keys, which must not vouch for anybody.
          AWS_ACCESS_KEY_ID: KEYS.accessKeyId,
          AWS_SECRET_ACCESS_KEY: KEYS.secretAccessKey,
          ...policy,
        },
      });
      expect(platform.requests).toHaveLength(1);
      return JSON.parse(platform.requests[0]!.body) as { status: string; data: unknown };
    } finally {
      await platform.stop();
    }
  }

  it.each(table)('%s is reported the same', async (_, cfg, verdict) => {
    const { status, data } = await posted(ROOT, cfg());
    expect(status).toBe('success');
    if (verdict === true) expect(data).toEqual({ verified: true });
    else expect(data).toEqual({ verified: false, reason: expect.stringMatching(verdict) as string });
    for (const secret of secrets) expect(JSON.stringify(data)).not.toContain(secret);
  });

  describe('in an installation that is broken', () => {
    let folder = '';
    beforeEach(() => {
      folder = mkdtempSync(path.join(tmpdir(), 'component-'));
      copyFileSync(path.join(ROOT, 'verifyCredentials.js'), path.join(folder, 'verifyCredentials.js'));
      copyFileSync(path.join(ROOT, 'component.json'), path.join(folder, 'component.json'));
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    it('says yes to a good key while everything is there', async () => {
      symlinkSync(path.join(ROOT, 'dist'), path.join(folder, 'dist'));
      expect(await posted(folder, good())).toEqual({ status: 'success', data: { verified: true } });
    });

    it('says no without dist', async () => {
      const { data } = await posted(folder, good());
      expect(data).toMatchObject({
        verified: false,
        reason: expect.stringContaining("Cannot find module './dist/") as string,
      });
    });

    it('says no where dist cannot be read', async () => {
      writeFileSync(path.join(folder, 'dist'), 'not a folder');
      expect((await posted(folder, good())).data).toMatchObject({ verified: false });
    });
  });
});
