import tseslint from 'typescript-eslint';

/** Data flows one way: a room may import only from the rooms after it. */
const rooms = [
  { files: ['lib/actions/**', 'lib/triggers/**'], forbidden: ['./*', '../actions/*', '../triggers/*', '../aws/*'] },
  { files: ['lib/platform/**'], forbidden: ['**/actions/*', '**/triggers/*'] },
  {
    files: ['lib/cognito-sync/**'],
    forbidden: ['**/actions/*', '**/triggers/*', '**/platform/*', '**/cognito-identity/*'],
  },
  { files: ['lib/cognito-identity/**', 'lib/sts/**'], forbidden: ['**/actions/*', '**/triggers/*', '**/platform/*'] },
  {
    files: ['lib/aws/**'],
    forbidden: ['**/actions/*', '**/triggers/*', '**/platform/*', '**/cognito-sync/*', '**/cognito-identity/*'],
  },
];
const outsideOfLib = [
  '**/server/**',
  '**/workbench/**',
  '**/spec/**',
  '**/scripts/**',
  '**/bench/**',
  '**/examples/**',
];
const peers = ['@aws-sdk/*', '@smithy/*', 'aws-sdk', 'amazon-cognito-js'];
/** Each of these has one importer. */
const behindOneFile = {
  aws4: 'lib/aws/sign.ts',
  axios: 'lib/aws/send.ts',
  'elasticio-node/lib/messages': 'lib/platform/message.ts',
};

const restrictedImports = (patterns, file) => [
  'error',
  {
    patterns: [
      { group: [...patterns, ...outsideOfLib, ...peers], message: 'Imports go one way; see docs/ARCHITECTURE.md.' },
    ],
    paths: Object.entries(behindOneFile)
      .filter(([, importer]) => importer !== file)
      .map(([name, importer]) => ({ name, message: `Only ${importer} imports ${name}.` })),
  },
];

export default tseslint.config(
  { ignores: ['dist/', 'coverage/', 'node_modules/'] },
  {
    files: ['**/*.ts', 'workbench/page/**/*.tsx'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      'prefer-const': 'error',
      'no-console': 'error',
    },
  },
  { files: ['lib/**/*.ts'], rules: { 'no-restricted-imports': restrictedImports([]) } },
  ...rooms.map(({ files, forbidden }) => ({ files, rules: { 'no-restricted-imports': restrictedImports(forbidden) } })),
  {
    files: ['lib/aws/sign.ts'],
    rules: { 'no-restricted-imports': restrictedImports(rooms[4].forbidden, 'lib/aws/sign.ts') },
  },
  {
    files: ['lib/aws/send.ts'],
    rules: { 'no-restricted-imports': restrictedImports(rooms[4].forbidden, 'lib/aws/send.ts') },
  },
  {
    files: ['lib/platform/message.ts'],
    rules: { 'no-restricted-imports': restrictedImports(rooms[1].forbidden, 'lib/platform/message.ts') },
  },
  {
    files: ['scripts/**', 'examples/**', 'server/**', 'bench/**', 'spec/flow/**', 'workbench/pictures.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['workbench/**'],
    rules: {
      // What a record or an answer holds is shown as text, never as markup.
      'no-restricted-syntax': [
        'error',
        { selector: 'JSXAttribute[name.name="dangerouslySetInnerHTML"]', message: 'Render text, not markup.' },
        {
          selector: 'MemberExpression[property.name=/^(?:innerHTML|outerHTML|insertAdjacentHTML)$/]',
          message: 'Render text, not markup.',
        },
      ],
    },
  },
  // Assertions about loosely typed answers of the peers read better without a cast at every dot.
  {
    files: ['spec/**'],
    rules: {
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/require-await': 'off',
    },
  },
);
