import type { Answer } from '../aws/call';
import { pages } from '../aws/pages';
import type { CognitoIdentity } from './client';
import type { IdentityOperation } from './model';

/** A page of a list that never begins anew, so that its round stays 0. */
interface ListedPage<Output> extends Answer<Output> {
  readonly round: 0;
}

interface Page {
  NextToken?: string;
}

/** Reads a list page after page. @throws ConnectorError */
export async function* identityPages<Input extends Page, Output extends Page>(
  client: CognitoIdentity,
  operation: IdentityOperation<Input, Output>,
  input: Input,
): AsyncGenerator<ListedPage<Output>, void, void> {
  const read = (NextToken: string | undefined) => client.send(operation, NextToken ? { ...input, NextToken } : input);
  for await (const { page } of pages(operation.name, read, ({ output }) => output.NextToken, input.NextToken)) {
    yield { ...page, round: 0 };
  }
}
