import { customEndpoint, type Endpoint } from '../aws/endpoint';
import type { Credentials } from '../aws/sign';
import { invalidInput } from '../error';
import type { Role } from '../sts/assume-role';
import type { Config } from './runtime';

/** In whose name calls about one identity are made: the choices of the credential's field `authoriseAs`. */
export const AUTHORISE_AS = ['accessKey', 'developerIdentity', 'logins', 'guest'] as const;
export type AuthoriseAs = (typeof AUTHORISE_AS)[number];

/** The credential's form, read and checked. */
export interface Credential {
  /** Blank where the pool's region is to be used. */
  readonly region: string;
  /** In place of AWS's own endpoints. */
  readonly endpoint: Endpoint | undefined;
  readonly authoriseAs: AuthoriseAs;
  /** Blank where the credential names none. */
  readonly developerProviderName: string;
  readonly role: Role | undefined;
  /** The access key, or what is filled in of it, to distinguish one credential from another. */
  readonly keyFields: readonly [accessKeyId: string, secretAccessKey: string, sessionToken: string];
  /** Read only when a call is to be signed with it, since not every credential has one. @throws ConnectorError `InvalidInput` */
  readonly accessKey: () => Credentials;
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

/** The fields of the credential among those of the step, without blanks around them. */
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
  return { accessKeyId, secretAccessKey, sessionToken: sessionToken || undefined };
}

/** The form that AWS asks of a field. */
interface Pattern {
  readonly name: keyof Fields;
  readonly pattern: RegExp;
  readonly expected: string;
}

/** Lengths and characters are those of the APIs of Cognito Identity and STS. */
const PATTERNS: readonly Pattern[] = [
  { name: 'developerProviderName', pattern: /^[\w.-]{1,128}$/, expected: '1 to 128 letters, digits or _ . -' },
  {
    name: 'roleArn',
    pattern: /^arn:[\w-]+:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/,
    expected: 'the ARN of a role, such as arn:aws:iam::123456789012:role/CognitoSync',
  },
  {
    name: 'externalId',
    pattern: /^[\w+=,.@:/-]{2,1224}$/,
    expected: '2 to 1224 letters, digits or _ + = , . @ : / -',
  },
  {
    name: 'roleSessionName',
    pattern: /^[\w+=,.@-]{2,64}$/,
    expected: '2 to 64 letters, digits or _ + = , . @ -',
  },
];

/**
 * Refuses text of the credential that AWS would refuse; blank is none. The value is not shown: it may be a misplaced secret.
 * @throws ConnectorError `InvalidInput`
 */
function checkPatterns(fields: Fields, action: string): void {
  for (const { name, pattern, expected } of PATTERNS) {
    const value = fields[name];
    if (value === '' || pattern.test(value)) continue;
    throw invalidInput(action, `${name} of the credential must be ${expected}, got text of ${value.length} characters`);
  }
}

/** The role to assume, if any. */
function roleOf(fields: Fields, action: string): Role | undefined {
  const { roleArn, externalId, roleSessionName } = fields;
  if (roleArn) return { roleArn, externalId, roleSessionName: roleSessionName || 'cognito-sync-connector' };
  if (externalId) throw invalidInput(action, 'externalId of the credential has no effect without roleArn');
  return undefined;
}

function authoriseAsOf(fields: Fields, action: string): AuthoriseAs {
  const value = fields.authoriseAs;
  if (value === '') return 'accessKey';
  const known = AUTHORISE_AS.find((name) => name === value);
  if (!known) throw invalidInput(action, `authoriseAs of the credential must be one of ${AUTHORISE_AS.join(', ')}`);
  return known;
}

function endpointOf({ endpoint: text }: Fields, action: string): Endpoint | undefined {
  if (text === '') return undefined;
  const endpoint = customEndpoint(text);
  if ('problem' in endpoint) throw invalidInput(action, `endpoint of the credential must be ${endpoint.problem}`);
  return endpoint;
}

/** Reads the credential among the fields of a step. @throws ConnectorError `InvalidInput`, naming the field */
export function readCredential(cfg: Config, action: string): Credential {
  const fields = fieldsOf(cfg, action);
  const endpoint = endpointOf(fields, action);
  const authoriseAs = authoriseAsOf(fields, action);
  checkPatterns(fields, action);
  const { region, accessKeyId, secretAccessKey, sessionToken, developerProviderName } = fields;
  if (authoriseAs === 'developerIdentity' && !developerProviderName) {
    throw invalidInput(action, 'developerProviderName is required in the credential to authorise as developerIdentity');
  }
  const role = roleOf(fields, action);
  let key: Credentials | undefined;
  return {
    region,
    endpoint,
    authoriseAs,
    developerProviderName,
    role,
    keyFields: [accessKeyId, secretAccessKey, sessionToken],
    accessKey: () => (key ??= credentialsOf(fields, action)),
  };
}
