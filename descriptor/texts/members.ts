import { group, titled, words, type Words } from '../schema';
import * as example from './examples';

/** Words for what steps take. */

type ManyWords = { readonly [member: string]: Words };

const NAME_OF_DATASET = '1 to 128 letters, digits, _ . : or -; the names . and .. are refused.';

/** @param what the step does with the dataset */
export const datasetName = (what: string): Words => words(`${what} ${NAME_OF_DATASET}`, 'profile');

/** @param items what a page holds */
export const pageSize = (items: string): Words => words(`At most how many ${items} the service puts on one page, from 1 up. The service may return fewer.`, 50);

/** Words for a member whose default is a field of the step. */
export const overField = (description: string, example: unknown): Words => words(`${description} A value here goes before the field of the step.`, example);

/** Words for members that mean the same in every step. */
export const COMMON: ManyWords = {
  IdentityPoolId: words('The identity pool, as region:UUID. Needed unless the field Identity Pool of the step is set; a value here goes before that field.', example.POOL),
  IdentityId: words('The user whose data is meant: an identity of the pool, as region:UUID. It is not the user name of a user pool. Needed unless the group Act as a User finds it.', example.IDENTITY),
  NextToken: words('Where to go on: the Next Token of the page before. Leave it out for the first page. Only the Emit Behavior «One page» needs it; the others follow the pages by themselves.', example.NEXT_TOKEN),
};

const PROVIDERS = 'Tokens by the names of the login providers that gave them, such as accounts.google.com, at most 10.';
/** What becomes of a token in a message. */
export const SECRET = 'Treated as secret: never logged, never shown in errors.';
const FREE_KEYS = 'Map it with an expression, since the names are free.';
const USER = 'The user of your own login, by the identifier that your login gives them.';

/** Whom to look up, in the step that does nothing else. */
export const owner: ManyWords = { UserIdentifier: words(`${USER} Needs a Developer Provider Name in the credential. Give this or Logins.`, 'user-42'), Logins: words(`${PROVIDERS} Give this or User Identifier. ${FREE_KEYS} ${SECRET}`, example.LOGINS) };

/** The group for acting as a user, of every step that takes credentials of an identity. */
export const ACT_AS = titled(
  'Act as a User',
  group("Only where the credential's field Authorise As asks for one of these: whose name the call is made in. Without Identity ID the identity is found by it.", {
    UserIdentifier: words(`${USER} Only with a Developer Provider Name in the credential. Beside an Identity ID, a user who is new to the pool is linked to that identity for good.`, 'user-42'),
    Logins: words(`${PROVIDERS} ${FREE_KEYS} ${SECRET}`, example.LOGINS),
  }),
);

/** The group for messages of the predecessors, of every operation of the API. */
export function predecessor(operation: string) {
  const part = 'Part of a signature of your own';
  const header = (name: string, description: string, value: string) => titled(name, words(description, value));
  const members = {
    Action: words(`The operation. Nothing needs it; if given, it must be ${operation}.`, operation),
    Version: words('The version of the API. Nothing needs it; if given, it must be 2014-06-30.', '2014-06-30'),
    X_Amz_Algorithm: header('X-Amz-Algorithm', `${part}, which is sent as given: give all five of Algorithm, Credential, Date, SignedHeaders and Signature, or none.`, 'AWS4-HMAC-SHA256'),
    X_Amz_Credential: header('X-Amz-Credential', `${part}: access key id and scope.`, 'AKIDEXAMPLE/20260131/us-east-1/cognito-sync/aws4_request'),
    X_Amz_Date: header('X-Amz-Date', `${part}: its time, which AWS accepts for some minutes.`, '20260131T093000Z'),
    X_Amz_SignedHeaders: header('X-Amz-SignedHeaders', `${part}: the headers that it covers.`, 'host;x-amz-date'),
    X_Amz_Signature: header('X-Amz-Signature', `${part}: 64 hexadecimal digits.`, '0123456789abcdef'.repeat(4)),
    X_Amz_Content_Sha256: header('X-Amz-Content-Sha256', "Optional part of a signature of your own: the hash of the request's body.", example.SHA256),
    X_Amz_Security_Token: header('X-Amz-Security-Token', 'A session token that goes before the one of the credential; part of your signature where you give one.', 'example-session-token'),
  };
  return titled('Coming from the flowground or DataFire Connector', group('Only for messages made for those connectors, whose members may also stand at the top level as they did there. A new flow leaves it all out: the connector signs each call itself.', members));
}
