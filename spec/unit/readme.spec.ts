import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as sdk from '@aws-sdk/client-cognito-sync';
import * as operations from '../../lib/cognito-sync/operations';
import packageJson from '../../package.json';

const root = path.resolve(__dirname, '../..');
const readme = readFileSync(path.join(root, 'README.md'), 'utf8');
const documents = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'docs/ARCHITECTURE.md'];

/** The lines between a heading and the next one of the same level. */
const section = (title: string) => readme.split(`\n## ${title}\n`)[1]?.split('\n## ')[0] ?? '';
const rowsOf = (text: string) => [...text.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);

describe('README.md', () => {
  it('explains every exception of the API, and the four names of the connector, in order', () => {
    const modelled = Object.keys(sdk).filter(
      (name) => /Exception$/.test(name) && name !== 'CognitoSyncServiceException',
    );
    const explained = rowsOf(section('Troubleshooting'));
    expect(explained).toEqual(
      expect.arrayContaining([...modelled, 'InvalidInput', 'NetworkError', 'Timeout', 'InvalidResponse']),
    );
    expect(explained.slice(4)).toEqual(explained.slice(4).sort());
    expect(modelled).toHaveLength(13);
  });

  it.each(['developer', 'identity', 'either'])('names the operations that take credentials of kind %s', (kind) => {
    const label = { developer: 'the access key only', identity: 'those of a Cognito identity only', either: 'either' }[
      kind
    ];
    const line = section('Credentials')
      .split('\n')
      .find((text) => text.startsWith(`| ${label} |`));
    const named = line
      ?.split('|')[2]
      ?.split(',')
      .map((title) =>
        title
          .replace(/\bto\b/, 'To')
          .replace(/\bfrom\b/, 'From')
          .replace(/\s/g, ''),
      );
    const expected = Object.values(operations).filter(({ authorisation }) => authorisation === kind);
    expect(named).toEqual(expected.map(({ name }) => name));
  });

  it('has the speed of the last run of the benchmark, as docs/performance.md tells it', () => {
    const figuresOf = (text: string) =>
      [...text.matchAll(/^\| (?:List ?Records|Update ?Records), [^|]*\|(.*)\|$/gm)].slice(0, 3).map(([, cells = '']) =>
        cells
          .split('|')
          .slice(0, 3)
          .map((cell) => cell.trim()),
      );
    const figures = figuresOf(readme);
    expect(figures.flat().filter((cell) => /^\d\.\d\d$/.test(cell))).toHaveLength(9);
    expect(figures).toEqual(figuresOf(readFileSync(path.join(root, 'docs/performance.md'), 'utf8')));
  });

  it('names only commands that exist', () => {
    const commands = [...readme.matchAll(/npm run (?:-s )?([\w:]+)/g)].map(([, name]) => name);
    expect(Object.keys(packageJson.scripts)).toEqual(expect.arrayContaining([...new Set(commands)]));
  });
});

it.each(documents)('%s links only to files that exist', (document) => {
  const text = readFileSync(path.join(root, document), 'utf8');
  const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link]) => link ?? '');
  expect(links.filter((link) => !existsSync(path.resolve(root, path.dirname(document), link)))).toEqual([]);
});
