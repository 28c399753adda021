import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import jsonata from 'jsonata';
import { load } from '../../scripts/component';
import { startServer, type LocalServer } from '../../server';
import { run } from '../support/run';

jest.setTimeout(180_000);

const ROOT = path.join(__dirname, '../..');
const POOL = 'us-east-1:12345678-1234-1234-1234-123456789012';
const COPY = 'us-east-1:00000000-0000-4000-8000-000000000002';
const IDENTITY = 'us-east-1:87654321-4321-4321-4321-210987654321';
const LOCAL = { accessKeyId: 'AKIDLOCAL', secretAccessKey: 'local-secret' };
const EXAMPLE = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' };
const SHELLS = ['sh', 'bash', 'shell', 'console', 'zsh'];
/** Addresses of a local server in the documents. */
const ADDRESS = /http:\/\/127\.0\.0\.1:(?:8000|40123)\b/g;

interface Block {
  readonly file: string;
  readonly language: string;
  /** The words behind the language, which say what to do with it. */
  readonly mark: string;
  readonly text: string;
}

const documents = [
  'README.md',
  ...fs
    .readdirSync(path.join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => path.join('docs', name)),
];

function blocksOf(file: string): Block[] {
  const text = fs.readFileSync(path.join(ROOT, file), 'utf8');
  return [...text.matchAll(/^( *)```(\w+) ?(.*)\n([^]*?)^\1```$/gm)].map(
    ([, indent = '', language = '', mark = '', body = '']) => ({
      file,
      language,
      mark,
      text: body.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    }),
  );
}

const blocks = documents.flatMap(blocksOf);
const shells = blocks.filter(({ language }) => SHELLS.includes(language));
const marked = (mark: string) => shells.filter((block) => block.mark === mark);

let server: LocalServer;
let folder: string;
beforeEach(async () => {
  server = await startServer({ pools: [POOL, COPY], keys: [LOCAL, EXAMPLE] });
  for (const DatasetName of ['profile', 'settings']) {
    server.control.write(
      { IdentityPoolId: POOL, IdentityId: IDENTITY, DatasetName },
      { theme: 'dark', town: 'a "b",\n c' },
    );
  }
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'documents-'));
  for (const name of fs.readdirSync(ROOT)) {
    if (!name.startsWith('.')) fs.symlinkSync(path.join(ROOT, name), path.join(folder, name));
  }
});
afterEach(async () => {
  fs.rmSync(folder, { recursive: true, force: true });
  await server.stop();
});

/** Runs a script as a user would in the repository's folder; `until` ends it when that is said. */
function bash(script: string, until?: RegExp): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn('bash', ['-eo', 'pipefail', '-c', script], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      AWS_ACCESS_KEY_ID: EXAMPLE.accessKeyId,
      AWS_SECRET_ACCESS_KEY: EXAMPLE.secretAccessKey,
      COGNITO_SYNC_ENDPOINT: server.endpoint,
    },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    if (until?.test(stdout) && child.pid) process.kill(-child.pid, 'SIGTERM');
  });
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
}

it('every block of a shell or of JSONata says how it is tested, or why not', () => {
  const known = /^(?:run|serve|not run: \S.{9,})$/;
  const unknown = blocks.filter(({ language, mark }) =>
    SHELLS.includes(language)
      ? !known.test(mark)
      : language === 'jsonata' && !/^(?:[A-Z]\w+|not run: \S.{9,})$/.test(mark),
  );
  expect(unknown).toEqual([]);
  expect(marked('run').length).toBeGreaterThanOrEqual(4);
});

/** What the commands left behind must be what it is called. */
function checkFiles(directory: string): string[] {
  return fs.readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(directory, entry.name);
    if (entry.isDirectory()) return checkFiles(file);
    if (!entry.isFile()) return [];
    const bytes = fs.readFileSync(file);
    const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
    if (/\.csv(?:\.gz)?$/.test(file)) expect(text).toMatch(/^Change,IdentityId,DatasetName,Key,Value,/);
    if (file.endsWith('.ndjson')) for (const line of text.trim().split('\n')) JSON.parse(line);
    return [entry.name];
  });
}

describe.each([...new Set(marked('run').map(({ file }) => file))])('the commands of %s', (file) => {
  it('run one after the other, as they stand there', async () => {
    const script = marked('run')
      .filter((block) => block.file === file)
      .map(({ text }) => text.replaceAll(ADDRESS, server.endpoint))
      .join('\n');
    const { code, stderr } = await bash(script);
    expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
    if (/--out (?!-)/.test(script)) expect(checkFiles(folder)).toContain('records.ndjson');
    expect(server.calls()).toBeGreaterThan(0);
  });
});

it.each(marked('serve').map(({ file, text }) => [file, text] as const))(
  'the server of %s starts: %s',
  async (_, text) => {
    const script = text.replace(/--port \d+/, '--port 0');
    const { stdout } = await bash(script, /Cognito Sync is listening on http:\/\/127\.0\.0\.1:\d+\n/);
    expect(stdout).toContain('Cognito Sync is listening on http://127.0.0.1:');
  },
);

/** Each expression with the message that stands above it. */
const mappings = documents.flatMap((file) => {
  let message: unknown;
  return blocksOf(file).flatMap(({ language, mark, text }) => {
    if (language === 'json' && mark === 'message') message = JSON.parse(text);
    if (language !== 'jsonata' || mark.startsWith('not run')) return [];
    return [{ file, step: mark, message, expression: text }];
  });
});

it.each(mappings)(
  '$step takes what JSONata makes of the mapping in $file: $expression',
  async ({ step, message, expression }) => {
    expect(message).toBeDefined();
    const body = (await jsonata(expression).evaluate(message)) as unknown;
    const before = server.calls();
    const { bodies, error } = await run(load(step), { body }, { ...EXAMPLE, endpoint: server.endpoint });
    expect(error).toBeUndefined();
    expect(bodies).toHaveLength(1);
    expect(server.calls()).toBeGreaterThan(before);
    expect(
      Object.keys(server.control.read({ IdentityPoolId: POOL, IdentityId: IDENTITY, DatasetName: 'settings' }) ?? {}),
    ).not.toEqual(expect.arrayContaining(['Key']));
  },
);

it('has mappings to try', () => {
  expect(mappings.length).toBeGreaterThanOrEqual(3);
});
