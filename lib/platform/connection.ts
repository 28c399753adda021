import type { CallOptions, CredentialSource } from '../aws/call';
import { awsEndpoint, customEndpoint, isRegion, type Endpoint } from '../aws/endpoint';
import { invalidInput } from '../aws/error';
import type { Credentials } from '../aws/sign';
import type { Config } from './runtime';

/** Where a step's calls go and in whose name. */
export interface Connection {
  readonly region: string;
  /** The custom endpoint serves every AWS service that the connector talks to. */
  readonly endpointOf: (service: string) => Endpoint;
  readonly credentials: CredentialSource;
}

function textOf(cfg: Config, field: string, action: string): string {
  const value = cfg[field];
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string')
    throw invalidInput(action, `${field} of the credential must be text, got a ${typeof value}`);
  // A pasted key often ends with a line break.
  return value.trim();
}

function requiredText(cfg: Config, field: string, action: string): string {
  const value = textOf(cfg, field, action);
  if (value === '') throw invalidInput(action, `${field} is required in the credential, got nothing`);
  return value;
}

function credentialsOf(cfg: Config, action: string): Credentials {
  const accessKeyId = requiredText(cfg, 'accessKeyId', action);
  if (!/^\w{1,128}$/.test(accessKeyId)) {
    throw invalidInput(action, 'accessKeyId of the credential must be letters and digits, such as AKIDEXAMPLE');
  }
  const sessionToken = textOf(cfg, 'sessionToken', action);
  return {
    accessKeyId,
    secretAccessKey: requiredText(cfg, 'secretAccessKey', action),
    ...(sessionToken ? { sessionToken } : {}),
  };
}

/**
 * The region of a call: the credential's, else the one that the identity pool id begins with.
 * @param fallback for calls that any region can answer
 */
function regionOf(cfg: Config, action: string, poolId: unknown, fallback: string | undefined): string {
  const chosen = textOf(cfg, 'region', action);
  const prefix = typeof poolId === 'string' && poolId.includes(':') ? poolId.slice(0, poolId.indexOf(':')) : undefined;
  const region = chosen || prefix || fallback;
  if (!region) throw invalidInput(action, 'region is required in the credential, since no identity pool id says it');
  if (!isRegion(region)) {
    const field = chosen ? 'region of the credential' : 'the region that IdentityPoolId begins with';
    throw invalidInput(
      action,
      `${field} must be an AWS region, such as eu-central-1, got ${JSON.stringify(region.slice(0, 60))}`,
    );
  }
  return region;
}

function customEndpointOf(cfg: Config, action: string): Endpoint | undefined {
  const text = textOf(cfg, 'endpoint', action);
  if (text === '') return undefined;
  const endpoint = customEndpoint(text);
  if ('problem' in endpoint) throw invalidInput(action, `endpoint of the credential must be ${endpoint.problem}`);
  return endpoint;
}

/**
 * Reads the credential's fields.
 * @throws ConnectorError `InvalidInput`, naming the field
 */
export function connectionOf(cfg: Config, action: string, poolId?: unknown, fallbackRegion?: string): Connection {
  const region = regionOf(cfg, action, poolId, fallbackRegion);
  const custom = customEndpointOf(cfg, action);
  const credentials = credentialsOf(cfg, action);
  return {
    region,
    endpointOf: (service) => custom ?? awsEndpoint(service, region),
    credentials: { current: () => credentials },
  };
}

/** Whole numbers from the environment; anything outside the range counts as unset, as elsewhere on the platform. */
function setting(name: string, { min, max, byDefault }: { min: number; max: number; byDefault: number }): number {
  const value = Number(process.env[name] || NaN);
  return Number.isInteger(value) && value >= min && value <= max ? value : byDefault;
}

/**
 * Attempts and time limits, by the platform's names: `API_RETRIES_COUNT` (0 to 5, default 3) and `API_REQUEST_TIMEOUT`
 * (500 to 120000 ms, default 15000).
 */
export function retryPolicy(): CallOptions['policy'] {
  return {
    retries: setting('API_RETRIES_COUNT', { min: 0, max: 5, byDefault: 3 }),
    timeoutMs: setting('API_REQUEST_TIMEOUT', { min: 500, max: 120_000, byDefault: 15_000 }),
  };
}
