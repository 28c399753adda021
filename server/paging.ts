import { invalidParameter } from './errors';

/** No page is longer, whatever MaxResults says. */
export const LONGEST_PAGE = 1024;

/**
 * A token that leads on from `key`, the last one of a page. It is made of the key alone, so a page can be asked for after
 * restarts, and items that come or go between pages neither shift nor repeat the others.
 */
export const nextToken = (scope: string, key: string) => Buffer.from(scope + key).toString('base64');

/** The key that a token leads on from, undefined without a token. @throws ServiceError for a token of another scope. */
export function keyOf(scope: string, token: string | undefined): string | undefined {
  if (!token) return undefined;
  const text = Buffer.from(token, 'base64').toString();
  if (!text.startsWith(scope) || nextToken(scope, text.slice(scope.length)) !== token) {
    throw invalidParameter('NextToken is not valid for these inputs.');
  }
  return text.slice(scope.length);
}

/** Index of the first of the ordered keys that comes after `key`. */
export function indexAfter(sorted: readonly string[], key: string | undefined): number {
  if (key === undefined) return 0;
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? '') <= key) low = middle + 1;
    else high = middle;
  }
  return low;
}

export interface Page<Item> {
  items: Item[];
  /** The last key of the page when more follow. */
  next: string | undefined;
}

/** Those of the ordered keys that come after `key`. */
export const keysAfter = (sorted: readonly string[], key: string | undefined): readonly string[] =>
  key === undefined ? sorted : sorted.slice(indexAfter(sorted, key));

/** Up to `size` items, in the order of their keys; those that `item` answers undefined for are left out. */
export function page<Item>(keys: Iterable<string>, size: number, item: (key: string) => Item | undefined): Page<Item> {
  const items: Item[] = [];
  let last: string | undefined;
  for (const candidate of keys) {
    const found = item(candidate);
    if (found === undefined) continue;
    if (items.length === size) return { items, next: last };
    items.push(found);
    last = candidate;
  }
  return { items, next: undefined };
}
