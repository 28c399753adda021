import { existsSync } from 'node:fs';
import path from 'node:path';

/**
 * What each room of the repository may import: other rooms, by folder or file, and packages. A file belongs to the longest
 * name that its path begins with, and may import its own room unless that says `alone`. Specs may import anything.
 */
const BELOW_EXPORT = ['lib/datasets', 'lib/cognito-sync', 'lib/aws', 'lib/shape.ts', 'lib/error.ts'];
const BELOW_PLATFORM = ['lib/export', 'lib/cognito-identity', 'lib/sts', ...BELOW_EXPORT];
const STEPS = [
  'lib/platform',
  'lib/export',
  'lib/datasets',
  'lib/cognito-sync',
  'lib/cognito-identity',
  'lib/shape.ts',
  'lib/error.ts',
];
const LIB = ['lib', 'lib/platform', ...BELOW_PLATFORM];
const SERVER = [
  'server',
  'server/control',
  'server/http',
  'server/identity',
  'server/state',
  'server/sts',
  'server/sync',
];

export const rooms = {
  'lib/error.ts': [],
  'lib/shape.ts': ['lib/error.ts'],
  'lib/aws': ['lib/shape.ts', 'lib/error.ts', 'node:'],
  'lib/cognito-sync': ['lib/aws', 'lib/shape.ts', 'lib/error.ts'],
  'lib/cognito-identity': ['lib/aws', 'lib/shape.ts', 'lib/error.ts'],
  'lib/sts': ['lib/aws', 'lib/shape.ts', 'lib/error.ts'],
  // Of lib/cognito-identity its model only: the row of an identity.
  'lib/datasets': [...BELOW_EXPORT, 'lib/cognito-identity', 'node:'],
  'lib/export': [...BELOW_EXPORT, 'node:'],
  'lib/platform': [...BELOW_PLATFORM, 'node:'],
  'lib/actions': [...STEPS, 'alone'],
  'lib/triggers': [...STEPS, 'alone'],
  // verifyCredentials.ts
  lib: ['lib/platform', ...BELOW_PLATFORM],
  descriptor: ['lib/actions', ...LIB, 'package.json', 'node:'],
  server: [...SERVER, 'commander', 'package.json', '@jest/globals', 'vitest', 'node:'],
  'server/http': ['server', 'server/state', 'node:'],
  'server/state': ['server', 'lmdb', 'node:'],
  'server/sync': ['server', 'server/http', 'server/state', 'node:'],
  'server/identity': ['server', 'server/http', 'server/state', 'jose', 'node:'],
  'server/sts': ['server', 'server/http', 'server/identity', 'server/state', 'node:'],
  'server/control': [...SERVER, 'node:'],
  // protocol.ts, the build and the pictures
  workbench: ['server', 'esbuild', 'playwright-core', 'spec/workbench', 'node:'],
  'workbench/page': ['workbench', 'preact', '@preact/', '@codemirror/', '@lezer/'],
  'workbench/server': [
    'workbench',
    'workbench/child',
    'lib/cognito-sync',
    'lib/shape.ts',
    'server',
    'server/state',
    'node:',
  ],
  'workbench/child': ['workbench', ...LIB, 'aws4', 'jsonata', 'node:'],
  scripts: [...LIB, 'commander', 'cli-progress', 'csv-parse', 'node-sqlite3-wasm', '@aws-sdk/util-dynamodb', 'node:'],
  examples: ['scripts', 'server', 'node:'],
  bench: [
    ...LIB,
    'lib/actions/ExportIdentityPoolToFiles.ts',
    'lib/triggers',
    'server',
    'scripts',
    'spec/support',
    'commander',
    'aws4',
    'axios',
    'prettier',
    'node:',
    '@aws-sdk/',
    'aws-sdk',
  ],
  'bench/flow': ['bench', 'server', 'spec/flow', 'spec/support', 'commander', 'node:', '@aws-sdk/'],
  'bench/rate': ['bench', ...LIB, 'server', 'commander', 'node:', '@aws-sdk/'],
};

/** Of all files in lib/, each of these packages has one importer. */
export const importers = {
  aws4: 'lib/aws/sign.ts',
  axios: 'lib/aws/send.ts',
  'https-proxy-agent': 'lib/aws/adapter.ts',
  '@elastic.io/maester-client': 'lib/platform/attachments.ts',
  'elasticio-node/lib/messages': 'lib/platform/message.ts',
};

const NAMES = Object.keys(rooms).sort((one, other) => other.length - one.length);
const isWithin = (file, room) => file === room || file.startsWith(`${room}/`);
const roomOf = (file) => NAMES.find((room) => isWithin(file, room)) ?? file;

/** The file that a relative import means, by its path from the root; a package as it is. */
function targetOf(root, file, source) {
  if (!source.startsWith('.')) return source;
  const target = path.relative(root, path.resolve(path.dirname(file), source));
  return [`${target}.ts`, `${target}.tsx`].find((name) => existsSync(path.join(root, name))) ?? target;
}

/** Whether `file` of `room` may import `target`, a file or a package. */
function allows(file, room, target) {
  if (isWithin(file, 'lib') && target in importers) return importers[target] === file;
  const own = roomOf(target);
  const allowed = rooms[room];
  if (own === room) return !allowed.includes('alone');
  return allowed.some((name) => name === own || name === target || (!(name in rooms) && target.startsWith(name)));
}

/** The rule `rooms/imports`: refuses an import that the table of rooms does not allow. */
export const plugin = {
  rules: {
    imports: {
      meta: {
        type: 'problem',
        schema: [],
        messages: { no: '{{file}} may not import {{target}}: see docs/ARCHITECTURE.md' },
      },
      create({ cwd, filename, report }) {
        const file = path.relative(cwd, filename);
        const room = roomOf(file);
        if (!(room in rooms)) return {};
        const check = (node) => {
          if (typeof node?.value !== 'string') return;
          const target = targetOf(cwd, filename, node.value);
          if (!allows(file, room, target)) report({ node, messageId: 'no', data: { file, target } });
        };
        return {
          ImportDeclaration: ({ source }) => check(source),
          ImportExpression: ({ source }) => check(source),
          TSImportType: ({ source }) => check(source),
          ExportNamedDeclaration: ({ source }) => check(source),
          ExportAllDeclaration: ({ source }) => check(source),
          "CallExpression[callee.name='require']": (call) => check(call.arguments[0]),
        };
      },
    },
  },
};
