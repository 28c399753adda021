import type { Config } from 'jest';
import base from './jest.config';

/** For mutation runs: types are not checked again for each mutant, and what only starts programs is left out. */
const config: Config = {
  ...base,
  testMatch: ['<rootDir>/spec/{unit,wire}/**/*.spec.ts'],
  testPathIgnorePatterns: ['export-command', 'lost-answers', 'readme'],
  transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: 'tsconfig.json', transpilation: true }] },
  setupFilesAfterEnv: ['<rootDir>/spec/support/first-failure.ts'],
  maxWorkers: 1,
};

export default config;
