import type { Answer } from '../aws/call';
import { pages } from '../aws/pages';
import { ConnectorError } from '../error';
import type { CognitoSync } from './client';
import type { Page } from './model';
import type { Operation } from './operation';

/** What all lists have in common. `DatasetSyncCount` is ListRecords' own: it shows whether a dataset changed between pages. */
interface PageOutput {
  NextToken?: string;
  DatasetSyncCount?: number;
}

/** One page, and how often the list has begun anew because the dataset changed under it. */
export interface ListedPage<Output> extends Answer<Output> {
  readonly round: number;
}

const MAX_RESTARTS = 3;

/**
 * Reads page after page. When a dataset changes between two pages the list begins anew, at most 3 times, so that the pages
 * of the last round show one state of the dataset.
 * @throws ConnectorError, `ResourceConflictException` when the dataset keeps changing
 */
export async function* listPages<Input extends Page & object, Output extends PageOutput>(
  client: CognitoSync,
  operation: Operation<Input, Output>,
  input: Input,
): AsyncGenerator<ListedPage<Output>, void, void> {
  for (let round = 0; round <= MAX_RESTARTS; round++) {
    const read = (NextToken: string | undefined) => client.send(operation, NextToken ? { ...input, NextToken } : input);
    let first: number | undefined;
    let moved = false;
    for await (const { page } of pages(operation.name, read, ({ output }) => output.NextToken, input.NextToken)) {
      const count = page.output.DatasetSyncCount;
      first ??= count;
      moved = count !== first;
      if (moved) break;
      yield { ...page, round };
    }
    if (!moved) return;
    await client.backOff(round + 1);
  }
  throw new ConnectorError('ResourceConflictException', {
    operation: operation.name,
    message: `the dataset changed ${MAX_RESTARTS + 1} times while its pages were read; read it when fewer write to it`,
    retry: 'always',
  });
}
