import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { written } from '../../descriptor/main';
import { readText, ROOT } from './descriptor';

const files = [...written()];

it.each(files)('%s says what descriptor/ says: npm run descriptor writes it', (file, text) => {
  expect(readText(file)).toBe(text);
});

it('lib/schemas has no file that no step uses', () => {
  const schemas = files.map(([file]) => file).filter((file) => file.startsWith('lib/schemas/'));
  expect(readdirSync(join(ROOT, 'lib/schemas')).map((name) => `lib/schemas/${name}`)).toEqual([...schemas].sort());
});
