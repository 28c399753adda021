import type { Config } from 'jest';
import base from './jest.config';

/** Clients that nobody here wrote, against the local server. */
const config: Config = {
  ...(base.transform ? { transform: base.transform } : {}),
  testMatch: ['<rootDir>/spec/clients/**/*.spec.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist'],
  // The first run compiles an SDK.
  testTimeout: 170_000,
  maxWorkers: 1,
};

export default config;
