/**
 * Works on at most `concurrency` items at a time and delivers the results in the order of the items. Nothing more is
 * begun while the consumer does not ask, so at most `concurrency` results wait for it. The first failure, in order, ends it.
 * However it ends, no work goes on after it.
 */
export async function* inOrder<Item, Result>(
  items: AsyncIterable<Item>,
  concurrency: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result, void, void> {
  const running: Promise<Result>[] = [];
  try {
    for await (const item of items) {
      const result = work(item);
      // A failure is thrown when its turn comes; until then it must not count as unhandled.
      result.catch(() => undefined);
      running.push(result);
      if (running.length === concurrency) yield (await running.shift()) as Result;
    }
    for (const result of running) yield await result;
  } finally {
    await Promise.allSettled(running);
  }
}
