import type { Answer, Trace } from '../aws/call';
import type { CognitoSync } from '../cognito-sync/client';
import type {
  BulkPublishResponse,
  DatasetAnswer,
  DatasetOfIdentity,
  Pool,
  Record,
  RecordPatch,
  UpdateRecordsRequest,
  UpdateRecordsResponse,
} from '../cognito-sync/model';
import {
  BulkPublish,
  DeleteDataset,
  DescribeDataset,
  GetBulkPublishDetails,
  UpdateRecords,
} from '../cognito-sync/operations';
import { ConnectorError } from '../error';
import { wholeDataset, withRemoved } from './whole-dataset';

/**
 * What to do when no answer came to a call that must not be repeated blindly: find out what happened first.
 */

/** An answer; `recovered` when the call's own answer was lost and its effect was found afterwards. */
export interface Outcome<Output> extends Answer<Output> {
  readonly recovered?: boolean;
}

/** No answer, or none of AWS's own: the call may have taken effect. */
function isAmbiguous(error: unknown): error is ConnectorError {
  return error instanceof ConnectorError && error.retry === 'if idempotent';
}

/** Somebody wrote first. The text is checked too, since one client got it under another name (aws-sdk-net issue 430). */
export function isConflict(error: unknown): error is ConnectorError {
  if (!(error instanceof ConnectorError)) return false;
  return (
    error.name === 'ResourceConflictException' ||
    error.status === 409 ||
    error.text.startsWith('Current SyncCount for:')
  );
}

/** What has become of a call whose answer was lost. */
type Finding<Input, Output> =
  { readonly was: 'applied'; readonly output: Output } | { readonly was: 'not applied'; readonly next: Input };

/**
 * Sends a call; after an ambiguous failure asks `find` what happened, and resends only what did not take effect. A conflict
 * in answer to a resend may stem from the first attempt's late arrival, so that is looked into as well.
 */
async function sendOrFind<Input, Output>(
  client: CognitoSync,
  input: Input,
  send: (input: Input) => Promise<Answer<Output>>,
  find: (failure: ConnectorError) => Promise<Finding<Input, Output>>,
): Promise<Outcome<Output>> {
  let next = input;
  for (let attempt = 1; ; attempt++) {
    try {
      return await send(next);
    } catch (error) {
      const unclear = isAmbiguous(error) || (attempt > 1 && isConflict(error));
      if (!unclear || attempt > client.retries) throw error;
      await client.backOff(attempt);
      const finding = await find(error);
      if (finding.was === 'applied') {
        const trace: Trace = { requestId: error.requestId, attempts: attempt, durationMs: 0, length: 0 };
        return { output: finding.output, trace, recovered: true };
      }
      next = finding.next;
    }
  }
}

function isApplied(patch: RecordPatch, record: Record | undefined): boolean {
  if ((record?.SyncCount ?? 0) <= patch.SyncCount) return false;
  return patch.Op === 'remove' ? record?.Value === undefined : record?.Value === patch.Value;
}

/**
 * UpdateRecords, never resent blindly: after an ambiguous failure the dataset is listed and compared with the patches.
 * @throws ConnectorError, `ResourceConflictException` when somebody else wrote one of the keys meanwhile
 */
export function updateRecords(
  client: CognitoSync,
  input: UpdateRecordsRequest,
): Promise<Outcome<UpdateRecordsResponse>> {
  const patches = input.RecordPatches ?? [];
  return sendOrFind(
    client,
    input,
    (next) => client.send(UpdateRecords, next),
    async (failure) => {
      const known = patches.flatMap(({ Key, SyncCount }) => (SyncCount > 0 ? [Key] : []));
      const { records, syncSessionToken } = await withRemoved(client, input, await wholeDataset(client, input), known);
      if (patches.length > 0 && patches.every((patch) => isApplied(patch, records.get(patch.Key)))) {
        return { was: 'applied', output: { Records: patches.flatMap(({ Key }) => records.get(Key) ?? []) } };
      }
      const changed = patches.filter(({ Key, SyncCount }) => (records.get(Key)?.SyncCount ?? 0) !== SyncCount);
      if (changed.length > 0) {
        throw new ConnectorError('ResourceConflictException', {
          operation: UpdateRecords.name,
          message: `the first attempt got no answer (${failure.name}), and ${changed.length} of its ${patches.length} keys have been written by somebody else since`,
          requestId: failure.requestId,
        });
      }
      return { was: 'not applied', next: { ...input, SyncSessionToken: syncSessionToken } };
    },
  );
}

/** BulkPublish, resent after an ambiguous failure only if no publication is running or done since. */
export function bulkPublish(client: CognitoSync, input: Pool): Promise<Outcome<BulkPublishResponse>> {
  return sendOrFind(
    client,
    input,
    (next) => client.send(BulkPublish, next),
    async () => {
      // Resending over an older success is safe: AWS itself refuses a second one within 24 hours.
      const { output } = await client.send(GetBulkPublishDetails, input);
      const running = output.BulkPublishStatus === 'IN_PROGRESS';
      return running ? { was: 'applied', output: input } : { was: 'not applied', next: input };
    },
  );
}

/** DeleteDataset, resent after an ambiguous failure only if the dataset is still there. */
export function deleteDataset(client: CognitoSync, input: DatasetOfIdentity): Promise<Outcome<DatasetAnswer>> {
  return sendOrFind<DatasetOfIdentity, DatasetAnswer>(
    client,
    input,
    (next) => client.send(DeleteDataset, next),
    async () => {
      try {
        await client.send(DescribeDataset, input);
        return { was: 'not applied', next: input };
      } catch (error) {
        if (!(error instanceof ConnectorError) || error.name !== 'ResourceNotFoundException') throw error;
        const { IdentityId, DatasetName } = input;
        return { was: 'applied', output: { Dataset: { IdentityId, DatasetName } } };
      }
    },
  );
}
