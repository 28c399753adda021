// Mutation run: `npm run mutation -- lib/datasets/recover.ts` (files or globs with commas; by default all of lib/).
// Each mutant meets only the tests that reach it; what runs once at load, such as tables and patterns, is left out, since it
// would need a process of its own for each.
/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  mutate: ['lib/**/*.ts', '!lib/**/*.d.ts'],
  plugins: ['@stryker-mutator/jest-runner', './stryker.runner.mjs'],
  testRunner: 'jest-by-file',
  jest: { configFile: 'jest.mutation.config.ts', enableFindRelatedTests: true },
  coverageAnalysis: 'perTest',
  ignoreStatic: true,
  checkers: [],
  disableTypeChecks: 'lib/**/*.ts',
  incremental: true,
  incrementalFile: 'reports/mutation.json',
  reporters: ['clear-text', 'progress'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  concurrency: 2,
  timeoutMS: 20_000,
  dryRunTimeoutMinutes: 30,
  symlinkNodeModules: true,
  tempDirName: 'reports/stryker',
  allowConsoleColors: false,
};
