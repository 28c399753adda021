import tseslint from 'typescript-eslint';
import { plugin as rooms } from './eslint.rooms.mjs';

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
  { plugins: { rooms }, rules: { 'rooms/imports': 'error' } },
  {
    files: ['lib/**', 'descriptor/**', 'server/**', 'scripts/**', 'bench/**', 'workbench/**'],
    rules: {
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', 4],
    },
  },
  {
    // Commands, benches and views are read from top to bottom.
    files: ['lib/**', 'descriptor/**', 'server/**'],
    rules: { 'max-lines-per-function': ['error', { max: 40, skipBlankLines: true, skipComments: true }] },
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
