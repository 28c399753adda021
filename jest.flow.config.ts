import type { Config } from 'jest';
import base from './jest.config';

/** The connector in the platform's runtime, on a real broker. */
const config: Config = {
  ...(base.transform ? { transform: base.transform } : {}),
  testMatch: ['<rootDir>/spec/flow/**/*.spec.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist'],
  globalSetup: '<rootDir>/spec/flow/support/broker.ts',
  testTimeout: 60_000,
  maxWorkers: 2,
};

export default config;
