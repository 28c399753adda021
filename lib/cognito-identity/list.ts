import type { Answer } from '../aws/call';
import { ConnectorError } from '../aws/error';
import type { CognitoIdentity } from './client';
import { ListIdentities, type ListIdentitiesInput, type ListIdentitiesOutput } from './model';

/** A list of identities never begins anew, so that its round stays 0. */
interface IdentitiesPage extends Answer<ListIdentitiesOutput> {
  readonly round: 0;
}

/** Lists the identities of a pool page after page. @throws ConnectorError */
export async function* identityPages(
  client: CognitoIdentity,
  input: ListIdentitiesInput,
): AsyncGenerator<IdentitiesPage, void, void> {
  let NextToken = input.NextToken;
  do {
    const answer = await client.send(ListIdentities, NextToken ? { ...input, NextToken } : input);
    yield { ...answer, round: 0 };
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
