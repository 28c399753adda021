import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as manifest from '../../package.json';
import { commandLine } from '../../server/command-line';
import { parse } from '../../server/command-options';
import { ASSUMPTION_NAMES, CHOICES } from '../../server/options';
import { FAULT_KINDS } from '../../server/faults';
import { POOL } from '../support/local';
import { bareServer, serverProcess, serverProcessIn } from '../support/process';

const ROOT = join(__dirname, '../..');
const guide = readFileSync(join(ROOT, 'docs/local-server.md'), 'utf8');

/** Cells of the tables that follow a heading of the guide, row by row. */
function rows(heading: string): string[][] {
  const section = guide.split(/^## /m).find((part) => part.startsWith(heading)) ?? '';
  return section
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

describe('npm run server', () => {
  it('says where it listens, in one line, and ends with 0 on SIGTERM', async () => {
    const args = [
      '--port',
      '0',
      '--region',
      'us-east-1',
      '--access-key-id',
      'AKIDLOCAL',
      '--secret-access-key',
      'local-secret',
      '--pool',
      POOL,
    ];
    const server = await serverProcess('npm', 'run', '--silent', 'server', '--', ...args);
    expect(server.lines).toEqual([`Cognito Sync is listening on ${server.endpoint}`]);
    expect((await fetch(`${server.endpoint}/_local`)).status).toBe(200);
    expect(await server.end('SIGTERM')).toBe(0);
  }, 60_000);

  it('without arguments says what to use it with', async () => {
    const server = await bareServer();
    await server.end('SIGINT');
    expect([server.lines.slice(1), server.errors]).toEqual([
      [
        'Access key id: AKIDLOCAL, secret access key: local-secret, region: us-east-1',
        'Identity pool: us-east-1:00000000-0000-4000-8000-000000000001',
        'Logins: a token stands for the user it names, unchecked',
      ],
      [],
    ]);
  }, 60_000);

  it('says whose logins it checks, and how', async () => {
    const providers = ['a.example=https://a.example,web,phone', 'b.example/x=http://127.0.0.1:1'];
    const args = providers.flatMap((each) => ['--provider', each]);
    const server = await bareServer('--access-key-id', 'A', '--secret-access-key', 's', ...args);
    await server.end('SIGTERM');
    expect(server.lines.slice(1)).toEqual([
      'Logins of a.example: tokens of https://a.example, for web or phone',
      "Logins of b.example/x: tokens of http://127.0.0.1:1, for the pool's client ids",
      'Logins of other providers: a token stands for the user it names, unchecked',
    ]);
  }, 60_000);

  it('warns when others can reach it, and repeats no secret that it was given', async () => {
    const server = await bareServer('--host', '0.0.0.0', '--secret-access-key', 'very-secret');
    expect(await server.end('SIGINT')).toBe(0);
    expect(server.errors).toEqual([
      'Warning: 0.0.0.0 is not loopback; anyone who reaches the port can try its access keys.',
    ]);
    expect(server.lines.join()).not.toContain('very-secret');
  }, 60_000);
});

describe('local-cognito-sync', () => {
  const bin = (...args: string[]) => promisify(execFile)(join(ROOT, manifest.bin['local-cognito-sync']), args);

  it('is a command of the package, with its version', async () => {
    expect((await bin('--version')).stdout).toBe(`${manifest.version}\n`);
  });

  it('shows every option, and examples', async () => {
    const { stdout } = await bin('--help');
    for (const { long } of commandLine().options) expect(stdout).toContain(long);
    const examples = stdout.slice(stdout.indexOf('Examples:')).match(/local-cognito-sync( -.*)$/gm) ?? [];
    expect(examples.length).toBeGreaterThanOrEqual(4);
    const plain = examples.map((example) => example.split(' ').slice(1)).filter((argv) => !argv.includes('--tls-cert'));
    for (const argv of plain) expect(parse(commandLine().exitOverride(), argv)).toHaveProperty('port');
  });

  it('takes the control token from the environment, where no list of processes shows it', async () => {
    const env = { ...process.env, COGNITO_SYNC_CONTROL_TOKEN: 'from-the-environment' };
    const server = await serverProcessIn(env, process.execPath, 'dist/server.js');
    const status = async (token: string) =>
      (await fetch(`${server.endpoint}/_local`, { headers: { authorization: `Bearer ${token}` } })).status;
    const statuses = [await status('from-the-environment'), await status('another')];
    const listed = (await promisify(execFile)('ps', ['-ww', '-o', 'args=', '-p', String(server.child.pid)])).stdout;
    await server.end('SIGTERM');
    expect([statuses, listed.includes('from-the')]).toEqual([[200, 401], false]);
    expect([...server.lines, ...server.errors].join()).not.toContain('from-the');
  });
});

describe('its arguments', () => {
  const options = (...argv: string[]) =>
    parse(
      commandLine()
        .exitOverride()
        .configureOutput({ writeErr: () => undefined }),
      argv,
    );

  it('may name several keys, each with its secret and what it is refused, and several pools', () => {
    const argv = [
      '--access-key-id',
      'A',
      '--secret-access-key',
      '1',
      '--access-key-id',
      'B',
      '--secret-access-key',
      '2',
    ];
    expect(
      options(...argv, '--deny', 'B=ListRecords,ListDatasets', '--pool', 'us-east-1:1', '--pool', 'us-east-1:2'),
    ).toMatchObject({
      keys: [
        { accessKeyId: 'A', secretAccessKey: '1', deny: [] },
        { accessKeyId: 'B', secretAccessKey: '2', deny: ['ListRecords', 'ListDatasets'] },
      ],
      pools: ['us-east-1:1', 'us-east-1:2'],
    });
  });

  it('may name faults', () => {
    expect(options('--fault', '429:0.2', '--fault', 'latency:1').faults).toEqual([
      { kind: '429', rate: 0.2 },
      { kind: 'latency', rate: 1 },
    ]);
  });

  it('may name login providers, with audiences or without', () => {
    expect(
      options('--provider', 'a=https://a.example,web,phone', '--provider', 'b/c=https://b.example').providers,
    ).toEqual([
      { name: 'a', issuer: 'https://a.example', audiences: ['web', 'phone'] },
      { name: 'b/c', issuer: 'https://b.example', audiences: [] },
    ]);
  });

  it('may limit the rate of all calls and of single operations', () => {
    const argv = ['--rate-limit', '20', '--rate-limit', '2.5:40', '--rate-limit', 'UpdateRecords=5:10'];
    expect(options(...argv).rateLimits).toEqual([
      { perSecond: 20 },
      { perSecond: 2.5, burst: 40 },
      { operation: 'UpdateRecords', perSecond: 5, burst: 10 },
    ]);
  });

  it('may name roles, with or without an external id', () => {
    expect(options('--role', 'arn:aws:iam::1:role/A', '--role', 'arn:aws:iam::1:role/B=x=y').roles).toEqual([
      { roleArn: 'arn:aws:iam::1:role/A' },
      { roleArn: 'arn:aws:iam::1:role/B', externalId: 'x=y' },
    ]);
  });

  it.each([
    [['--port', 'x'], 'Expected a number'],
    [['--access-key-id', 'A'], ''],
    [['--access-key-id', 'A', '--access-key-id', 'B', '--secret-access-key', '1'], 'one --secret-access-key for each'],
    [['--deny', 'NOBODY=*'], '--deny: expected one of the access key ids, got NOBODY'],
    [['--assume', 'absentKey'], '--assume: expected name=value, got absentKey'],
    [['--fault', 'fire:1'], '--fault: expected a kind'],
    ...['0', 'x', '5:0', '=5', '1.2.3'].map((text): [string[], string] => [
      ['--rate-limit', text],
      `--rate-limit: expected calls a second, such as 20, 20:40 or UpdateRecords=5:10 with a burst of at least 1, got ${text}`,
    ]),
    [['--fault', '429:2'], '--fault: expected a kind'],
    [['--nonsense'], 'unknown option'],
    [['stray'], 'too many arguments'],
  ])('%j are refused or not: %s', (argv, message) => {
    if (message) expect(() => options(...argv)).toThrow(message);
    else expect(options(...argv)).toMatchObject({ keys: [{ accessKeyId: 'A', secretAccessKey: 'local-secret' }] });
  });

  it('may say who reaches the server', () => {
    const argv = ['--allow-origin', 'http://a.example', '--allow-origin', '*', '--control-token', 't', '--no-control'];
    expect(options(...argv)).toMatchObject({
      allowOrigins: ['http://a.example', '*'],
      controlToken: 't',
      control: false,
    });
    expect(options()).toMatchObject({ control: true });
    expect(options()).not.toHaveProperty('tls');
  });
});

describe('the guide', () => {
  it('has every option, with its default', () => {
    const documented = rows('Options').map(([option, , value]) => [option, value]);
    const options = commandLine().options.filter(({ long }) => long !== '--version');
    const shown = options.map(({ flags, defaultValue }) => [
      `\`${flags}\``,
      defaultValue === undefined || typeof defaultValue === 'boolean'
        ? expect.any(String)
        : `\`${String(defaultValue)}\``,
    ]);
    expect(documented).toEqual(shown);
  });

  it('has every assumption with its choices, the default first', () => {
    const documented = rows('Where AWS is not documented').map(([name, choices]) => [name, choices]);
    expect(documented).toEqual(
      ASSUMPTION_NAMES.map((name) => [`\`${name}\``, CHOICES[name].map((choice) => `\`${choice}\``).join(', ')]),
    );
  });

  it('has every kind of fault', () => {
    expect(rows('Faults').map(([kind]) => kind)).toEqual(FAULT_KINDS.map((kind) => `\`${kind}\``));
  });
});
