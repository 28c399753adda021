/** What an identity and a dataset may hold. AWS raises these three on request, so they can be set. */
export interface Quotas {
  readonly maxRecords: number;
  /** Of keys and values, in UTF-8. */
  readonly maxDatasetBytes: number;
  readonly maxDatasets: number;
}

function positive(name: string, byDefault: number): number {
  const value = Number(process.env[name] || NaN);
  return Number.isSafeInteger(value) && value > 0 ? value : byDefault;
}

/**
 * The account's quotas: AWS's defaults, or `COGNITO_SYNC_MAX_RECORDS` (1024 records in a dataset),
 * `COGNITO_SYNC_MAX_DATASET_BYTES` (1 MiB) and `COGNITO_SYNC_MAX_DATASETS` (20 of an identity).
 * https://docs.aws.amazon.com/cognito/latest/developerguide/limits.html
 */
export function quotas(): Quotas {
  return {
    maxRecords: positive('COGNITO_SYNC_MAX_RECORDS', 1024),
    maxDatasetBytes: positive('COGNITO_SYNC_MAX_DATASET_BYTES', 1024 * 1024),
    maxDatasets: positive('COGNITO_SYNC_MAX_DATASETS', 20),
  };
}
