import { gzipSync } from 'node:zlib';
import { DEFAULT_KEY, defaultPool } from '../../server/options';
import { startWorkbench, type WorkbenchProcess } from './support/workbench';

const POOL = defaultPool('us-east-1');
const IDENTITY = 'us-east-1:a9643f52-1f0a-4d0e-8c8b-2a1b5c3d4e5f';
const DATASET = { IdentityPoolId: POOL, IdentityId: IDENTITY, DatasetName: 'profile' };
const upsert = (value = 'dark', fields = {}) => ({
  step: 'UpsertRecords',
  fields,
  body: { ...DATASET, Records: [{ Key: 'theme', Value: value }] },
});

// A process for each run, on a machine that may be busy.
jest.setTimeout(30_000);

describe('npm run workbench', () => {
  let started: Promise<WorkbenchProcess>;
  let bench: WorkbenchProcess;
  beforeAll(async () => {
    started = startWorkbench();
    bench = await started;
  });
  // Also where the beginning took too long, so that no process is left.
  afterAll(async () => {
    await (await started).end();
  });
  beforeEach(async () => {
    await bench.call('data/reset');
  });

  it('prints one line, with a token of 256 bits in the fragment', () => {
    expect(bench.lines).toEqual([`Workbench: ${bench.link}`]);
    expect(Buffer.from(bench.token, 'base64url')).toHaveLength(32);
  });

  it('ends with 0 on SIGTERM, while a step hangs', async () => {
    const other = await startWorkbench();
    await other.call('faults/next', { kind: 'hang' });
    const hanging = other.call('run', upsert()).catch(() => undefined);
    await other.call('faults');
    await expect(other.end('SIGTERM')).resolves.toBe(0);
    await hanging;
  });

  it('runs the compiled step, and reports each call, what was signed, and what was emitted', async () => {
    const events = await bench.stream('run', upsert());
    expect(events.map(({ type, event }) => event ?? type)).toEqual([
      'loaded',
      ...['sent', 'answered', 'log', 'sent', 'answered', 'log', 'sent', 'answered', 'log'],
      'data',
      'end',
    ]);
    const sent = events.filter(({ type }) => type === 'sent');
    expect(sent.map(({ operation }) => operation)).toEqual(['ListRecords', 'ListDatasets', 'UpdateRecords']);
    expect(sent.every(({ signing }) => /^AWS4-HMAC-SHA256\n/.test(signing.stringToSign))).toBe(true);
    expect(events.find(({ event }) => event === 'data')?.payload.body).toMatchObject({
      Written: true,
      DatasetSyncCount: 1,
    });
  });

  it('shows one write, the reset that struck it, and a SyncCount of 1 when the line dies after the write', async () => {
    await bench.call('faults/next', { kind: 'reset-after', operation: 'UpdateRecords' });
    const events = await bench.stream('run', upsert());
    const struck = events.filter((event) => event['struck']);
    expect(struck).toMatchObject([{ failure: 'ECONNRESET', struck: ['reset-after'] }]);
    expect(events.find(({ event }) => event === 'data')?.payload.body).toMatchObject({ DatasetSyncCount: 1 });
    const { struck: listed } = JSON.parse((await bench.call('faults')).text);
    expect(listed).toMatchObject([
      { operation: 'UpdateRecords', kinds: ['reset-after'], step: 'UpsertRecords', call: 3 },
    ]);
  });

  it('marks the call that was struck, and no other, on one connection', async () => {
    await bench.call('faults/next', { kind: '429', operation: 'ListDatasets' });
    const events = await bench.stream('run', upsert());
    const answers = events.filter(({ type }) => type === 'answered');
    expect(answers.map(({ status, struck }) => [status, struck])).toEqual([
      [200, undefined],
      [429, ['429']],
      [200, undefined],
      [200, undefined],
    ]);
  });

  it('delivers the same message again under the same ids', async () => {
    const ids = [];
    for (let time = 0; time < 2; time++) {
      const events = await bench.stream('run', { ...upsert(), id: 'one-message' });
      ids.push(events.find(({ event }) => event === 'data')?.payload.id);
    }
    expect(ids[0]).toBe(ids[1]);
  });

  it('gives an error word for word, and a rebound as such', async () => {
    await bench.call('faults/rate', { kind: '500', rate: 1 });
    const failed = await bench.stream('run', upsert('dark', { errorPolicy: 'fail' }));
    expect(failed.at(-1)).toMatchObject({
      type: 'end',
      error: {
        kind: 'thrown',
        message: expect.stringMatching(/^UpsertRecords: InternalErrorException: .*\(HTTP 500, request id/),
      },
    });
    await bench.call('faults/clear');
    await bench.call('faults/rate', { kind: 'html', rate: 1, operation: 'ListRecords' });
    const rebound = await bench.stream('run', upsert('dark', { errorPolicy: 'rebound' }));
    expect(rebound.find(({ event }) => event === 'rebound')?.payload.message).toContain('HTTP 502');
  });

  it('maps a sample by JSONata before the step, and says where a mapping fails', async () => {
    const mapping = { expression: '{"IdentityPoolId": pool}', sample: { pool: POOL } };
    const events = await bench.stream('run', { step: 'DescribeIdentityPoolUsage', fields: {}, mapping });
    expect(events.find(({ type }) => type === 'mapped')?.body).toEqual({ IdentityPoolId: POOL });
    const failing = { ...mapping, expression: '$sum("a")' };
    expect((await bench.stream('run', { step: 'ListRecords', fields: {}, mapping: failing })).at(-1)).toMatchObject({
      error: { kind: 'mapping' },
    });
  });

  it('ends a mapping that never ends when the page goes away, and answers the next call', async () => {
    const mapping = { expression: '($f := function($n) { $f($n) }; $f(1))', sample: {} };
    await expect(
      fetch(`http://127.0.0.1:${bench.port}/api/map`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${bench.token}` },
        body: JSON.stringify(mapping),
        signal: AbortSignal.timeout(300),
      }),
    ).rejects.toThrow();
    expect((await bench.call('verify')).text).toBe('{"verified":true}');
  });

  it('finds the choices of a drop-down by the step, and gives its refusal where there is one', async () => {
    const field = { step: 'UpsertRecords', field: 'IdentityPoolId', fields: {} };
    expect(JSON.parse((await bench.call('choices', field)).text)).toEqual({ [POOL]: expect.any(String) });
    await bench.call('faults/rate', { kind: 'error', rate: 1 });
    const refused = await bench.call('choices', { ...field });
    expect(refused.status).toBe(400);
    expect(JSON.parse(refused.text).error).toContain('Identity Pool: ');
  });

  it('reads what the local server holds a page at a time, without a call', async () => {
    await bench.call('data/seed', {
      pool: POOL,
      identities: 130,
      datasetsPerIdentity: 1,
      recordsPerDataset: 3,
      valueLength: 300,
    });
    const first = JSON.parse((await bench.call('data/identities', { pool: POOL })).text);
    expect([first.rows.length, first.total]).toEqual([60, 130]);
    const second = JSON.parse((await bench.call('data/identities', { pool: POOL, from: first.next })).text);
    expect(second.rows[0].id > first.rows[59].id).toBe(true);
    const identity = first.rows[0].id as string;
    const [dataset] = JSON.parse((await bench.call('data/datasets', { pool: POOL, identity })).text).rows;
    expect(dataset).toMatchObject({ exists: true, syncCount: 1, records: 3 });
    const which = { pool: POOL, identity, dataset: dataset.name };
    const { rows } = JSON.parse((await bench.call('data/records', which)).text);
    expect(rows[0]).toMatchObject({ length: 300, syncCount: 1, value: expect.stringMatching(/^.{200}$/) });
    expect(JSON.parse((await bench.call('data/value', { ...which, key: rows[0].key })).text).value).toHaveLength(300);
  });

  it('writes as another client, so that a step that has read meets a newer count', async () => {
    await bench.stream('run', upsert());
    const which = { pool: POOL, identity: IDENTITY, dataset: 'profile' };
    expect(JSON.parse((await bench.call('data/write', { ...which, key: 'theme', value: 'light' })).text)).toEqual({
      syncCount: 2,
    });
    const [row] = JSON.parse((await bench.call('data/records', which)).text).rows;
    expect(row).toMatchObject({ value: 'light', syncCount: 2, by: 'another-client' });
  });

  it('stores the files of an export for the page alone', async () => {
    await bench.stream('run', upsert());
    const events = await bench.stream('run', {
      step: 'ExportIdentityPoolToFiles',
      fields: {},
      body: { IdentityPoolId: POOL },
    });
    const [file] = Object.values<any>(events.find(({ event }) => event === 'data')?.payload.attachments);
    const content = await bench.call('attachment', { url: file.url });
    expect(content.headers['content-type']).toBe('application/octet-stream');
    expect(JSON.parse(content.text)).toMatchObject({ Key: 'theme', Value: 'dark' });
    expect((await fetch(file.url)).status).toBe(401);
    expect((await fetch(file.url, { headers: { Authorization: 'Bearer guess' } })).status).toBe(401);
    expect((await bench.call('attachment', { url: `${bench.link.split('#')[0]}main.js` })).status).toBe(400);
    await bench.call('data/reset');
    expect((await bench.call('attachment', { url: file.url })).status).toBe(400);
  });

  it('is a page of less than 150 KB, gzipped, before the editor is loaded', async () => {
    const read = async (path: string) => (await bench.request({ path })).text;
    const seen = new Map<string, number>();
    const take = async (path: string): Promise<void> => {
      if (seen.has(path)) return;
      const text = await read(path);
      seen.set(path, gzipSync(text).length);
      // What is imported at once, and not by import().
      for (const [, file] of text.matchAll(/(?:from|import)"\.\/([^"]+\.js)"/g)) await take(`/${file}`);
    };
    for (const path of ['/', '/main.js', '/style.css']) await take(path);
    expect([...seen.values()].reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(150_000);
    expect((await read('/main.js')).includes('cm-content')).toBe(false);
  });

  it('exports a pool', async () => {
    await bench.call('data/seed', {
      pool: POOL,
      identities: 70,
      datasetsPerIdentity: 2,
      recordsPerDataset: 5,
      valueLength: 8,
    });
    const events = await bench.stream('export/run', { pool: POOL });
    const [last] = events.filter(({ type }) => type === 'progress').slice(-1);
    expect(last?.progress).toMatchObject({ identities: 70, datasets: 140, records: 700 });
  });

  it('carries a flow', async () => {
    await bench.stream('run', upsert());
    const flow = [
      { step: 'GetNewAndUpdatedRecords', fields: { ...DATASET }, expression: '$' },
      {
        step: 'ListRecords',
        fields: {},
        expression: '{"IdentityPoolId": IdentityPoolId, "IdentityId": IdentityId, "DatasetName": DatasetName}',
      },
    ];
    const events = await bench.stream('flow/run', { flow });
    const outcomes = events.filter(({ type }) => type === 'outcome');
    expect(
      outcomes.map(({ outcome }) => outcome.emitted[0].body.Key ?? outcome.emitted[0].body.Records[0].Key),
    ).toEqual(['theme', 'theme']);
    expect(events.at(-1)).toEqual({ type: 'done' });
  });

  describe('under attack', () => {
    const headers = () => ({ 'Content-Type': 'application/json', Authorization: `Bearer ${bench.token}` });
    const api = (more: object = {}) => ({ method: 'POST', path: '/api/start', headers: { ...headers(), ...more } });

    it.each([
      ['DNS rebinding', { Host: 'attacker.example' }, 421],
      ['a foreign page', { Origin: 'https://attacker.example' }, 403],
      ['a foreign site', { 'Sec-Fetch-Site': 'cross-site' }, 403],
      ['a form', { 'Content-Type': 'text/plain' }, 415],
      ['no token', { Authorization: '' }, 401],
      ['a guessed token', { Authorization: 'Bearer guess' }, 401],
    ])('refuses %s, with every header of security and none of CORS', async (_, more, status) => {
      const answer = await bench.request(api(more), '{}');
      expect(answer.status).toBe(status);
      expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
      expect(answer.headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'cache-control': 'no-store',
      });
      expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    });

    it('answers no preflight', async () => {
      const preflight = { Origin: 'https://attacker.example', 'Access-Control-Request-Method': 'POST' };
      const { status, headers: answered } = await bench.request({
        method: 'OPTIONS',
        path: '/api/run',
        headers: preflight,
      });
      expect(status).toBe(403);
      expect(answered['access-control-allow-origin']).toBeUndefined();
    });

    it.each([
      '/../package.json',
      '/%2e%2e/package.json',
      '/package.json',
      '//etc/passwd',
      '/main.js/../../package.json',
      '/api/../main.js',
    ])('has no file %s: no path reaches the disk', async (path) => {
      const { status, text } = await bench.request({ path });
      expect([404, 405]).toContain(status);
      expect(text).not.toContain('amazon-cognito-sync-connector');
    });

    it.each(['__proto__', 'constructor', 'toString', 'nothing'])('has no call %s', async (name) => {
      expect((await bench.call(name)).status).toBe(404);
    });

    it.each([
      ['a module', { step: '../../../etc/passwd', fields: {} }],
      ['a member that every object has', { step: 'constructor', fields: {} }],
      ['a field of the credential', { step: 'ListRecords', fields: { endpoint: 'http://127.0.0.1:1' } }],
      ['no step', {}],
    ])('runs nothing for %s', async (_, input) => {
      expect((await bench.call('run', input)).status).toBe(400);
    });

    it('calls no function of a module that is none of a field', async () => {
      const answer = await bench.call('choices', { step: 'UpsertRecords', field: 'process', fields: {} });
      expect(answer.status).toBe(400);
    });

    it.each([
      ['more than 8 MiB', 'x'.repeat(8 * 1024 * 1024 + 1), 413],
      ['no JSON', '{', 400],
      ['no object', '[]', 400],
    ])('refuses a body of %s', async (_, body, status) => {
      expect((await bench.request(api(), body)).status).toBe(status);
    });

    it('listens on loopback alone', async () => {
      const { networkInterfaces } = await import('node:os');
      const others = Object.values(networkInterfaces())
        .flatMap((each) => each ?? [])
        .filter(({ internal, family }) => !internal && family === 'IPv4');
      for (const { address } of others) {
        await expect(bench.request({ host: address, path: '/' })).rejects.toThrow(/ECONNREFUSED/);
      }
      expect(bench.link).toMatch(/^http:\/\/127\.0\.0\.1:/);
    });

    it('lets no secret of a credential, an identity or a token out', async () => {
      const canaries = ['canary-secret-key', 'canary-session-token', 'canary-login-token'];
      const own = {
        accessKeyId: DEFAULT_KEY.accessKeyId,
        secretAccessKey: canaries[0] as string,
        sessionToken: canaries[1] as string,
        region: 'us-east-1',
        endpoint: JSON.parse((await bench.call('start')).text).endpoint as string,
      };
      let seen = '';
      const take = async (name: string, input: object = {}) => (seen += (await bench.call(name, input)).text);
      await take('credential', { mode: 'own', fields: own });
      await take('start');
      await take('verify');
      await take('run', upsert());
      await take('credential', { mode: 'own', fields: { accessKeyId: '', authoriseAs: 'logins', sessionToken: '' } });
      const body = { ...upsert().body, ActAs: { Logins: { 'accounts.google.com': canaries[2] } } };
      delete (body as { IdentityId?: string }).IdentityId;
      await take('run', { ...upsert(), body });
      await take('credential', { mode: 'local', forget: true });
      await take('run', { step: 'ListRecords', fields: {}, body: DATASET });
      await take('data/identities', { pool: POOL });
      // Asked as yes or no, since a failure would print megabytes.
      for (const mask of ['GetCredentialsForIdentity', '[hidden]', '[SyncSessionToken '])
        expect(seen.includes(mask)).toBe(true);
      for (const canary of [...canaries, DEFAULT_KEY.secretAccessKey]) expect(seen.includes(canary)).toBe(false);
      // Vended secrets, signatures and session tokens, of whatever value: only their masks stand there.
      expect(/Signature=[0-9a-f]/.test(seen)).toBe(false);
      for (const [, value] of seen.matchAll(/\\"(?:SecretKey|SessionToken|SyncSessionToken)\\":\\"([^"\\]*)/g)) {
        expect(value).toMatch(/^\[(?:hidden|SyncSessionToken \d+)\]$/);
      }
    });

    it('takes a named sync session token for the token that it stands for', async () => {
      await bench.stream('run', upsert());
      const listed = await bench.stream('run', { step: 'ListRecords', fields: {}, body: DATASET });
      const { SyncSessionToken } = listed.find(({ event }) => event === 'data')?.payload.body;
      expect(SyncSessionToken).toMatch(/^\[SyncSessionToken \d+\]$/);
      const patch = { Op: 'replace', Key: 'theme', Value: 'light', SyncCount: 1 };
      const updated = await bench.stream('run', {
        step: 'UpdateRecords',
        fields: {},
        body: { ...DATASET, SyncSessionToken, RecordPatches: [patch] },
      });
      expect(updated.find(({ event }) => event === 'data')?.payload.body.Records).toMatchObject([
        { Key: 'theme', SyncCount: 2 },
      ]);
    });
  });
});
