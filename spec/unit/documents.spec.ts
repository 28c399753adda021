import * as sdk from '@aws-sdk/client-cognito-sync';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { anchorOf } from '../../descriptor/component';
import { OWN_ERROR_NAMES } from '../../lib/error';
import packageJson from '../../package.json';
import { readText, ROOT } from './descriptor';

/** Pages for readers, wherever they are. */
const documents = ['.', 'docs', 'docs/clients', 'docs/decisions', 'oih'].flatMap((folder) =>
  readdirSync(path.join(ROOT, folder))
    .filter((file) => file.endsWith('.md'))
    .map((file) => path.join(folder, file)),
);

/** A page without its code, in which nothing is a link or a heading. */
const proseOf = (document: string) => readText(document).replace(/^ *```[^]*?^ *```$/gm, '');
const anchorsOf = (document: string) =>
  Array.from(proseOf(document).matchAll(/^#+ (.*)$/gm), ([, heading = '']) => anchorOf(heading));

it('README.md can be read: it has at most 10 KB', () => {
  expect(Buffer.byteLength(readText('README.md'))).toBeLessThanOrEqual(10 * 1024);
});

it.each(documents)('%s links only to pages and sections that exist', (document) => {
  const links = Array.from(proseOf(document).matchAll(/\]\((?!https?:)([^)#]*)#?([^)]*)\)/g));
  const dead = links.filter(([, file = '', anchor]) => {
    const target = file === '' ? document : path.join(path.dirname(document), file);
    return !existsSync(path.join(ROOT, target)) || (anchor && !anchorsOf(target).includes(anchor));
  });
  expect(dead.map(([link]) => link)).toEqual([]);
});

it.each(documents)('%s names only commands that exist', (document) => {
  const commands = Array.from(readText(document).matchAll(/npm run (?:-s )?([\w:]+)/g), ([, name]) => name);
  expect(commands.filter((name) => !(name && name in packageJson.scripts))).toEqual([]);
});

it('every command of package.json that is no part of another is in a document', () => {
  const text = documents.map(readText).join('\n');
  const own = Object.keys(packageJson.scripts).filter((name) => name !== 'prepare' && !name.startsWith('build:'));
  expect(own.filter((name) => !new RegExp(`npm (?:run (?:-s )?)?${name}\\b(?!:)`).test(text))).toEqual([]);
});

it('docs/ARCHITECTURE.md follows a call through functions that are where it says', () => {
  const rows = readText('docs/ARCHITECTURE.md').matchAll(/^\| \[(lib\/[\w/-]+\.ts)\][^|]*\| `(\w+)`/gm);
  const steps = Array.from(rows, ([, file = '', name = '']) => ({ file, name }));
  expect(steps.length).toBeGreaterThan(10);
  for (const { file, name } of steps) {
    expect(readText(file)).toMatch(new RegExp(`^export (?:async )?(?:function|const) ${name}\\b`, 'm'));
  }
});

it('docs/errors.md explains the names of the connector, then every exception of the API, in order', () => {
  const modelled = Object.keys(sdk).filter((name) => /Exception$/.test(name) && name !== 'CognitoSyncServiceException');
  const explained = Array.from(readText('docs/errors.md').matchAll(/^\| `(\w+)` +\|/gm), ([, name]) => name);
  const theirs = explained.slice(OWN_ERROR_NAMES.length);
  expect(explained.slice(0, OWN_ERROR_NAMES.length)).toEqual(OWN_ERROR_NAMES);
  expect(modelled).toHaveLength(13);
  expect(theirs).toEqual(expect.arrayContaining(modelled));
  expect(theirs).toEqual([...theirs].sort());
});

it('names the Node.js versions of package.json in hosted CI and in README.md', () => {
  const versions = Array.from(packageJson.engines.node.matchAll(/(\d+)\.x/g), ([, version]) => version);
  const matrix = /node: \[(.*)\]/.exec(readText('.github/workflows/ci.yml'))?.[1]?.split(', ');
  // One more than the platform may pick: the next version that it will offer.
  expect(matrix).toEqual([...versions, '26']);
  for (const version of versions) expect(readText('README.md')).toMatch(new RegExp(`\\b${version}\\b`));
});
