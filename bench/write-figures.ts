import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { format, resolveConfig } from 'prettier';
import { withFigures, type Figures } from './figures';

/**
 * `npm run figures -- [--bench FILE] [--rate FILE] [--runtime FILE] [--scaling FILE]`: takes what those commands wrote with `--json` into
 * docs/figures.json, and writes its numbers into the documents.
 */

const PARTS = ['bench', 'rate', 'runtime', 'scaling'] as const;
const root = path.resolve(__dirname, '..');
const store = path.join(root, 'docs/figures.json');
const documents = ['docs/performance.md', 'docs/operations.md'].map((file) => path.join(root, file));

const command = new Command('npm run figures --');
for (const part of PARTS) command.option(`--${part} <file>`, `what \`npm run ${part} -- --json FILE\` wrote`);
const files = command.parse().opts<Partial<Record<(typeof PARTS)[number], string>>>();

const read = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as object;

async function main(): Promise<void> {
  const config = await resolveConfig(store);
  const known = existsSync(store) ? read(store) : {};
  const news = PARTS.flatMap((part) => (files[part] ? [[part, read(files[part])] as const] : []));
  const figures = { ...known, ...Object.fromEntries(news) } as Figures;
  writeFileSync(store, await format(JSON.stringify(figures), { ...config, parser: 'json' }));
  for (const file of documents) {
    const text = withFigures(readFileSync(file, 'utf8'), figures);
    writeFileSync(file, await format(text, { ...config, parser: 'markdown' }));
  }
}

void main();
