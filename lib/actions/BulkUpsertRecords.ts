import { bulkUpsert, itemRow, type ItemRow } from '../datasets/bulk';
import { bulkUpsertInput, DEFAULT_BULK_CONCURRENCY } from '../datasets/bulk-input';
import {
  BULK_EMIT_BEHAVIOURS,
  bulkAnswers,
  bulkFailure,
  bulkItems,
  failureOf,
  IF_ITEM_FAILS,
  type ItemFailure,
} from '../platform/bulk';
import { choiceOf } from '../platform/choice';
import { step } from '../platform/step';
import { readInput } from '../shape';

/** Brings records of many datasets to the wanted values, in one message; doing it twice changes nothing. */
export const process = step('BulkUpsertRecords', async (current) => {
  const { name, emit, log } = current;
  const isIndividual = choiceOf(current, 'emitBehaviour', BULK_EMIT_BEHAVIOURS, 'fetchAll') === 'emitIndividually';
  const failsAtEnd = choiceOf(current, 'ifItemFails', IF_ITEM_FAILS, 'fail') === 'fail';
  const input = readInput(name, bulkUpsertInput, current.input);
  const { IdentityPoolId, Concurrency = DEFAULT_BULK_CONCURRENCY } = input;
  const items = bulkItems(current, input);
  const rows: ItemRow[] = [];
  const failures: ItemFailure[] = [];
  await bulkUpsert(items, Concurrency, async (itemResult) => {
    const row = itemRow(IdentityPoolId, itemResult);
    rows.push(row);
    const failure = failureOf(itemResult);
    if (failure) failures.push(failure);
    const isEmitted = isIndividual && !(failsAtEnd && failure);
    if (isEmitted) await emit(row, { item: `item ${row.Index}`, length: 0 });
  });
  log(`${name}: ${items.length - failures.length} of ${items.length} items are as wanted, ${failures.length} failed`);
  if (failures.length > 0 && failsAtEnd) throw bulkFailure(name, failures, items.length);
  if (isIndividual) return;
  rows.sort((a, b) => a.Index - b.Index);
  for (const body of bulkAnswers(IdentityPoolId, rows)) await emit(body, { item: `answer ${body.Part}` });
});

export { identityPools } from '../platform/drop-down';
