import type { Config } from 'jest';
import base from './jest.config';

/** The workbench in Chromium. */
const config: Config = {
  ...(base.transform ? { transform: base.transform } : {}),
  testMatch: ['<rootDir>/spec/workbench/browser/**/*.spec.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist'],
  testTimeout: 30_000,
  maxWorkers: 1,
};

export default config;
