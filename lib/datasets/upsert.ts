import type { Trace } from '../aws/call';
import type { CognitoSync } from '../cognito-sync/client';
import type { RecordPatch } from '../cognito-sync/model';
import { ListDatasets } from '../cognito-sync/operations';
import { invalidInput } from '../error';
import { quotas } from './quotas';
import type { UpsertRecordsInput, WantedValues } from './upsert-input';
import { wholeDataset, type WholeDataset } from './whole-dataset';
import { WriteSession, type Written } from './write-session';

/** What became of one key. */
export type RecordOutcome = 'created' | 'updated' | 'removed' | 'unchanged' | 'keptRemote';

export interface UpsertRecordsOutput {
  IdentityPoolId: string;
  IdentityId: string;
  DatasetName: string;
  /** After the write; the present one where nothing was written. */
  DatasetSyncCount: number;
  /** False when there was nothing to change, so that no write was made. */
  Written: boolean;
  /** Somebody else wrote to the dataset between our reading and our writing. */
  OthersWrote: boolean;
  Records: { Key: string; Outcome: RecordOutcome; SyncCount: number }[];
  /** Datasets that a merge of identities left beside this one. */
  MergedDatasetNames?: string[];
}

export interface Upserted {
  readonly output: UpsertRecordsOutput;
  /** Of the write; absent when none was made. */
  readonly trace?: Trace;
  readonly recovered?: boolean;
}

/** What to write to bring a dataset from what it holds to what is wanted. */
export interface Plan {
  readonly patches: readonly RecordPatch[];
  readonly outcomes: ReadonlyMap<string, RecordOutcome>;
}

const NAME = 'UpsertRecords';
/** Conflicts are ordinary when several flows write the same key; each round loses to at least one successful writer. */
const MAX_CONFLICTS = 5;

/** The keys that shall change: in `replace` mode also those that the dataset holds beyond the wanted ones. */
function targets({ Records, Mode }: UpsertRecordsInput, dataset: WholeDataset): WantedValues {
  if (Mode !== 'replace') return Records;
  const surplus = [...dataset.records.values()].flatMap(({ Key, Value }) =>
    Key !== undefined && Value !== undefined && !Records.has(Key) ? [[Key, null] as const] : [],
  );
  return new Map([...Records, ...surplus]);
}

/**
 * Compares what is wanted with what a dataset holds; pure. Each patch carries its own key's sync count; what is as wanted
 * already is left out.
 * @param isKept says which keys somebody else has written and that shall stay as they are
 */
export function plan(
  input: UpsertRecordsInput,
  dataset: WholeDataset,
  isKept: (key: string) => boolean = () => false,
): Plan {
  const patches: RecordPatch[] = [];
  const outcomes = new Map<string, RecordOutcome>();
  for (const [Key, Value] of targets(input, dataset)) {
    const record = dataset.records.get(Key);
    const present = record?.Value ?? null;
    const SyncCount = record?.SyncCount ?? 0;
    if (Value === present) outcomes.set(Key, 'unchanged');
    else if (isKept(Key)) outcomes.set(Key, 'keptRemote');
    else {
      outcomes.set(Key, Value === null ? 'removed' : present === null ? 'created' : 'updated');
      patches.push(Value === null ? { Op: 'remove', Key, SyncCount } : { Op: 'replace', Key, Value, SyncCount });
    }
  }
  return { patches, outcomes };
}

/** What AWS would refuse as LimitExceededException is refused before anything is sent. */
async function refuseOverQuota(
  client: CognitoSync,
  input: UpsertRecordsInput,
  dataset: WholeDataset,
  { patches }: Plan,
) {
  const { maxRecords, maxDatasetBytes, maxDatasets } = quotas();
  const after = new Map<string, string>();
  for (const { Key, Value } of dataset.records.values())
    if (Key !== undefined && Value !== undefined) after.set(Key, Value);
  for (const { Key, Value } of patches) {
    if (Value === undefined) after.delete(Key);
    else after.set(Key, Value);
  }
  if (after.size > maxRecords) {
    throw invalidInput(
      NAME,
      `Records would leave ${after.size} records in the dataset; it holds at most ${maxRecords}`,
    );
  }
  let bytes = 0;
  for (const [key, value] of after) bytes += Buffer.byteLength(key) + Buffer.byteLength(value);
  if (bytes > maxDatasetBytes) {
    throw invalidInput(NAME, `Records would leave ${bytes} bytes in the dataset; it holds at most ${maxDatasetBytes}`);
  }
  if (dataset.exists) return;
  const { IdentityPoolId, IdentityId } = input;
  const { output } = await client.send(ListDatasets, { IdentityPoolId, IdentityId, MaxResults: maxDatasets + 1 });
  const count = output.Datasets?.length ?? 0;
  if (count >= maxDatasets) {
    throw invalidInput(
      NAME,
      `DatasetName would add a dataset to the ${count} of this identity; it has at most ${maxDatasets}`,
    );
  }
}

/** Where an upsert stands: what it saw first, what it sees now, and what it means to do about it. */
interface Round {
  readonly input: UpsertRecordsInput;
  readonly seen: WholeDataset;
  readonly current: WholeDataset;
  readonly planned: Plan;
  readonly conflicts: number;
}

/** What was written; undefined where there was nothing to write. */
type Writing = Extract<Written, { was: 'written' }> | undefined;

/** After the write. One counts up at least, even if the answer does not say so. */
function syncCountAfter({ current, planned }: Round, writing: Writing): number {
  if (!writing) return current.syncCount;
  if (writing.found) return writing.found.syncCount;
  const counts = new Map((writing.output.Records ?? []).map(({ Key, SyncCount }) => [Key, SyncCount]));
  return Math.max(current.syncCount + 1, ...planned.patches.map(({ Key }) => counts.get(Key) ?? 0));
}

function outputOf(round: Round, writing: Writing): UpsertRecordsOutput {
  const { input, seen, current, planned, conflicts } = round;
  const { IdentityPoolId, IdentityId, DatasetName } = input;
  const DatasetSyncCount = syncCountAfter(round, writing);
  const counts = new Map((writing?.output.Records ?? []).map(({ Key, SyncCount }) => [Key, SyncCount]));
  return {
    IdentityPoolId,
    IdentityId,
    DatasetName,
    DatasetSyncCount,
    Written: writing !== undefined,
    // A dataset that is not there shows count 0, but goes on counting when it is made again.
    OthersWrote: seen.exists ? DatasetSyncCount !== seen.syncCount + (writing ? 1 : 0) : conflicts > 0,
    Records: Array.from(planned.outcomes, ([Key, Outcome]) => ({
      Key,
      Outcome,
      SyncCount: counts.get(Key) ?? current.records.get(Key)?.SyncCount ?? 0,
    })),
    ...(current.mergedDatasetNames.length > 0 ? { MergedDatasetNames: [...current.mergedDatasetNames] } : {}),
  };
}

/**
 * Brings records of a dataset to the wanted values: reads the dataset, leaves out what is as wanted already, writes the
 * rest in one call, and begins anew, at most 5 times, when somebody else writes the same keys meanwhile. All its attempts
 * share one session, so that at most one of them takes effect. Repeating it with the same input changes nothing.
 * @throws ConnectorError `InvalidInput` when AWS's quotas would be exceeded; `ResourceConflictException` when others keep
 * writing the same keys, or at once where `OnConflict` is `fail`; `OutcomeUnknown` when no answer came and none can be found
 */
export async function upsertRecords(client: CognitoSync, input: UpsertRecordsInput): Promise<Upserted> {
  const { IdentityPoolId, IdentityId, DatasetName, OnConflict = 'overwrite' } = input;
  const where = { IdentityPoolId, IdentityId, DatasetName };
  let listedAt = client.now();
  const seen = await wholeDataset(client, where);
  let current = seen;
  let session = new WriteSession(client, where, { token: seen.syncSessionToken, listedAt });
  for (let conflicts = 0; ; conflicts++) {
    const now = current;
    const changedSince = (key: string) => now.records.get(key)?.SyncCount !== seen.records.get(key)?.SyncCount;
    const planned = plan(input, now, OnConflict === 'keepRemote' ? changedSince : undefined);
    const round: Round = { input, seen, current, planned, conflicts };
    if (planned.patches.length === 0) return { output: outputOf(round, undefined) };

    await refuseOverQuota(client, input, current, planned).catch((error: unknown) => {
      throw session.final(error);
    });
    const written = await session.write({ ...where, RecordPatches: [...planned.patches] });
    if (written.was === 'written') {
      const { trace, recovered = false } = written;
      return { output: outputOf(round, written), trace, recovered };
    }
    const { was, error, dataset } = written;
    if (conflicts === MAX_CONFLICTS || (was === 'conflict' && OnConflict === 'fail')) throw session.final(error);
    current = dataset;
    if (was === 'conflict') continue;
    // The dataset was read just now, with a token of its own.
    listedAt = client.now();
    session = new WriteSession(client, where, { token: dataset.syncSessionToken, listedAt });
  }
}
