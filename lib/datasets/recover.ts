import type { Answer, Trace } from '../aws/call';
import type { CognitoSync } from '../cognito-sync/client';
import type {
  BulkPublishResponse,
  Dataset,
  DatasetAnswer,
  DatasetOfIdentity,
  GetBulkPublishDetailsResponse,
  Pool,
  UpdateRecordsRequest,
  UpdateRecordsResponse,
} from '../cognito-sync/model';
import type { Operation } from '../cognito-sync/operation';
import { BulkPublish, DeleteDataset, DescribeDataset, GetBulkPublishDetails } from '../cognito-sync/operations';
import { ConnectorError } from '../error';
import { isUnclear, mayStillArrive, outcomeUnknown, type Outcome } from './outcome';
import { WriteSession } from './write-session';

/**
 * The operations whose repetition is not the same as one call. After an unclear failure it is found out first what happened,
 * and what cannot be found out ends as `OutcomeUnknown`.
 */

/**
 * UpdateRecords: what was unclear is sent again only with its own token, with which it can take effect once.
 * @throws ConnectorError, `ResourceConflictException` when somebody else wrote one of the keys meanwhile, `OutcomeUnknown`
 */
export async function updateRecords(
  client: CognitoSync,
  { SyncSessionToken, ...request }: UpdateRecordsRequest,
): Promise<Outcome<UpdateRecordsResponse>> {
  const session = new WriteSession(client, request, { token: SyncSessionToken });
  const written = await session.write(request);
  if (written.was === 'written') return written;
  throw session.final(written.error);
}

/** A call whose effect can be seen from outside: by what there was before it and what there is after it. */
interface Visible<State, Output> {
  /** What was sent, as the beginning of a sentence. */
  readonly sent: string;
  readonly send: () => Promise<Answer<Output>>;
  readonly look: () => Promise<State>;
  /** The refusal of a call that has taken effect before. */
  readonly isRepeated: (error: ConnectorError) => boolean;
  /** Whether the effect is there; undefined when what was seen does not say. */
  readonly hasEffect: (before: State | undefined, after: State) => boolean | undefined;
  readonly output: (before: State | undefined, after: State) => Output;
}

/** What was seen; undefined where nothing could be, for a reason that may be passed over. */
async function seen<State>(
  look: () => Promise<State>,
  mayPass: (error: ConnectorError) => boolean,
): Promise<State | undefined> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof ConnectorError && mayPass(error)) return undefined;
    throw error;
  }
}

/** A permission that is missing, and the like. What another attempt may cure is reported instead: nothing was sent so far. */
const isRefusal = ({ retry }: ConnectorError) => retry === 'never';

/** Sends a call, looks before and after it, and sends it again only while its effect is not there. */
async function sendVisibly<State, Output>(
  client: CognitoSync,
  { sent, send, look, isRepeated, hasEffect, output }: Visible<State, Output>,
): Promise<Outcome<Output>> {
  const unknown = (failure: ConnectorError) => outcomeUnknown(failure, sent, 'look before sending it again');
  const before = client.retries > 0 ? await seen(look, isRefusal) : undefined;
  let pending: ConnectorError | undefined;
  let unclear: ConnectorError | undefined;
  for (let attempt = 1; ; attempt++) {
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      if (isUnclear(error)) unclear = error;
      if (isUnclear(error) && mayStillArrive(error)) pending = error;
      if (client.retries === 0) throw unclear ? unknown(unclear) : error;
      if (!unclear && !isRepeated(error)) throw error;
      if (isUnclear(error)) await client.backOff(attempt);
      const after = await seen(look, () => true);
      const effect = after === undefined ? undefined : hasEffect(before, after);
      // A refusal alone, with nothing to compare it with, is what it says.
      if (after !== undefined && effect && (unclear || before !== undefined)) {
        const trace: Trace = { requestId: error.requestId, attempts: attempt, durationMs: 0, length: 0 };
        return { output: output(before, after), trace, recovered: true };
      }
      if (!unclear) throw before === undefined || effect === false ? error : unknown(error);
      if (effect === undefined) throw unknown(unclear);
      if (!isUnclear(error) || attempt > client.retries) throw pending ? unknown(pending) : error;
    }
  }
}

/** A bulk publication by when it began; null for none so far. */
type Publication = GetBulkPublishDetailsResponse;

/**
 * BulkPublish: a publication counts as its own only if it began after the call.
 * @throws ConnectorError; `OutcomeUnknown`
 */
export function bulkPublish(client: CognitoSync, input: Pool): Promise<Outcome<BulkPublishResponse>> {
  return sendVisibly<Publication, BulkPublishResponse>(client, {
    sent: `the publication of pool ${input.IdentityPoolId}`,
    send: () => client.send(BulkPublish, input),
    look: async () => (await client.send(GetBulkPublishDetails, input)).output,
    isRepeated: ({ name }) => name === 'DuplicateRequestException' || name === 'AlreadyStreamedException',
    hasEffect: (before, after) => before && before.BulkPublishStartTime !== after.BulkPublishStartTime,
    output: () => input,
  });
}

const isNotFound = (error: unknown) => error instanceof ConnectorError && error.name === 'ResourceNotFoundException';

/**
 * DeleteDataset: what was made anew after the call is another dataset, as its date of creation shows, and stays.
 * @throws ConnectorError; `OutcomeUnknown`
 */
export function deleteDataset(client: CognitoSync, input: DatasetOfIdentity): Promise<Outcome<DatasetAnswer>> {
  const { IdentityId, DatasetName } = input;
  return sendVisibly<Dataset | 'none', DatasetAnswer>(client, {
    sent: `the deletion of dataset ${DatasetName} of ${IdentityId}`,
    send: () => client.send(DeleteDataset, input),
    look: async () => {
      try {
        return (await client.send(DescribeDataset, input)).output.Dataset ?? {};
      } catch (error) {
        if (isNotFound(error)) return 'none';
        throw error;
      }
    },
    isRepeated: isNotFound,
    hasEffect: (before, after) => {
      if (after === 'none') return before !== 'none';
      if (before === undefined || before === 'none' || !before.CreationDate) return undefined;
      return before.CreationDate !== after.CreationDate;
    },
    output: (before) => ({ Dataset: before && before !== 'none' ? before : { IdentityId, DatasetName } }),
  });
}

/**
 * Sends an operation that has no way to find out what happened. Where repeating it is not the same as one call, no unclear
 * failure asks for another attempt.
 * @throws ConnectorError
 */
export async function sendOnce<Input extends object, Output extends object>(
  client: CognitoSync,
  operation: Operation<Input, Output>,
  input: Input,
): Promise<Outcome<Output>> {
  try {
    return await client.send(operation, input);
  } catch (error) {
    if (operation.idempotent || !isUnclear(error)) throw error;
    const { name, text: message, status, requestId } = error;
    throw new ConnectorError(name, { operation: operation.name, message, status, requestId });
  }
}
