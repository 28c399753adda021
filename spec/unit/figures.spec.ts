import { readFileSync } from 'node:fs';
import path from 'node:path';
import { blocks, blocksOf, withFigures, type Figures } from '../../bench/figures';

const root = path.resolve(__dirname, '../..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const figures = JSON.parse(read('docs/figures.json')) as Figures;
const documents = ['docs/performance.md', 'docs/operations.md'];

/** Without what a formatter may change. */
const plain = (text: string) => text.replace(/-{3,}/g, '---').replace(/\s+/g, ' ');

it.each(documents)('%s has the numbers of docs/figures.json; `npm run figures` writes them', (file) => {
  const text = read(file);
  expect(plain(text)).toBe(plain(withFigures(text, figures)));
});

it('every block of the documents has figures', () => {
  const named = documents.flatMap((file) => blocksOf(read(file)));
  expect(named.filter((name) => !blocks(figures).has(name))).toEqual([]);
  expect(named.length).toBeGreaterThan(8);
});

it('every part says when, where and of what it was measured', () => {
  expect(Object.keys(figures)).toEqual(expect.arrayContaining(['bench', 'rate', 'runtime', 'scaling']));
  for (const part of Object.values(figures)) {
    expect(part).toMatchObject({
      date: expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/) as string,
      commit: expect.stringMatching(/^[\da-f]{7,}\+?$/) as string,
      machine: { node: expect.stringMatching(/^v\d+/) as string, cpus: expect.any(Number) as number },
    });
  }
});

it('a number that was changed by hand is noticed', () => {
  const text = read('docs/performance.md');
  const forged = text.replace(/(<!-- figures: ten -->[^]*?\| )(\d\.\d\d)/, '$19.99');
  expect(forged).not.toBe(text);
  expect(plain(withFigures(forged, figures))).not.toBe(plain(forged));
});
