import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { component, schemas } from './component';
import { pretty } from './json';
import { reference, withTables } from './reference';

/** `npm run descriptor`: writes component.json, lib/schemas, docs/steps.md and the tables of README.md. */

const ROOT = path.resolve(__dirname, '..');
const SCHEMAS = 'lib/schemas';

/** What each written file must hold, by its path from the root. */
export function written(): ReadonlyMap<string, string> {
  const asFile = (value: unknown) => `${pretty(value)}\n`;
  return new Map([
    ['component.json', asFile(component())],
    ...[...schemas()].map(([name, schema]): [string, string] => [`${SCHEMAS}/${name}`, asFile(schema)]),
    ['docs/steps.md', reference()],
    ['README.md', withTables(readFileSync(path.join(ROOT, 'README.md'), 'utf8'))],
  ]);
}

if (require.main === module) {
  const files = written();
  for (const name of readdirSync(path.join(ROOT, SCHEMAS))) {
    if (!files.has(`${SCHEMAS}/${name}`)) rmSync(path.join(ROOT, SCHEMAS, name));
  }
  for (const [name, text] of files) writeFileSync(path.join(ROOT, name), text);
}
