import { isExpired, type CallOptions, type CredentialSource, type GivenSignature } from '../aws/call';
import { cognitoIdentity } from '../cognito-identity/client';
import type { Logins } from '../cognito-identity/model';
import {
  identify,
  identitySessions,
  type IdentitySession,
  type IdentitySessionSource,
  type Owner,
} from '../cognito-identity/session';
import { cognitoSync, type CognitoSync } from '../cognito-sync/client';
import type { Operation } from '../cognito-sync/operation';
import { validate } from '../cognito-sync/validate';
import { invalidInput } from '../error';
import { map, optional, structure, text, type Fields, readInput } from '../shape';
import { connectionOf, type Connection } from './connection';
import type { Members } from './input';
import { readPredecessor, type PredecessorMessage } from './predecessor';
import type { Config } from './runtime';

/** What a step asks for: how to read its input, and whose credentials AWS takes for it. */
export interface Requirement<Request extends object> {
  readonly authorisation: Operation['authorisation'];
  /** @throws ConnectorError `InvalidInput` */
  readonly read: (members: Members) => Request;
  /** The step takes messages made for the predecessors. */
  readonly predecessor?: boolean;
}

/** A valid request, and the client that may send it. */
export interface Authorised<Request extends object> {
  readonly client: CognitoSync;
  readonly request: Request;
  /** The message brought its own signature, which is good for this one call. */
  readonly once: boolean;
}

/** One message, as far as its authorisation goes. */
export interface Subject {
  readonly name: string;
  readonly cfg: Config;
  readonly input: Members;
  readonly options: CallOptions;
  /** Told the identity of each call where that is not the one that the message names. */
  readonly adopt: (identityId: string) => void;
}

/** The members, beside the operation's own, that say whom to act as. Their limits are those of Cognito Identity. */
export interface OwnerMembers {
  UserIdentifier?: string;
  Logins?: Logins;
}

export const ownerFields: Fields<OwnerMembers> = {
  UserIdentifier: optional(text('a user identifier of 1 to 1024 characters', { max: 1024, hidden: true })),
  Logins: optional(map(text('the token of a login provider', { max: 50_000, hidden: true }), 10)),
};
const ownerMembers = structure<OwnerMembers>(ownerFields);

/**
 * Whom a message asks to act as, by its UserIdentifier or Logins; undefined where it names nobody; pure.
 * @throws ConnectorError `InvalidInput` when the credential cannot act as such
 */
export function ownerOf(
  action: string,
  { UserIdentifier, Logins }: Members,
  connection: Connection,
): Owner | undefined {
  const { authoriseAs, developerProviderName } = connection;
  if (UserIdentifier === undefined && Logins === undefined)
    return authoriseAs === 'guest' ? { guest: true } : undefined;
  const owner = readInput(action, ownerMembers, { UserIdentifier, Logins });
  const logins = owner.Logins && Object.keys(owner.Logins).length > 0 ? owner.Logins : undefined;
  const refuseUnless = (member: string, requirement: Connection['authoriseAs']) => {
    if (authoriseAs === requirement || authoriseAs === 'accessKey') return;
    throw invalidInput(
      action,
      `${member} needs a credential with authoriseAs ${requirement}; this one has ${authoriseAs}`,
    );
  };
  if (owner.UserIdentifier !== undefined) {
    refuseUnless('UserIdentifier', 'developerIdentity');
    if (logins) throw invalidInput(action, 'UserIdentifier and Logins exclude each other; give one of them');
    if (!developerProviderName) {
      throw invalidInput(action, 'developerProviderName is required in the credential to find a UserIdentifier');
    }
    return { provider: developerProviderName, userIdentifier: owner.UserIdentifier };
  }
  if (!logins) return authoriseAs === 'guest' ? { guest: true } : undefined;
  refuseUnless('Logins', 'logins');
  return { logins };
}

/** As {@link ownerOf}, for a step that is about the owner. @throws ConnectorError `InvalidInput` when none is named */
export function requiredOwner({ name, cfg, input }: Pick<Subject, 'name' | 'cfg' | 'input'>): Owner {
  const owner = ownerOf(name, input, connectionOf(cfg, name, input['IdentityPoolId']));
  if (owner) return owner;
  throw invalidInput(name, 'UserIdentifier or Logins is required; only with authoriseAs guest, neither makes a guest');
}

/** @throws ConnectorError `InvalidInput` when the members and the credential do not say in whose name to call */
function checkOwner(
  { name, input }: Pick<Subject, 'name' | 'input'>,
  authorisation: Operation['authorisation'],
  { authoriseAs, hasSessionToken }: Connection,
  owner: Owner | undefined,
): void {
  const hasIdentity = Boolean(input['IdentityId']);
  if (authoriseAs === 'accessKey') {
    if (authorisation === 'identity' && !hasSessionToken) {
      throw invalidInput(
        name,
        'AWS takes this call only from the identity itself, not with an access key: set authoriseAs of the credential to developerIdentity, logins or guest',
      );
    }
    // The access key may act as anybody, so nothing would tell whether the two belong together.
    if (owner && hasIdentity) {
      throw invalidInput(
        name,
        'IdentityId excludes UserIdentifier and Logins while authoriseAs of the credential is accessKey',
      );
    }
  } else if (!owner) {
    const member = authoriseAs === 'logins' ? 'Logins' : 'UserIdentifier';
    throw invalidInput(name, `${member} is required, since authoriseAs of the credential is ${authoriseAs}`);
  } else if ('guest' in owner && !hasIdentity) {
    throw invalidInput(name, 'IdentityId is required for a guest; the action GetIdentityId makes one');
  }
}

/** A client that acts as an identity: each call is for the identity that its credentials belong to. */
function actingAs(
  source: IdentitySessionSource,
  clientWith: (credentials: CredentialSource) => CognitoSync,
  adopt: (identityId: string) => void,
): CognitoSync {
  const client = clientWith({ current: async () => (await source.current()).credentials });
  return {
    ...client,
    send: async (operation, input) => {
      const sendIn = ({ identityId, credentials }: IdentitySession) => {
        adopt(identityId);
        return clientWith({ current: () => credentials }).send(operation, { ...input, IdentityId: identityId });
      };
      const session = await source.current();
      try {
        return await sendIn(session);
      } catch (error) {
        if (!isExpired(error)) throw error;
        // Not renewed within the call, since the new session may be for another identity.
        return sendIn(await source.renew(session));
      }
    },
  };
}

/** Reads the members with any valid id in the place of an identity that has yet to be found. */
function readWithout<Request extends object>({ read }: Requirement<Request>, members: Members): Request {
  return read(members['IdentityId'] ? members : { ...members, IdentityId: members['IdentityPoolId'] });
}

/** Text, if it is any: what else could stand here has been refused before. */
const textOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);

/** The members without those that only say whom to act as. */
function withoutOwner(members: Members): Members {
  if (!('UserIdentifier' in members || 'Logins' in members)) return members;
  return Object.fromEntries(Object.entries(members).filter(([name]) => !(name in ownerFields)));
}

/** A message that is known to be good, and in whose name it is to be sent. */
interface Prepared<Request extends object> {
  readonly request: Request;
  readonly connection: Connection;
  readonly signature?: GivenSignature | undefined;
  readonly owner?: Owner | undefined;
}

/** Reads a message; pure. @throws ConnectorError `InvalidInput` */
export function prepare<Request extends object>(
  subject: Omit<Subject, 'adopt'>,
  requirement: Requirement<Request>,
): Prepared<Request> {
  const { name, cfg, input, options } = subject;
  const message: PredecessorMessage = requirement.predecessor ? readPredecessor(name, input) : { members: input };
  const { sessionToken, signature } = message;
  const credential = sessionToken ? { ...cfg, sessionToken } : cfg;
  const connection = connectionOf(credential, name, input['IdentityPoolId'], undefined, options.log);
  if (signature || requirement.authorisation === 'developer') {
    return { request: requirement.read(message.members), connection, signature };
  }
  const owner = ownerOf(name, message.members, connection);
  const members = withoutOwner(message.members);
  const request = owner ? readWithout(requirement, members) : requirement.read(members);
  checkOwner(subject, requirement.authorisation, connection, owner);
  return { request, connection, owner };
}

/**
 * Reads a message and decides in whose name it is sent: the sender's own signature, the access key or role, or an identity.
 * Nothing is sent before all of the message is known to be good.
 * @throws ConnectorError `InvalidInput`, or what AWS says when it refuses to lend credentials
 */
export async function authorise<Request extends object>(
  subject: Subject,
  requirement: Requirement<Request>,
): Promise<Authorised<Request>> {
  const { name, input, options, adopt } = subject;
  const { request, connection, signature, owner } = prepare(subject, requirement);
  const { region, endpointOf, credentials } = connection;
  const clientWith = (source: CredentialSource | GivenSignature, policy = options.policy) =>
    cognitoSync({
      region,
      endpoint: endpointOf('cognito-sync'),
      credentials: source,
      policy,
      io: options.io,
      log: options.log,
    });
  if (signature) return { client: clientWith(signature, { ...options.policy, retries: 0 }), request, once: true };
  if (!owner) return { client: clientWith(credentials), request, once: false };

  const identities = cognitoIdentity({ ...options, region, endpoint: endpointOf('cognito-identity'), credentials });
  const named = textOf(input['IdentityId']);
  const query = { poolId: textOf(input['IdentityPoolId']) ?? '', owner, identityId: named };
  let latest = named;
  const noteIfOther = (identityId: string) => {
    if (identityId === latest) return;
    if (latest) options.log?.(`${name}: identity ${latest} has become ${identityId}, which the calls now go to`);
    latest = identityId;
    adopt(identityId);
  };
  const requestOf = (identityId: string): Request => {
    noteIfOther(identityId);
    return { ...request, IdentityId: identityId };
  };
  if (connection.authoriseAs === 'accessKey') {
    const { identityId } = await identify(identities, query);
    return { client: clientWith(credentials), request: requestOf(identityId), once: false };
  }
  const source = identitySessions(identities, query, connection.tenant());
  const { identityId } = await source.current();
  return { client: actingAs(source, clientWith, noteIfOther), request: requestOf(identityId), once: false };
}

/** What an action of one operation wants. */
export function requirementOf<Input extends object, Output extends object>(
  operation: Operation<Input, Output>,
): Requirement<Input> {
  const { authorisation } = operation;
  return { authorisation, read: (members) => validate(operation, members), predecessor: true };
}
