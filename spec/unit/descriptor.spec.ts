import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { written } from '../../descriptor/main';
import { entries, readText, ROOT } from './descriptor';

const files = [...written()];

it.each(files)('%s says what descriptor/ says: npm run descriptor writes it', (file, text) => {
  expect(readText(file)).toBe(text);
});

/** A section of a document, with its heading. */
function sectionOf(text: string, heading: string): string {
  const from = text.indexOf(`\n${heading}\n`) + 1;
  const [own = ''] = /^#+ [^\n]*\n(?:(?!#)[^\n]*\n)*/.exec(text.slice(from)) ?? [];
  return own;
}

it.each(entries)('docs/steps.md describes each field of $id as its form has it', ({ step: { title, fields = {} } }) => {
  const text = readText('docs/steps.md');
  const own = sectionOf(text, `### ${title}`);
  const shared = sectionOf(text, '## Fields of several steps');
  for (const [name, { label, help, model }] of Object.entries(fields)) {
    const described = own.includes(`[${label}](#fields-of-several-steps)`) ? shared : own;
    const line = described.split('\n').find((each) => each.startsWith(`- **${label}** (\`${name}\``));
    expect(line).toContain(help.description);
    for (const choice of typeof model === 'object' ? Object.values(model) : []) expect(line).toContain(choice);
  }
});

it('lib/schemas has no file that no step uses', () => {
  const schemas = files.map(([file]) => file).filter((file) => file.startsWith('lib/schemas/'));
  expect(readdirSync(join(ROOT, 'lib/schemas')).map((name) => `lib/schemas/${name}`)).toEqual([...schemas].sort());
});
