import type { Config } from 'jest';

const config: Config = {
  testMatch: ['<rootDir>/spec/{unit,wire,server}/**/*.spec.ts', '<rootDir>/spec/workbench/*.spec.ts'],
  transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: 'tsconfig.json' }] },
  modulePathIgnorePatterns: ['<rootDir>/dist'],
  collectCoverageFrom: ['lib/**/*.ts', '!lib/**/*.d.ts'],
  coverageThreshold: { global: { lines: 95, branches: 95 } },
  coverageReporters: ['text-summary', 'json-summary'],
  maxWorkers: 2,
};

export default config;
