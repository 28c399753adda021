import type { Answer } from '../aws/call';
import { pages } from '../aws/pages';
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
  const read = (NextToken: string | undefined) =>
    client.send(ListIdentities, NextToken ? { ...input, NextToken } : input);
  for await (const { page } of pages(ListIdentities.name, read, ({ output }) => output.NextToken, input.NextToken)) {
    yield { ...page, round: 0 };
  }
}
