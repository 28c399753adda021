import { execFileSync } from 'node:child_process';
import { readText, ROOT } from './descriptor';

/** A file of each room with an import that the room may not have, and with one that it may. */
const planted: [file: string, refused: string, allowed: string][] = [
  ['lib/error.ts', './shape', './error'],
  ['lib/shape.ts', './aws/http', './error'],
  ['lib/aws/planted.ts', '../cognito-sync/model', '../error'],
  ['lib/aws/planted.ts', 'aws4', 'node:crypto'],
  ['lib/aws/planted.ts', 'axios', './sign'],
  ['lib/cognito-sync/planted.ts', '../datasets/quotas', '../shape'],
  ['lib/cognito-sync/planted.ts', '../cognito-identity/model', '../aws/http'],
  ['lib/cognito-identity/planted.ts', '../cognito-sync/model', '../aws/http'],
  ['lib/sts/planted.ts', '../platform/runtime', '../aws/http'],
  ['lib/datasets/planted.ts', '../export/input', '../cognito-sync/model'],
  ['lib/export/planted.ts', '../platform/runtime', '../datasets/quotas'],
  ['lib/platform/planted.ts', '../actions/ListRecords', '../export/input'],
  ['lib/platform/planted.ts', 'elasticio-node/lib/messages', './runtime'],
  ['lib/actions/planted.ts', './ListRecords', '../platform/step'],
  ['lib/actions/planted.ts', '../aws/http', '../cognito-sync/operations'],
  ['lib/triggers/planted.ts', '../actions/ListRecords', '../platform/trigger'],
  ['lib/verifyCredentials.ts', './actions/ListRecords', './platform/runtime'],
  ['lib/platform/planted.ts', '../../server/index', '../error'],
  ['lib/aws/planted.ts', '../../descriptor/main', './http'],
  ['lib/aws/planted.ts', '@aws-sdk/client-cognito-sync', './http'],
  ['descriptor/planted.ts', '../server/index', '../lib/cognito-sync/operations'],
  ['descriptor/texts/planted.ts', 'prettier', '../schema'],
  ['server/planted.ts', '../lib/cognito-sync/operations', './sync/routes'],
  ['server/state/planted.ts', '../sync/routes', '../errors'],
  ['server/http/planted.ts', '../identity/service', '../errors'],
  ['server/sync/planted.ts', '../identity/service', '../http/protocol'],
  ['server/sts/planted.ts', '../sync/service', '../identity/tokens'],
  ['server/identity/planted.ts', '../control/control', '../state/store'],
  ['server/control/planted.ts', '../../lib/error', '../sync/service'],
  ['workbench/planted.ts', '../spec/support/server', '../server/options'],
  ['workbench/page/planted.tsx', '../server/routes', '../protocol'],
  ['workbench/page/steps/planted.tsx', 'node:fs', 'preact'],
  ['workbench/server/planted.ts', '../../lib/platform/runtime', '../child/job'],
  ['workbench/child/planted.ts', '../../server/index', '../../lib/platform/runtime'],
  ['scripts/planted.ts', '../server/index', '../lib/platform/runtime'],
  ['examples/planted.ts', '../lib/platform/runtime', '../scripts/component'],
  ['bench/planted.ts', '../descriptor/main', '../server/index'],
  ['bench/flow/planted.ts', '../../lib/error', '../../spec/flow/support/world'],
  ['bench/rate/planted.ts', '../../scripts/component', '../provenance'],
];

const WAYS: ((from: string) => string)[] = [
  (from) => `import type * as planted from '${from}';`,
  (from) => `export * from '${from}';`,
  (from) => `export { planted } from '${from}';`,
  (from) => `const planted = await import('${from}');`,
  (from) => `const planted = require('${from}');`,
  (from) => `let planted: import('${from}').Planted;`,
];

interface Planted {
  readonly file: string;
  readonly text: string;
}

interface Verdict {
  /** Whether the repository's configuration has the rule on for the file. */
  readonly isOn: boolean;
  readonly refusals: readonly string[];
}

/** The rooms, and what the repository's rule says of each text at the path that it would have. */
function lint(planted: readonly Planted[]): { readonly rooms: string[]; readonly verdicts: Verdict[] } {
  // Out of this process, since ESLint and its configuration are ES modules.
  const script = `
    import { readFileSync } from 'node:fs';
    import { ESLint, Linter } from 'eslint';
    import tseslint from 'typescript-eslint';
    import { plugin, rooms } from './eslint.rooms.mjs';
    const rule = 'rooms/imports';
    const linter = new Linter({ cwd: process.cwd() });
    const eslint = new ESLint();
    const config = { files: ['**/*.ts', '**/*.tsx'], languageOptions: { parser: tseslint.parser }, plugins: { rooms: plugin }, rules: { [rule]: 'error' } };
    const verdicts = await Promise.all(JSON.parse(readFileSync(0, 'utf8')).map(async ({ file, text }) => ({
      isOn: (await eslint.calculateConfigForFile(file)).rules[rule][0] === 2,
      refusals: linter.verify(text, [config], { filename: process.cwd() + '/' + file }).map(({ message }) => message),
    })));
    console.log(JSON.stringify({ rooms: Object.keys(rooms), verdicts }));`;
  const output = execFileSync('node', ['--input-type=module', '--eval', script], {
    cwd: ROOT,
    input: JSON.stringify(planted),
    encoding: 'utf8',
  });
  return JSON.parse(output) as ReturnType<typeof lint>;
}

describe('eslint', () => {
  const imports = planted.flatMap(([file, ...sources]) => sources.map((from) => ({ file, text: `import '${from}';` })));
  const inEachWay = WAYS.map((way) => ({ file: 'lib/aws/planted.ts', text: way('../../server/index') }));
  const { rooms, verdicts } = lint([...imports, ...inEachWay]);

  it.each(planted.map((row, index) => [...row, 2 * index] as const))(
    'refuses %s an import of %s, and allows it one of %s',
    (file, _refused, _allowed, index) => {
      const refusals = [expect.stringMatching(new RegExp(`^${file} may not import `)) as string];
      expect(verdicts[index]).toEqual({ isOn: true, refusals });
      expect(verdicts[index + 1]).toEqual({ isOn: true, refusals: [] });
    },
  );

  it('sees an import in each form that there is', () => {
    expect(verdicts.slice(imports.length).map(({ refusals }) => refusals.length)).toEqual(WAYS.map(() => 1));
  });

  it('knows no room beside those that are planted here and explained in docs/ARCHITECTURE.md', () => {
    const architecture = readText('docs/ARCHITECTURE.md');
    const roomOf = (file: string) =>
      [...rooms].sort((a, b) => b.length - a.length).find((room) => file === room || file.startsWith(`${room}/`));
    const tried = new Set(planted.map(([file]) => roomOf(file)));
    expect(rooms.filter((room) => !tried.has(room))).toEqual([]);
    expect(rooms.filter((room) => !architecture.includes(`\`${room}\``))).toEqual([]);
  });
});
