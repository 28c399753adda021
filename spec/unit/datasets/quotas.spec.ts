import { quotas } from '../../../lib/datasets/quotas';

const NAMES = ['COGNITO_SYNC_MAX_RECORDS', 'COGNITO_SYNC_MAX_DATASET_BYTES', 'COGNITO_SYNC_MAX_DATASETS'] as const;
const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});

it('the quotas are those of the environment', () => {
  NAMES.forEach((name, index) => (process.env[name] = String(5000 + index)));
  expect(quotas()).toEqual({ maxRecords: 5000, maxDatasetBytes: 5001, maxDatasets: 5002 });
});

it.each(['', '0', '-1', '1.5', 'many'])('a quota of %j is AWS’s default', (text) => {
  for (const name of NAMES) process.env[name] = text;
  expect(quotas()).toEqual({ maxRecords: 1024, maxDatasetBytes: 1_048_576, maxDatasets: 20 });
});
