export const sum = <Item>(items: readonly Item[], size: (item: Item) => number): number =>
  items.reduce((total, item) => total + size(item), 0);

/** How large an item is: exactly, and at most, which is quicker to know. */
interface Measure<Item> {
  readonly size: (item: Item) => number;
  /** By default the size itself. */
  readonly bound?: (item: Item) => number;
}

/** Splits a list into parts of at most `limit` in size, at least one; measures exactly only what may not fit. */
export function parts<Item>(
  items: readonly Item[],
  { size, bound = size }: Measure<Item>,
  limit: number,
): (readonly Item[])[] {
  if (sum(items, bound) <= limit) return [items];
  const result: Item[][] = [[]];
  let room = limit;
  for (const item of items) {
    const bytes = size(item);
    if (bytes > room && result.at(-1)?.length) {
      result.push([]);
      room = limit;
    }
    result.at(-1)?.push(item);
    room -= bytes;
  }
  return result;
}
