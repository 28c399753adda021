import type { Config } from 'jest';
import base from './jest.config';

/** Tests that mount file systems and make namespaces, which takes rights that a container may not have. */
const config: Config = {
  testMatch: ['<rootDir>/spec/system/**/*.spec.ts'],
  transform: base.transform ?? {},
  modulePathIgnorePatterns: ['<rootDir>/dist'],
  maxWorkers: 1,
};

export default config;
