import type { Logins } from '../cognito-identity/model';
import type { Owner } from '../cognito-identity/session';
import type { Operation } from '../cognito-sync/operation';
import { invalidInput } from '../error';
import { map, optional, readInput, structure, text, type Fields } from '../shape';
import type { Connection } from './connection';
import type { Members } from './input';

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
export function requiredOwner(name: string, input: Members, connection: Connection): Owner {
  const owner = ownerOf(name, input, connection);
  if (owner) return owner;
  throw invalidInput(name, 'UserIdentifier or Logins is required; only with authoriseAs guest, neither makes a guest');
}

/** What a call is, as far as it decides who may make it. */
interface Caller {
  readonly name: string;
  /** The message names an identity. */
  readonly hasIdentity: boolean;
  readonly authorisation: Operation['authorisation'];
}

/** @throws ConnectorError `InvalidInput` when the members and the credential do not say in whose name to call */
export function checkOwner(
  { name, hasIdentity, authorisation }: Caller,
  { authoriseAs, hasSessionToken }: Connection,
  owner: Owner | undefined,
): void {
  if (authoriseAs === 'accessKey') {
    if (authorisation === 'identity' && !hasSessionToken) {
      throw invalidInput(
        name,
        'AWS takes this call only from the identity itself, not with an access key: set authoriseAs of the credential to developerIdentity, logins or guest',
      );
    }
    // The access key may act as anybody, so nothing would show whether the two belong together.
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

/** The members without those that only say whom to act as. */
export function withoutOwner(members: Members): Members {
  if (!('UserIdentifier' in members || 'Logins' in members)) return members;
  return Object.fromEntries(Object.entries(members).filter(([name]) => !(name in ownerFields)));
}
