import { GetIdCommand } from '@aws-sdk/client-cognito-identity';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startServer, type LocalServer } from '../../server';
import { defaultPool } from '../../server/options';
import { identityClient } from '../support/server';
import { visit } from './pages';
import { compile, PYTHON, run, type Ended } from './programs';

const ROOT = path.resolve(__dirname, '../..');
const GUIDES = path.join(ROOT, 'docs/clients');
const POOL = defaultPool('us-east-1');

interface Block {
  readonly page: string;
  readonly language: string;
  /** `run`, or why it is not. */
  readonly mark: string;
  readonly text: string;
}

const pages = readdirSync(GUIDES).filter((name) => name !== 'README.md');
const blocks = pages.flatMap((page): Block[] =>
  Array.from(
    readFileSync(path.join(GUIDES, page), 'utf8').matchAll(/^```(\w+) ?(.*)\n([^]*?)^```$/gm),
    ([, language = '', mark = '', text = '']) => ({ page, language, mark, text }),
  ),
);

it('each page has its program, and says in its text which one is not run', () => {
  const unmarked = blocks.filter(({ mark }) => !/^(?:run|not run: \S.{9,})$/.test(mark));
  expect(unmarked).toEqual([]);
  const silent = pages.filter((page) => {
    const text = readFileSync(path.join(GUIDES, page), 'utf8').replace(/\s+/g, ' ');
    const own = blocks.filter((block) => block.page === page);
    return !own.length || (own.some(({ mark }) => mark !== 'run') && !/(?:is|are) not run by a test/.test(text));
  });
  expect(silent).toEqual([]);
  const table = readFileSync(path.join(GUIDES, 'README.md'), 'utf8');
  expect(pages.filter((page) => !table.includes(`](${page})`))).toEqual([]);
});

let server: LocalServer;
let folder: string;
beforeEach(async () => {
  server = await startServer();
  folder = mkdtempSync(path.join(tmpdir(), 'guides-'));
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await server.stop();
});

/** How a program of a language is run. */
const RUNNERS: Record<string, (text: string) => Promise<Ended>> = {
  python: (text) => run(PYTHON, [written('guide.py', text)]),
  js: (text) => run(process.execPath, [written('guide.mjs', text)]),
  go: async (text) => {
    const program = path.join(folder, 'guide');
    await compile(written('guide.go', text), program);
    return run(program, []);
  },
  html: async (text) => {
    // A page that has none of the test's marks: its own outcome is the mark.
    const watch = `<script>new MutationObserver(() => (document.body.dataset.outcome = document.querySelector('#outcome').textContent)).observe(document.querySelector('#outcome'), { childList: true });</script>`;
    const { outcome } = await visit({ html: text.replace(/<p id="outcome"><\/p>/, `$&${watch}`) });
    return { code: outcome === 'synchronized' ? 0 : 1, lines: [], stderr: outcome };
  },
};

function written(name: string, text: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
}

it('four pages have a program that runs here', () => {
  const ran = blocks.filter(({ mark }) => mark === 'run').map(({ page }) => page);
  expect(ran).toEqual(['amplify.md', 'browser.md', 'go.md', 'python.md']);
});

it.each(blocks.filter(({ mark }) => mark === 'run'))(
  'the $language program of $page writes the record of the user that it logs in, twice',
  async ({ language, text }) => {
    expect(text).toContain('http://127.0.0.1:8000');
    const program = text.replaceAll('http://127.0.0.1:8000', server.endpoint);
    const runs = [await RUNNERS[language]?.(program), await RUNNERS[language]?.(program)];
    expect(runs.map((ended) => [ended?.code, ended?.code === 0 ? '' : ended?.stderr])).toEqual([
      [0, ''],
      [0, ''],
    ]);
    const input = { IdentityPoolId: POOL, Logins: { 'graph.facebook.com': 'alice' } };
    const { IdentityId = '' } = await identityClient(server).send(new GetIdCommand(input));
    const dataset = { IdentityPoolId: POOL, IdentityId, DatasetName: 'settings' };
    expect(server.control.read(dataset)).toEqual({ theme: 'dark' });
    expect(server.calls('ListRecords')).toBeGreaterThanOrEqual(2);
    // The Sync Manager sees that the value is there, and writes nothing.
    expect(server.calls('UpdateRecords')).toBe(language === 'html' ? 1 : 2);
  },
);
