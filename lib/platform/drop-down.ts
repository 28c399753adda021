import { cognitoSync } from '../cognito-sync/client';
import { listPages } from '../cognito-sync/list';
import { ListIdentityPoolUsage } from '../cognito-sync/operations';
import { connectionOf, retryPolicy } from './connection';
import type { Config } from './runtime';

/** Choices of a form field, from the value that is stored to the label that is shown. */
export type Choices = { [value: string]: string };

const MAX_CHOICES = 1_000;

/**
 * The identity pools of the account, for the field «Identity Pool»: at most 1000.
 * @throws ConnectorError, shown in the form, such as AccessDeniedException where the key lacks the permission
 */
export async function identityPools(cfg: Config): Promise<Choices> {
  const { region, endpointOf, credentials } = connectionOf(cfg, 'Identity Pool');
  const client = cognitoSync({ region, endpoint: endpointOf('cognito-sync'), credentials, policy: retryPolicy() });
  const choices: Choices = {};
  let count = 0;
  for await (const { output } of listPages(client, ListIdentityPoolUsage, { MaxResults: 60 })) {
    for (const { IdentityPoolId } of output.IdentityPoolUsages ?? []) {
      if (IdentityPoolId === undefined || count === MAX_CHOICES) continue;
      choices[IdentityPoolId] = IdentityPoolId;
      count++;
    }
    if (count === MAX_CHOICES) break;
  }
  return choices;
}
