import { inOrder } from '../../../lib/export/in-order';

async function* numbers(count: number) {
  for (let i = 0; i < count; i++) yield i;
}

/** Work that ends when asked to. */
function workshop() {
  const open = new Map<number, (error?: Error) => void>();
  let most = 0;
  const work = (item: number) =>
    new Promise<string>((resolve, reject) => {
      open.set(item, (error) => {
        open.delete(item);
        if (error) reject(error);
        else resolve(`done ${item}`);
      });
      most = Math.max(most, open.size);
    });
  return { open, work, most: () => most };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Three items in work at a time, as soon as the consumer has asked for the first result. */
async function threeInWork() {
  const { open, work } = workshop();
  const results = inOrder(numbers(3), 3, work);
  const first = results.next();
  await settled();
  return { open, results, first };
}

it.each([1, 3, 10])('works on %i items at a time, never more, and delivers in order', async (concurrency) => {
  const { open, work, most } = workshop();
  const results: string[] = [];
  const all = (async () => {
    for await (const result of inOrder(numbers(25), concurrency, work)) results.push(result);
  })();
  while (results.length < 25) {
    await settled();
    // The latest first, so that every result has to wait for its turn.
    [...open.keys()]
      .sort((a, b) => b - a)
      .slice(0, 1)
      .forEach((item) => open.get(item)?.());
  }
  await all;
  expect(results).toEqual(Array.from({ length: 25 }, (_, i) => `done ${i}`));
  expect(most()).toBe(concurrency);
});

it('begins nothing more while the consumer does not ask', async () => {
  const { open, work } = workshop();
  const results = inOrder(numbers(100), 4, work);
  const first = results.next();
  await settled();
  open.get(0)?.();
  await first;
  for (const end of [...open.values()]) end();
  await settled();
  expect(open.size).toBe(0);
});

it('delivers what comes before a failure, then the failure, whichever happened first', async () => {
  const { open, results, first } = await threeInWork();
  open.get(1)?.(new Error('of the second'));
  await settled();
  open.get(0)?.();
  expect((await first).value).toBe('done 0');
  open.get(2)?.();
  await expect(results.next()).rejects.toThrow('of the second');
});

it.each([
  ['stops', (results: AsyncGenerator<string>) => results.return(undefined)],
  ['fails', (results: AsyncGenerator<string>) => results.throw(new Error('of the consumer')).catch(() => undefined)],
])('ends only when all work has ended, when the consumer %s', async (_, leave) => {
  const { open, results, first } = await threeInWork();
  open.get(0)?.();
  await first;
  let hasEnded = false;
  const end = leave(results).then(() => (hasEnded = true));
  open.get(1)?.();
  await settled();
  expect(hasEnded).toBe(false);
  open.get(2)?.(new Error('that nobody asks for'));
  await end;
  expect(open.size).toBe(0);
});
