import type { CredentialSource } from '../aws/attempt';
import type { CallOptions } from '../aws/call';
import { awsEndpoint, isRegion, type Endpoint } from '../aws/endpoint';
import { sessionKey } from '../aws/sessions';
import { invalidInput } from '../error';
import { assumedRole } from '../sts/assume-role';
import { readCredential, type AuthoriseAs } from './credential';
import { retryPolicy } from './retry-policy';
import type { Config } from './runtime';

/** Where a step's calls go and in whose name. */
export interface Connection {
  readonly region: string;
  /** The custom endpoint serves every AWS service that the connector talks to. */
  readonly endpointOf: (service: string) => Endpoint;
  /** The access key or, where the credential names one, the role that it assumes. */
  readonly credentials: CredentialSource;
  readonly authoriseAs: AuthoriseAs;
  /** Blank where the credential names none. */
  readonly developerProviderName: string;
  /** False where a guest or somebody's logins are all there is. */
  readonly hasAccessKey: boolean;
  /** The access key came with a session token, so that it may be an identity's own. */
  readonly hasSessionToken: boolean;
  /** A key of this credential alone, from which nothing of it can be read. */
  readonly tenant: () => string;
}

/**
 * The region of a call: the credential's, else the one that the identity pool id begins with.
 * @param fallback for calls that any region can answer
 */
function regionOf(chosen: string, action: string, poolId: unknown, fallback: string | undefined): string {
  const prefix = typeof poolId === 'string' && poolId.includes(':') ? poolId.slice(0, poolId.indexOf(':')) : undefined;
  const region = chosen || prefix || fallback;
  if (!region) throw invalidInput(action, 'region is required in the credential, since no identity pool id says it');
  if (isRegion(region)) return region;
  const field = chosen ? 'region of the credential' : 'the region that IdentityPoolId begins with';
  const shown = JSON.stringify(region.slice(0, 60));
  throw invalidInput(action, `${field} must be an AWS region, such as eu-central-1, got ${shown}`);
}

/** What a connection depends on besides the credential. */
export interface ConnectionOptions {
  /** Names the region where the credential names none. */
  readonly poolId?: unknown;
  /** For calls that any region can answer. */
  readonly fallbackRegion?: string;
  /** Takes one line for each call that obtains credentials. */
  readonly log?: CallOptions['log'];
}

/**
 * Reads the credential's fields and finds out where its calls go. The access key is read only when a call is to be signed with
 * it: a credential without one fails then, before anything is sent.
 * @throws ConnectorError `InvalidInput`, naming the field
 */
export function connectionOf(
  cfg: Config,
  action: string,
  { poolId, fallbackRegion, log }: ConnectionOptions = {},
): Connection {
  const credential = readCredential(cfg, action);
  const {
    region: chosen,
    endpoint: custom,
    authoriseAs,
    role,
    developerProviderName,
    keyFields,
    accessKey,
  } = credential;
  const region = regionOf(chosen, action, poolId, fallbackRegion);
  const endpointOf = (service: string) => custom ?? awsEndpoint(service, region);
  return {
    region,
    endpointOf,
    credentials: role
      ? assumedRole(accessKey, role, { region, endpoint: endpointOf('sts'), policy: retryPolicy(), log })
      : { current: accessKey },
    authoriseAs,
    developerProviderName,
    hasAccessKey: keyFields.some(Boolean),
    hasSessionToken: keyFields[2] !== '' && !role,
    tenant: () => sessionKey(keyFields, role, region, endpointOf('cognito-identity').origin),
  };
}
