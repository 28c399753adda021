import type { CredentialSource, GivenSignature } from '../aws/attempt';
import type { CallOptions } from '../aws/call';
import { cognitoIdentity } from '../cognito-identity/client';
import { identify, identitySessions, type Owner } from '../cognito-identity/session';
import { cognitoSync, type CognitoSync } from '../cognito-sync/client';
import type { Operation } from '../cognito-sync/operation';
import { readInput, type Structure } from '../shape';
import { actingAs } from './acting-as';
import type { Connection } from './connection';
import type { Members } from './input';
import { checkOwner, ownerOf, withoutOwner } from './owner';
import { readPredecessor, type PredecessorMessage } from './predecessor';

/** What a step asks for: what its input must be, and whose credentials AWS takes for it. */
export interface Requirement<Request extends object> {
  readonly authorisation: Operation['authorisation'];
  readonly input: Structure<Request>;
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
  readonly input: Members;
  /**
   * Where the calls go, by the credential.
   * @param sessionToken goes before the credential's own
   * @throws ConnectorError `InvalidInput` when the credential cannot be used
   */
  readonly connect: (sessionToken?: string) => Connection;
  readonly options: CallOptions;
  /** Takes the identity of each call where that is not the one that the message names. */
  readonly adopt: (identityId: string) => void;
}

/** Text, if it is any: what else could stand here has been refused before. */
const textOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);

/** A message that is known to be good, and in whose name it is to be sent. */
export interface Prepared<Request extends object> {
  readonly request: Request;
  readonly connection: Connection;
  readonly signature?: GivenSignature | undefined;
  readonly owner?: Owner | undefined;
}

/** Reads a message, then its credential; pure. @throws ConnectorError `InvalidInput` */
export function prepare<Request extends object>(
  { name, input, connect }: Pick<Subject, 'name' | 'input' | 'connect'>,
  { authorisation, input: shape, predecessor }: Requirement<Request>,
): Prepared<Request> {
  const message: PredecessorMessage = predecessor ? readPredecessor(name, input) : { members: input };
  const { sessionToken, signature } = message;
  if (signature || authorisation === 'developer') {
    const request = readInput(name, shape, message.members);
    return { request, connection: connect(sessionToken), signature };
  }
  const members = withoutOwner(message.members);
  const hasIdentity = Boolean(members['IdentityId']);
  const request = readInput(name, shape, members, 'IdentityId');
  const connection = connect(sessionToken);
  const owner = ownerOf(name, message.members, connection);
  if (!owner && !hasIdentity) readInput(name, shape, members);
  checkOwner({ name, hasIdentity, authorisation }, connection, owner);
  return { request, connection, owner };
}

/**
 * Reads a message and decides in whose name it is sent: the sender's own signature, the access key or role, or an identity.
 * Nothing is sent before all of the message is known to be good.
 * @throws ConnectorError `InvalidInput`, or what AWS says when it refuses credentials
 */
export async function authorise<Request extends object>(
  subject: Subject,
  requirement: Requirement<Request>,
): Promise<Authorised<Request>> {
  return authorisePrepared(subject, prepare(subject, requirement));
}

/** As {@link authorise}, of a message that has been read. @throws ConnectorError what AWS says when it refuses credentials */
export async function authorisePrepared<Request extends object>(
  subject: Subject,
  { request, connection, signature, owner }: Prepared<Request>,
): Promise<Authorised<Request>> {
  const { io, log, policy: usual } = subject.options;
  const { region, endpointOf, credentials } = connection;
  const clientWith = (source: CredentialSource | GivenSignature, policy = usual) =>
    cognitoSync({ region, endpoint: endpointOf('cognito-sync'), credentials: source, policy, io, log });
  if (signature) return { client: clientWith(signature, { ...usual, retries: 0 }), request, once: true };
  if (!owner) return { client: clientWith(credentials), request, once: false };
  const found = await authoriseOwner(subject, connection, owner, clientWith);
  return { client: found.client, request: { ...request, IdentityId: found.identityId }, once: false };
}

/** Finds the identity of an owner, and the client that acts for it. @throws ConnectorError */
async function authoriseOwner(
  { name, input, options, adopt }: Subject,
  { region, endpointOf, credentials, authoriseAs, tenant }: Connection,
  owner: Owner,
  clientWith: (source: CredentialSource) => CognitoSync,
): Promise<{ readonly client: CognitoSync; readonly identityId: string }> {
  const identities = cognitoIdentity({ ...options, region, endpoint: endpointOf('cognito-identity'), credentials });
  const named = textOf(input['IdentityId']);
  const query = { poolId: textOf(input['IdentityPoolId']) ?? '', owner, identityId: named };
  let latest = named;
  const adoptIfOther = (identityId: string) => {
    if (identityId === latest) return;
    if (latest) options.log?.(`${name}: identity ${latest} has become ${identityId}, which the calls now go to`);
    latest = identityId;
    adopt(identityId);
  };
  if (authoriseAs === 'accessKey') {
    const { identityId } = await identify(identities, query);
    adoptIfOther(identityId);
    return { client: clientWith(credentials), identityId };
  }
  const source = identitySessions(identities, query, tenant());
  const { identityId } = await source.current();
  adoptIfOther(identityId);
  return { client: actingAs(source, clientWith, adoptIfOther), identityId };
}
