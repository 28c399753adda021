import { defaultPolicy, type CallOptions, type CredentialSource } from '../aws/call';
import { awsEndpoint, customEndpoint, isRegion, type Endpoint } from '../aws/endpoint';
import { sessionKey } from '../aws/sessions';
import type { Credentials } from '../aws/sign';
import { invalidInput } from '../error';
import { assumedRole, type Role } from '../sts/assume-role';
import type { Config } from './runtime';

/** In whose name calls about one identity are made: the choices of the credential's field `authoriseAs`. */
export const AUTHORISE_AS = ['accessKey', 'developerIdentity', 'logins', 'guest'] as const;

/** Where a step's calls go and in whose name. */
export interface Connection {
  readonly region: string;
  /** The custom endpoint serves every AWS service that the connector talks to. */
  readonly endpointOf: (service: string) => Endpoint;
  /** The access key or, where the credential names one, the role that it assumes. */
  readonly credentials: CredentialSource;
  readonly authoriseAs: (typeof AUTHORISE_AS)[number];
  /** Blank where the credential names none. */
  readonly developerProviderName: string;
  /** False where a guest or somebody's logins are all there is. */
  readonly hasAccessKey: boolean;
  /** The access key came with a session token, so that it may be an identity's own. */
  readonly hasSessionToken: boolean;
  /** Tells this credential from all others, without giving anything of it away. */
  readonly tenant: () => string;
}

/** The fields of the credential, blank where nothing is filled in. */
const BLANK = {
  accessKeyId: '',
  secretAccessKey: '',
  sessionToken: '',
  region: '',
  endpoint: '',
  authoriseAs: '',
  developerProviderName: '',
  roleArn: '',
  externalId: '',
  roleSessionName: '',
};
type Fields = Readonly<typeof BLANK>;

const isField = (name: string): name is keyof Fields => Object.hasOwn(BLANK, name);

/** Reads the credential by the fields that there are: to look for one that is not there takes longer. */
function fieldsOf(cfg: Config, action: string): Fields {
  const fields = { ...BLANK };
  for (const name in cfg) {
    const value = cfg[name];
    if (!isField(name) || value === undefined || value === null) continue;
    if (typeof value !== 'string') {
      throw invalidInput(action, `${name} of the credential must be text, got a ${typeof value}`);
    }
    // A pasted key often ends with a line break.
    fields[name] = value.trim();
  }
  return fields;
}

function credentialsOf({ accessKeyId, secretAccessKey, sessionToken }: Fields, action: string): Credentials {
  if (accessKeyId === '') throw invalidInput(action, 'accessKeyId is required in the credential, got nothing');
  if (secretAccessKey === '') throw invalidInput(action, 'secretAccessKey is required in the credential, got nothing');
  if (!/^\w{1,128}$/.test(accessKeyId)) {
    throw invalidInput(action, 'accessKeyId of the credential must be letters and digits, such as AKIDEXAMPLE');
  }
  if (!/^[!-~]*$/.test(sessionToken)) {
    throw invalidInput(action, 'sessionToken of the credential must be printable ASCII text without spaces');
  }
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
}

/**
 * Refuses text of the credential that AWS would refuse; blank is none. The value is not shown: it may be a misplaced secret.
 * @throws ConnectorError `InvalidInput`
 */
function checkPattern(fields: Fields, name: keyof Fields, action: string, pattern: RegExp, expected: string): void {
  const value = fields[name];
  if (value === '' || pattern.test(value)) return;
  throw invalidInput(action, `${name} of the credential must be ${expected}, got text of ${value.length} characters`);
}

/** The role to assume, if any. Lengths and characters are those of the STS API. */
function roleOf(fields: Fields, action: string): Role | undefined {
  const arn = 'the ARN of a role, such as arn:aws:iam::123456789012:role/CognitoSync';
  checkPattern(fields, 'roleArn', action, /^arn:[\w-]+:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/, arn);
  const id = '2 to 1224 letters, digits or _ + = , . @ : / -';
  checkPattern(fields, 'externalId', action, /^[\w+=,.@:/-]{2,1224}$/, id);
  checkPattern(fields, 'roleSessionName', action, /^[\w+=,.@-]{2,64}$/, '2 to 64 letters, digits or _ + = , . @ -');
  const { roleArn, externalId, roleSessionName } = fields;
  if (roleArn) return { roleArn, externalId, roleSessionName: roleSessionName || 'cognito-sync-connector' };
  if (externalId) throw invalidInput(action, 'externalId of the credential has no effect without roleArn');
  return undefined;
}

function authoriseAsOf(fields: Fields, action: string): Connection['authoriseAs'] {
  const value = fields.authoriseAs;
  if (value === '') return 'accessKey';
  const known = AUTHORISE_AS.find((name) => name === value);
  if (!known) throw invalidInput(action, `authoriseAs of the credential must be one of ${AUTHORISE_AS.join(', ')}`);
  return known;
}

/**
 * The region of a call: the credential's, else the one that the identity pool id begins with.
 * @param fallback for calls that any region can answer
 */
function regionOf({ region: chosen }: Fields, action: string, poolId: unknown, fallback: string | undefined): string {
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

function customEndpointOf({ endpoint: text }: Fields, action: string): Endpoint | undefined {
  if (text === '') return undefined;
  const endpoint = customEndpoint(text);
  if ('problem' in endpoint) throw invalidInput(action, `endpoint of the credential must be ${endpoint.problem}`);
  return endpoint;
}

/**
 * Reads the credential's fields. The access key is read only when a call is to be signed with it, since not every credential
 * has one: such a call fails then, before it is sent.
 * @param log takes one line for each call that obtains credentials
 * @throws ConnectorError `InvalidInput`, naming the field
 */
export function connectionOf(
  cfg: Config,
  action: string,
  poolId?: unknown,
  fallbackRegion?: string,
  log?: CallOptions['log'],
): Connection {
  const fields = fieldsOf(cfg, action);
  const region = regionOf(fields, action, poolId, fallbackRegion);
  const custom = customEndpointOf(fields, action);
  const endpointOf = (service: string) => custom ?? awsEndpoint(service, region);
  const authoriseAs = authoriseAsOf(fields, action);
  checkPattern(fields, 'developerProviderName', action, /^[\w.-]{1,128}$/, '1 to 128 letters, digits or _ . -');
  const { accessKeyId, secretAccessKey, sessionToken, developerProviderName } = fields;
  if (authoriseAs === 'developerIdentity' && !developerProviderName) {
    throw invalidInput(action, 'developerProviderName is required in the credential to authorise as developerIdentity');
  }
  const role = roleOf(fields, action);
  let key: Credentials | undefined;
  const base = () => (key ??= credentialsOf(fields, action));
  return {
    region,
    endpointOf,
    credentials: role
      ? assumedRole(base, role, { region, endpoint: endpointOf('sts'), policy: retryPolicy(), log })
      : { current: base },
    authoriseAs,
    developerProviderName,
    hasAccessKey: Boolean(accessKeyId || secretAccessKey || sessionToken),
    hasSessionToken: sessionToken !== '' && !role,
    tenant: () => {
      const { origin } = endpointOf('cognito-identity');
      return sessionKey([accessKeyId, secretAccessKey, sessionToken], role, region, origin);
    },
  };
}

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
export function retryPolicy(): CallOptions['policy'] {
  return {
    retries: setting('API_RETRIES_COUNT', { min: 0, max: 5, defaultValue: defaultPolicy.retries }),
    timeoutMs: setting('API_REQUEST_TIMEOUT', { min: 500, max: 120_000, defaultValue: defaultPolicy.timeoutMs }),
  };
}
