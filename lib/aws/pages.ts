import { ConnectorError } from '../error';

/** A page of a list, and the token that it was asked for with. */
export interface Paged<Page> {
  readonly page: Page;
  /** Undefined for the first page. */
  readonly token: string | undefined;
}

/**
 * Reads page after page until one names no next token.
 * @param operation whose list it is, for the error
 * @param read reads the page of a token, the first one without
 * @param from the token to begin with
 * @throws ConnectorError `InvalidResponse` when a page names itself as the next one, so that the list would never end
 */
export async function* pages<Page>(
  operation: string,
  read: (token: string | undefined) => Promise<Page>,
  nextTokenOf: (page: Page) => string | undefined,
  from?: string,
): AsyncGenerator<Paged<Page>, void, void> {
  let token = from;
  do {
    const page = await read(token);
    yield { page, token };
    const next = nextTokenOf(page);
    if (next && next === token) {
      throw new ConnectorError('InvalidResponse', {
        operation,
        message: 'the list does not advance: a page names itself as the next one',
      });
    }
    token = next;
  } while (token);
}
