import { bulkTotals, type BulkItem, type ItemResult, type ItemRow } from '../datasets/bulk';
import type { BulkUpsertInput } from '../datasets/bulk-input';
import { parts } from '../datasets/parts';
import { upsertInput } from '../datasets/upsert-input';
import { ConnectorError, invalidInput, withOrigin } from '../error';
import { ungrouped } from './input';
import { largestBodyBytes } from './message-size';
import type { Step } from './step';

/** What a step does when items failed: the choices of the field `ifItemFails`. */
export const IF_ITEM_FAILS = ['fail', 'report'] as const;
/** How results are emitted: the choices of the field `emitBehaviour`. */
export const BULK_EMIT_BEHAVIOURS = ['fetchAll', 'emitIndividually'] as const;

/** @throws ConnectorError `InvalidInput`, naming the item, before anything is sent for any of them */
export function bulkItems(step: Step, { IdentityPoolId, Items }: BulkUpsertInput): BulkItem[] {
  return Items.map((item, index) => {
    try {
      return bulkItem(step, IdentityPoolId, item, index);
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      const at = `Items[${index}]`;
      const [, isItself] = /^The message body (.*)/s.exec(error.text) ?? [];
      throw invalidInput(step.name, isItself === undefined ? `${at}: ${error.text}` : `${at} ${isItself}`);
    }
  });
}

function bulkItem(step: Step, IdentityPoolId: string, item: BulkUpsertInput['Items'][number], index: number): BulkItem {
  const { name } = step;
  const prepare = () => {
    const members = ungrouped(name, item);
    const ownPool = members['IdentityPoolId'];
    if (ownPool && ownPool !== IdentityPoolId) {
      throw invalidInput(name, 'IdentityPoolId must be that of the message: one message is for one pool');
    }
    return step.prepare({ ...members, IdentityPoolId }, { authorisation: 'either', input: upsertInput });
  };
  const { request, owner } = prepare();
  const { IdentityId, DatasetName } = request;
  return {
    index,
    IdentityId,
    DatasetName,
    user: owner && JSON.stringify([owner, IdentityId]),
    input: () => prepare().request,
    authorise: () => prepare().authorise(),
  };
}

const SHOWN_FAILURES = 10;
const SHOWN_CHARACTERS = 300;

/** An item that failed, and why. */
export interface ItemFailure {
  readonly index: number;
  readonly error: ConnectorError;
}

/** The failure of an item, where it failed. */
export const failureOf = ({ index, result }: ItemResult): ItemFailure | undefined =>
  result instanceof ConnectorError ? { index, error: result } : undefined;

function sentenceOf({ index, error }: ItemFailure): string {
  const { name, text } = error;
  const shown = text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
  return withOrigin(`Items[${index}]: ${name}: ${shown}`, error);
}

/**
 * The error for all items that failed, with AWS's name where they have one in common, else `ItemsFailed`. The message may be
 * delivered again where each of them was turned away before it took effect; what is done stays done.
 * @param failures at least one
 */
export function bulkFailure(operation: string, failures: readonly ItemFailure[], total: number): ConnectorError {
  const inOrder = [...failures].sort((a, b) => a.index - b.index);
  const shown = inOrder.slice(0, SHOWN_FAILURES).map(sentenceOf).join('; ');
  const rest = failures.length > SHOWN_FAILURES ? `; and ${failures.length - SHOWN_FAILURES} more` : '';
  const [name = '', ...others] = new Set(failures.map(({ error }) => error.name));
  return new ConnectorError(others.length === 0 ? name : 'ItemsFailed', {
    operation,
    message: `${failures.length} of ${total} items failed, and the same message again finishes what is left: ${shown}${rest}`,
    retry: failures.every(({ error }) => error.retry !== 'never') ? 'always' : 'never',
  });
}

/** Room for what stands around the rows in a body. */
const ROOM_BYTES = 2_000;

/** The answer for all items: one body, or several where the platform would not take one, numbered by `Part` and `Parts`. */
export function bulkAnswers(IdentityPoolId: string, rows: readonly ItemRow[]) {
  const size = (row: ItemRow) => Buffer.byteLength(JSON.stringify(row)) + 1;
  const split = parts(rows, { size }, largestBodyBytes(process.env) - ROOM_BYTES);
  const Totals = bulkTotals(rows);
  return split.map((Items, index) => ({ IdentityPoolId, Items, Totals, Part: index + 1, Parts: split.length }));
}
