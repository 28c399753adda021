import type { Answer } from '../aws/call';
import { ConnectorError } from '../aws/error';
import type { CognitoIdentity } from './client';
import { ListIdentities, type ListIdentitiesInput, type ListIdentitiesOutput } from './model';

/** Lists the identities of a pool page after page. @throws ConnectorError */
export async function* identityPages(
  client: CognitoIdentity,
  input: ListIdentitiesInput,
): AsyncGenerator<Answer<ListIdentitiesOutput>, void, void> {
  let NextToken = input.NextToken;
  do {
    const answer = await client.send(ListIdentities, NextToken ? { ...input, NextToken } : input);
    yield answer;
    const following = answer.output.NextToken;
    if (following && following === NextToken) {
      throw new ConnectorError('InvalidResponse', {
        operation: ListIdentities.name,
        message: 'the list does not advance: a page names itself as the next one',
      });
    }
    NextToken = following;
  } while (NextToken);
}
