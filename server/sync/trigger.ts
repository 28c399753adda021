import { ServiceError } from '../errors';
import type { Dataset } from '../state/model';
import type { RecordPatch } from './dataset';

/** The event that a SyncTrigger function gets, version 2: every record of the dataset. */
export interface SyncTriggerEvent {
  version: 2;
  eventType: 'SyncTrigger';
  region: string;
  identityPoolId: string;
  identityId: string;
  datasetName: string;
  datasetRecords: Record<string, { oldValue: string | null; newValue: string | null; op: string }>;
}

/** Stands in for the customer's Lambda function. */
export type SyncTriggerStub =
  | { reply: 'accept' | 'refuse' | 'throttle' }
  /** Answers LambdaSocketTimeoutException after `ms`, 5,000 when absent. */
  | { reply: 'time-out'; ms?: number }
  /** Sets these keys, removes those whose value is null. */
  | { reply: 'change'; records: Record<string, string | null> }
  /** Any function from event to event, or null for an answer that is none. */
  | { reply: (event: SyncTriggerEvent) => SyncTriggerEvent | null };

const INVALID = 'InvalidLambdaFunctionOutputException';

/** Runs the stub inside UpdateRecords and keeps the events it saw, the latest hundred. */
export class SyncTrigger {
  stub: SyncTriggerStub = { reply: 'accept' };
  readonly events: SyncTriggerEvent[] = [];

  /** Accepts again, and forgets what it saw. */
  reset(): void {
    this.stub = { reply: 'accept' };
    this.events.length = 0;
  }

  /** The changes as the function leaves them. @throws ServiceError when it does not let them through. */
  review(event: SyncTriggerEvent, dataset: Dataset | undefined, changes: readonly RecordPatch[]): RecordPatch[] {
    this.events.push(event);
    if (this.events.length > 100) this.events.shift();
    return overlay(this.invoke(structuredClone(event)), event, dataset, changes);
  }

  private invoke(event: SyncTriggerEvent): SyncTriggerEvent {
    const { stub } = this;
    if (typeof stub.reply === 'function') {
      const answer = stub.reply(event);
      if (!answer) throw new ServiceError(INVALID, 400, 'The Lambda function answered no event.');
      return answer;
    }
    switch (stub.reply) {
      case 'accept':
        return event;
      case 'refuse':
        throw new ServiceError(INVALID, 400, 'The Lambda function answered an error.');
      case 'throttle':
        throw new ServiceError('LambdaThrottledException', 429, 'The Lambda function is throttled.');
      case 'time-out': {
        const delayMs = (stub as { ms?: number }).ms ?? 5_000;
        throw new ServiceError('LambdaSocketTimeoutException', 400, 'The Lambda function timed out.', { delayMs });
      }
      default:
        for (const [key, newValue] of Object.entries((stub as { records: Record<string, string | null> }).records)) {
          const oldValue = event.datasetRecords[key]?.oldValue ?? null;
          event.datasetRecords[key] = { oldValue, newValue, op: newValue === null ? 'remove' : 'replace' };
        }
        return event;
    }
  }
}

/** What the function is told: the dataset as it is, and what the changes would make of it. */
export function triggerEvent(
  where: Omit<SyncTriggerEvent, 'version' | 'eventType' | 'datasetRecords'>,
  dataset: Dataset | undefined,
  changes: readonly RecordPatch[],
): SyncTriggerEvent {
  const datasetRecords: SyncTriggerEvent['datasetRecords'] = {};
  for (const { key, value } of dataset?.records.values() ?? []) {
    if (value !== null) datasetRecords[key] = { oldValue: value, newValue: value, op: 'replace' };
  }
  for (const { key, op, value } of changes) {
    const oldValue = dataset?.records.get(key)?.value ?? null;
    datasetRecords[key] = { oldValue, newValue: op === 'remove' ? null : (value ?? ''), op };
  }
  return { version: 2, eventType: 'SyncTrigger', ...where, datasetRecords };
}

/** The caller's changes with the function's on top. Records that the answer leaves out stay as the caller wanted them. */
function overlay(
  answer: SyncTriggerEvent,
  asked: SyncTriggerEvent,
  dataset: Dataset | undefined,
  changes: readonly RecordPatch[],
): RecordPatch[] {
  const { datasetRecords } = answer;
  if (JSON.stringify({ ...answer, datasetRecords: 0 }) !== JSON.stringify({ ...asked, datasetRecords: 0 })) {
    throw new ServiceError(INVALID, 400, 'The Lambda function changed more than datasetRecords.');
  }
  const merged = new Map(changes.map((change) => [change.key, change]));
  for (const [key, { newValue, op }] of Object.entries(datasetRecords)) {
    if (op !== 'replace' && op !== 'remove')
      throw new ServiceError(INVALID, 400, `The Lambda function answered an unknown op.`);
    const value = op === 'remove' || newValue === null ? undefined : newValue;
    const before = merged.get(key);
    const present = before
      ? before.op === 'remove'
        ? undefined
        : before.value
      : (dataset?.records.get(key)?.value ?? undefined);
    if (value === present) continue;
    merged.set(key, {
      key,
      op: value === undefined ? 'remove' : 'replace',
      value,
      syncCount: before?.syncCount ?? 0n,
      deviceLastModifiedDate: before?.deviceLastModifiedDate,
    });
  }
  return [...merged.values()];
}
