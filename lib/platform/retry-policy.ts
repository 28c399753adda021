import { defaultPolicy, type RetryPolicy } from '../aws/call';

/** Whole numbers from the environment; anything outside the range counts as unset, as elsewhere on the platform. */
function setting(name: string, { min, max, defaultValue }: { min: number; max: number; defaultValue: number }): number {
  const text = process.env[name];
  if (text === undefined) return defaultValue;
  const value = Number(text.trim() || NaN);
  return Number.isInteger(value) && value >= min && value <= max ? value : defaultValue;
}

/**
 * Attempts and time limits, by the platform's names: `API_RETRIES_COUNT` (0 to 5, default 3) and `API_REQUEST_TIMEOUT`
 * (500 to 120000 ms, default 15000).
 */
export function retryPolicy(): RetryPolicy {
  return {
    retries: setting('API_RETRIES_COUNT', { min: 0, max: 5, defaultValue: defaultPolicy.retries }),
    timeoutMs: setting('API_REQUEST_TIMEOUT', { min: 500, max: 120_000, defaultValue: defaultPolicy.timeoutMs }),
  };
}

/** What drives a pool into its limits goes on for two minutes of throttling. */
const BULK_THROTTLED_MS = 120_000;

/** The policy of a step of so many calls that it will be throttled, such as an export; with no retries, none of them waits. */
export const bulkPolicy = (policy: RetryPolicy = retryPolicy()): RetryPolicy =>
  policy.retries === 0 ? policy : { ...policy, throttledMs: BULK_THROTTLED_MS };
