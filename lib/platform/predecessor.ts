import type { GivenSignature } from '../aws/attempt';
import { invalidInput } from '../error';
import type { Members } from './input';

/**
 * Messages made for the connectors that came before: DataFire's and flowground's, both generated from one description of the
 * API, which shows the parts of a signature and two parameters of another AWS protocol as members of the input.
 */

export interface PredecessorMessage {
  /** What is left: the operation's own members. */
  readonly members: Members;
  /** Goes before the session token of the credential. */
  readonly sessionToken?: string;
  /** Made by whoever made the message; sent as given instead of a signature of ours. */
  readonly signature?: GivenSignature;
}

const VERSION = '2014-06-30';
/** What a complete signature consists of. */
const SIGNATURE = [
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Date',
  'X-Amz-SignedHeaders',
  'X-Amz-Signature',
] as const;
const CONTENT_SHA256 = 'X-Amz-Content-Sha256';
const SECURITY_TOKEN = 'X-Amz-Security-Token';
const HEADERS: ReadonlySet<string> = new Set([...SIGNATURE, CONTENT_SHA256, SECURITY_TOKEN]);

/** What each member may hold, so that it fits in its header: no commas and spaces in a part of Authorization. */
const PART = /^[!-+\--~]+$/;

/** Any member of theirs. */
const THEIRS = /^(?:Action|Version|X[-_]Amz[-_])/;

/** `X_Amz_Date`, as a mapper spells it that takes no hyphens, is X-Amz-Date. */
const hyphened = (name: string) => (/^X[-_]Amz[-_]/.test(name) ? name.replaceAll('_', '-') : name);

function checkFit(action: string, members: Members, name: string, expected: string): void {
  const value = members[name];
  if (value === undefined || value === null || value === '' || value === expected) return;
  const shown = typeof value === 'string' ? JSON.stringify(value.slice(0, 60)) : `a ${typeof value}`;
  throw invalidInput(action, `${name} must be ${expected}, as this step sends it, got ${shown}`);
}

/** Theirs beside the operation's own: the parts of a signature, by header, each with one value. */
interface Parts {
  readonly members: Members;
  readonly given: ReadonlyMap<string, string>;
}

/** Takes a message apart. @throws ConnectorError `InvalidInput` when a part is no header, or is given twice */
function partsOf(action: string, message: Members): Parts {
  const members: { [member: string]: unknown } = {};
  const given = new Map<string, string>();
  for (const [name, value] of Object.entries(message)) {
    if (name === 'Action' || name === 'Version') continue;
    const header = hyphened(name);
    if (!HEADERS.has(header)) {
      members[name] = value;
      continue;
    }
    if (value === undefined || value === null || value === '') continue;
    if (typeof value !== 'string' || !PART.test(value)) {
      throw invalidInput(action, `${name} must be printable ASCII text without spaces and commas`);
    }
    if (given.has(header) && given.get(header) !== value) {
      throw invalidInput(action, `${header} is given in two spellings, with two values`);
    }
    given.set(header, value);
  }
  return { members, given };
}

/** The signature that a message brings, if any. @throws ConnectorError `InvalidInput` when it is incomplete */
function signatureOf(action: string, given: Parts['given']): GivenSignature | undefined {
  const present = [...SIGNATURE, CONTENT_SHA256].filter((name) => given.has(name));
  if (present.length === 0) return undefined;
  const missing = SIGNATURE.filter((name) => !given.has(name));
  if (missing.length > 0) {
    throw invalidInput(
      action,
      `${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing: a signature in the message must be complete; leave all of its parts out to have the connector sign`,
    );
  }
  const [algorithm, credential, date = '', signedHeaders, signature] = SIGNATURE.map((name) => given.get(name));
  const authorization = `${algorithm} Credential=${credential}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
  const others = [CONTENT_SHA256, SECURITY_TOKEN].flatMap((name) => {
    const value = given.get(name);
    return value === undefined ? [] : [[name.toLowerCase(), value] as const];
  });
  return { headers: { authorization, 'x-amz-date': date, ...Object.fromEntries(others) } };
}

/**
 * Takes a message apart into members of the operation and what the predecessors asked for besides; pure. A message that
 * has nothing of theirs comes back as it is.
 * @throws ConnectorError `InvalidInput` when Action or Version belong to another operation, or a signature is incomplete
 */
export function readPredecessor(action: string, message: Members): PredecessorMessage {
  if (!Object.keys(message).some((name) => THEIRS.test(name))) return { members: message };
  checkFit(action, message, 'Action', action);
  checkFit(action, message, 'Version', VERSION);
  const { members, given } = partsOf(action, message);
  const signature = signatureOf(action, given);
  if (signature) return { members, signature };
  const sessionToken = given.get(SECURITY_TOKEN);
  return sessionToken ? { members, sessionToken } : { members };
}
