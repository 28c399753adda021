import type { Pool } from '../cognito-sync/model';
import { ListRecords } from '../cognito-sync/operations';
import { integer, isObject, kindOf, Mismatch, optional, required, structure, type Shape } from '../shape';

export interface BulkUpsertInput extends Pool {
  /** Each the input of an upsert, and whom to act as; read one by one afterwards. */
  Items: { readonly [member: string]: unknown }[];
  /** Datasets that are written at a time, 1 to 50, by default 10. */
  Concurrency?: number;
}

export const DEFAULT_BULK_CONCURRENCY = 10;
const MAX_CONCURRENCY = 50;
/** So that the answer, too, is a message that the platform takes. */
const MAX_ITEMS = 10_000;

const items: Shape<BulkUpsertInput['Items']> = {
  expected: `a list of at most ${MAX_ITEMS} objects`,
  json: { type: 'array', items: { type: 'object' } },
  read(value) {
    // A mapper that makes a list of one item sends the item itself.
    const list: unknown = isObject(value) ? [value] : value;
    if (!Array.isArray(list)) throw new Mismatch(`must be ${this.expected}, got ${kindOf(value)}`);
    if (list.length > MAX_ITEMS) {
      throw new Mismatch(`must be ${this.expected}, got ${list.length}: send the rest in another message`);
    }
    const wrong = list.findIndex((item) => !isObject(item));
    if (wrong < 0) return list as BulkUpsertInput['Items'];
    throw new Mismatch(`must be an object with DatasetName and Records, got ${kindOf(list[wrong])}`, wrong);
  },
};

/** The input of BulkUpsertRecords, but for what is in its items. */
export const bulkUpsertInput = structure<BulkUpsertInput>({
  IdentityPoolId: required(ListRecords.members.IdentityPoolId.shape),
  Items: required(items),
  Concurrency: optional(integer(1, MAX_CONCURRENCY)),
});
