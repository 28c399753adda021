import { cognitoIdentity } from '../cognito-identity/client';
import { ListIdentityPools } from '../cognito-identity/model';
import { identityPages } from '../cognito-identity/pages';
import { cognitoSync, type CognitoSync } from '../cognito-sync/client';
import { ListDatasets, ListIdentityPoolUsage } from '../cognito-sync/operations';
import { listPages } from '../cognito-sync/pages';
import { ConnectorError, invalidInput } from '../error';
import { readInput } from '../shape';
import { connectionOf, type Connection } from './connection';
import { readCredential } from './credential';
import { chosen } from './input';
import { retryPolicy } from './retry-policy';
import type { Config } from './runtime';

/** Choices of a form field, from the value that is stored to the label that is shown. */
export type Choices = { [value: string]: string };

const MAX_CHOICES = 1_000;
const PAGE_SIZE = 60;
/** Names under which AWS refuses a call for want of a permission. */
const REFUSALS = new Set(['AccessDeniedException', 'NotAuthorizedException']);

const connect = (cfg: Config, label: string) => connectionOf(cfg, label, { poolId: chosen(cfg, 'IdentityPoolId') });

function syncClient({ region, endpointOf, credentials }: Connection): CognitoSync {
  return cognitoSync({ region, endpoint: endpointOf('cognito-sync'), credentials, policy: retryPolicy() });
}

/** Collects at most 1000 choices. @throws ConnectorError of the field, with advice where a permission is missing */
async function choices(label: string, operation: string, values: AsyncIterable<string | undefined>): Promise<Choices> {
  const found = new Set<string>();
  try {
    for await (const value of values) {
      if (value !== undefined) found.add(value);
      if (found.size === MAX_CHOICES) break;
    }
    // Names like `__proto__` are members as well that way.
    return Object.fromEntries([...found].map((value) => [value, value]));
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    if (!REFUSALS.has(error.name)) throw error.as(label);
    const { name, text, status, requestId } = error;
    const message = `this list needs the permission cognito-sync:${operation}; allow it to the access key, or map or type the value instead: ${text}`;
    throw new ConnectorError(name, { operation: label, message, status, requestId });
  }
}

async function* poolIds(client: CognitoSync) {
  for await (const { output } of listPages(client, ListIdentityPoolUsage, { MaxResults: PAGE_SIZE })) {
    for (const { IdentityPoolId } of output.IdentityPoolUsages ?? []) yield IdentityPoolId;
  }
}

/**
 * The names of the account's pools by their ids. Without the permission cognito-identity:ListIdentityPools there are none, nor
 * where an endpoint of Cognito Sync alone is used.
 */
async function poolNames({ region, endpointOf, credentials }: Connection): Promise<ReadonlyMap<string, string>> {
  const policy = { ...retryPolicy(), retries: 0 };
  const client = cognitoIdentity({ region, endpoint: endpointOf('cognito-identity'), credentials, policy });
  const names = new Map<string, string>();
  let left = Math.ceil(MAX_CHOICES / PAGE_SIZE);
  try {
    for await (const { output } of identityPages(client, ListIdentityPools, { MaxResults: PAGE_SIZE })) {
      for (const { IdentityPoolId, IdentityPoolName } of output.IdentityPools ?? []) {
        if (IdentityPoolId && IdentityPoolName) names.set(IdentityPoolId, IdentityPoolName);
      }
      if (--left === 0) break;
    }
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
  }
  return names;
}

async function* datasetNames(client: CognitoSync, input: { IdentityPoolId: string; IdentityId: string }) {
  for await (const { output } of listPages(client, ListDatasets, { ...input, MaxResults: PAGE_SIZE })) {
    for (const { DatasetName } of output.Datasets ?? []) yield DatasetName;
  }
}

/**
 * The identity pools of the account that use Cognito Sync, for the field «Identity Pool»: at most 1000, by name and id.
 * @throws ConnectorError, shown in the form, such as AccessDeniedException where the key lacks the permission
 */
export async function identityPools(cfg: Config): Promise<Choices> {
  const label = 'Identity Pool';
  if (!readCredential(cfg, label).region && !chosen(cfg, 'IdentityPoolId')) {
    throw invalidInput(
      label,
      'region is required in the credential to list its identity pools: set Region there, or map or type the identity pool id instead',
    );
  }
  const connection = connect(cfg, label);
  const [ids, names] = await Promise.all([
    choices(label, ListIdentityPoolUsage.name, poolIds(syncClient(connection))),
    poolNames(connection),
  ]);
  return Object.fromEntries(
    Object.keys(ids).map((id) => {
      const name = names.get(id);
      return [id, name ? `${name} (${id})` : id];
    }),
  );
}

/**
 * The datasets of the identity that the form names, for the field «Dataset»: at most 1000.
 * @throws ConnectorError as {@link identityPools}
 */
export async function datasets(cfg: Config): Promise<Choices> {
  const identity = { IdentityPoolId: chosen(cfg, 'IdentityPoolId'), IdentityId: chosen(cfg, 'IdentityId') };
  const input = readInput('Dataset', ListDatasets.input, identity);
  return choices('Dataset', ListDatasets.name, datasetNames(syncClient(connect(cfg, 'Dataset')), input));
}
