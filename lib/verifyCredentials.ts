import { cognitoIdentity } from './cognito-identity/client';
import { GetCredentialsForIdentity } from './cognito-identity/model';
import { cognitoSync } from './cognito-sync/client';
import { ListIdentityPoolUsage } from './cognito-sync/operations';
import { ConnectorError } from './error';
import { connectionOf, type Connection } from './platform/connection';
import { retryPolicy } from './platform/retry-policy';
import type { Config } from './platform/runtime';

export type Verdict = { verified: true } | { verified: false; reason: string };

/** A key is as good in one region as in another, so any will do while none is chosen. */
const ANY_REGION = 'us-east-1';
const EXPLAINED: Readonly<Record<string, string>> = {
  AccessDeniedException:
    'The access key is valid, but its policy does not allow cognito-sync:ListIdentityPoolUsage, which this check needs. Allow it, or save the credential unverified if your flows need other permissions only.',
  NotAuthorizedException:
    'The credentials are valid, but Cognito Sync refuses them for this check, as it does for those of a Cognito identity. Use the access key of an IAM user or role.',
  UnrecognizedClientException:
    'AWS does not know this access key id or session token. Check accessKeyId and sessionToken.',
  InvalidClientTokenId: 'AWS does not know this access key id. Check accessKeyId.',
  InvalidSignatureException: 'The secret access key does not belong to the access key id. Check secretAccessKey.',
  SignatureDoesNotMatch: 'The secret access key does not belong to the access key id. Check secretAccessKey.',
  AccessDenied:
    'The access key is valid, but may not assume the role. Check roleArn, its trust policy and externalId, and that the policy of the access key allows sts:AssumeRole.',
  ExpiredToken: 'The session token has expired. Enter fresh temporary credentials, or a long-lived access key.',
  ExpiredTokenException:
    'The session token has expired. Enter fresh temporary credentials, or a long-lived access key.',
};

const BLANK_REGION = 'Region is blank: set it, so that the steps can list identity pools to choose from.';

/** An identity that no pool has. */
const nobody = (region: string) => `${region}:00000000-0000-0000-0000-000000000000`;

/**
 * A credential for guests or logins alone holds nothing that AWS could judge; whether Cognito Identity answers where it
 * leads can be known. It answers that there is no such identity.
 */
async function reachesCognitoIdentity({ region, endpointOf, credentials }: Connection): Promise<void> {
  const endpoint = endpointOf('cognito-identity');
  const client = cognitoIdentity({ region, endpoint, credentials, policy: retryPolicy() });
  try {
    await client.send(GetCredentialsForIdentity, { IdentityId: nobody(region) });
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.name !== 'ResourceNotFoundException') throw error;
  }
}

/**
 * Asks AWS whether the credential works: the access key, or the role that it assumes, by the cheapest signed call that
 * changes nothing. Every failure is a no, with its reason: the platform takes anything but `verified: false` for a yes.
 */
export async function verifyCredentials(cfg: Config): Promise<Verdict> {
  try {
    const connection = connectionOf(cfg, 'verifyCredentials', { fallbackRegion: ANY_REGION });
    const { region, endpointOf, credentials, authoriseAs, hasAccessKey } = connection;
    if (!hasAccessKey && (authoriseAs === 'guest' || authoriseAs === 'logins')) {
      await reachesCognitoIdentity(connection);
      return { verified: true };
    }
    const client = cognitoSync({ region, endpoint: endpointOf('cognito-sync'), credentials, policy: retryPolicy() });
    await client.send(ListIdentityPoolUsage, { MaxResults: 1 });
    return { verified: true };
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    const explained = EXPLAINED[error.name];
    const reason = explained ? `${explained} (${error.message})` : error.message;
    return { verified: false, reason: cfg['region'] ? reason : `${reason}. ${BLANK_REGION}` };
  }
}
