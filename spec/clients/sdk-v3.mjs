// AWS SDK for JavaScript v3. Prints each operation that was answered.
import * as identity from '@aws-sdk/client-cognito-identity';
import * as sync from '@aws-sdk/client-cognito-sync';
import * as sts from '@aws-sdk/client-sts';
import { scenario } from './scenario.mjs';

const { CLIENT = '', ENDPOINT = '' } = process.env;
const packages = { identity, sync, sts };
const clients = { identity: identity.CognitoIdentityClient, sync: sync.CognitoSyncClient, sts: sts.STSClient };
const ACCOUNT = { accessKeyId: 'AKIDLOCAL', secretAccessKey: 'local-secret' };

await scenario(CLIENT, async (service, operation, input, keys = ACCOUNT) => {
  const client = new clients[service]({ endpoint: ENDPOINT, region: 'us-east-1', credentials: keys, maxAttempts: 1 });
  const answer = await client.send(new packages[service][`${operation}Command`](input));
  console.log(operation);
  return answer;
});
