import type { Trace } from '../aws/call';
import type { CognitoSync } from '../cognito-sync/client';
import type {
  DatasetOfIdentity,
  Record,
  RecordPatch,
  UpdateRecordsRequest,
  UpdateRecordsResponse,
} from '../cognito-sync/model';
import { ListRecords, UpdateRecords } from '../cognito-sync/operations';
import { ConnectorError } from '../error';
import { isConflict, isUnclear, mayStillArrive, outcomeUnknown, type Outcome } from './outcome';
import { expirationOf, TOKEN_LIFETIME_MS } from './sync-token';
import { wholeDataset, withRemoved, type WholeDataset } from './whole-dataset';

/*
 * A SyncSessionToken is good for one write, so it is that write's idempotency key: however often the write is sent with it,
 * and however late an attempt arrives, it counts once. After an unclear failure the token is asked, by listing with it,
 * whether it has been used up. docs/decisions/0012 says what of that AWS documents and what is assumed.
 */

/** The members of a write beside its token. */
export type Write = Omit<UpdateRecordsRequest, 'SyncSessionToken'>;

/** What has become of a write. */
export type Written =
  | (Outcome<UpdateRecordsResponse> & {
      readonly was: 'written';
      /** As it was found afterwards, where the answer was lost and the dataset could be read. */
      readonly found?: WholeDataset | undefined;
    })
  /** Somebody else wrote one of the keys first. The token is still good for a write that takes that into account. */
  | { readonly was: 'conflict'; readonly error: ConnectorError; readonly dataset: WholeDataset }
  /** The token is no longer good, and the write did not take effect. */
  | { readonly was: 'lapsed'; readonly error: ConnectorError; readonly dataset: WholeDataset };

/** Where a token comes from. */
export interface SessionOptions {
  readonly token: string;
  /** Whether this very operation got the token for itself, and when it asked for it, in epoch ms by the client's clock. */
  readonly listedAt?: number;
}

/** AWS's words for a token that is used up, has ended, or belongs to another dataset. */
const isNotGood = (error: unknown): error is ConnectorError =>
  error instanceof ConnectorError && error.status === 400 && error.text.includes('SyncSessionToken');

/** AWS's `Date` has whole seconds, and its servers' clocks are not quite the same. */
const MARGIN_MS = 5_000;

/** What a dataset would show of a patch that took effect and was not written over since. */
function isShown({ Op, SyncCount, Value }: RecordPatch, record: Record | undefined): boolean {
  if (record?.SyncCount === undefined || record.SyncCount <= SyncCount) return false;
  return Op === 'remove' ? record.Value === undefined : record.Value === Value;
}

const SHOWN_KEYS = 5;
const SHOWN_CHARACTERS = 60;

const countOf = (dataset: WholeDataset, key: string): number => dataset.records.get(key)?.SyncCount ?? 0;

/** The writes of one operation, at most one of which takes effect. */
export class WriteSession {
  /** The latest unclear failure. */
  private unclear: ConnectorError | undefined;
  /** Patches of attempts that may take effect even now. */
  private pending: (readonly RecordPatch[])[] = [];
  /** AWS refused a write as a conflict, and has not shown since that the token survived that. */
  private refused = false;
  private conflicts = 0;
  private latest: readonly RecordPatch[] = [];

  constructor(
    private readonly client: CognitoSync,
    private readonly dataset: DatasetOfIdentity,
    private readonly options: SessionOptions,
  ) {}

  /**
   * Sends a write, and again with the same token while it is unclear whether it took effect.
   * @throws ConnectorError: AWS's, where the write did not take effect; `OutcomeUnknown` where that cannot be known
   */
  async write(request: Write): Promise<Written> {
    const { client } = this;
    this.latest = request.RecordPatches ?? [];
    for (let attempt = 1; ; attempt++) {
      try {
        const answer = await client.send(UpdateRecords, { ...request, SyncSessionToken: this.options.token });
        return { was: 'written', ...answer };
      } catch (error) {
        if (!(error instanceof ConnectorError)) throw error;
        const unclear = isUnclear(error);
        if (unclear) this.note(error);
        if (!this.mayAsk) throw unclear ? this.unknown() : error;
        if (isNotGood(error)) return this.judge(error);
        if (isConflict(error)) return this.afterConflict(error);
        if (!this.unclear) throw error;
        if (unclear && client.retries > 0) await client.backOff(attempt);
        const token = await this.ask();
        if (token instanceof ConnectorError) return this.judge(token);
        if (!unclear || attempt > client.retries) throw token === 'good' ? this.final(error) : this.unknown();
      }
    }
  }

  /** An error that ends the operation, or `OutcomeUnknown` where one of its writes may take effect even now. */
  final(error: unknown): unknown {
    return this.pending.length > 0 && error instanceof ConnectorError ? this.unknown() : error;
  }

  /** A step that does not retry makes no further calls either, but for the reads that belong to it. */
  private get mayAsk(): boolean {
    return this.client.retries > 0 || this.options.listedAt !== undefined;
  }

  private note(failure: ConnectorError): void {
    this.unclear = failure;
    if (mayStillArrive(failure)) this.pending.push(this.latest);
  }

  /** Asks whether the token is good: what AWS says when it is not; `no answer` when the question gets none. */
  private async ask(): Promise<ConnectorError | 'good' | 'no answer'> {
    const { IdentityPoolId, IdentityId, DatasetName } = this.dataset;
    const where = { IdentityPoolId, IdentityId, DatasetName };
    try {
      await this.client.send(ListRecords, { ...where, MaxResults: 1, SyncSessionToken: this.options.token });
      this.refused = false;
      return 'good';
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      return isNotGood(error) ? error : 'no answer';
    }
  }

  /** A conflict is one only while the token is good: where it is used up, the own write took effect first. */
  private async afterConflict(error: ConnectorError): Promise<Written> {
    const { client, dataset } = this;
    const keys = this.latest.map(({ Key }) => Key);
    this.refused = true;
    await client.backOff(++this.conflicts);
    let whole: WholeDataset;
    try {
      whole = await wholeDataset(client, dataset, 0, this.options.token);
    } catch (failure) {
      if (isNotGood(failure)) return this.judge(failure);
      throw this.unclear ? this.unknown() : error;
    }
    this.refused = false;
    // An attempt that names a count of a record cannot catch up with the record's present one; one that names none can, after
    // a deletion of the dataset.
    this.pending = this.pending.filter((patches) => patches.every(({ SyncCount }) => SyncCount === 0));
    return { was: 'conflict', error, dataset: await withRemoved(client, dataset, whole, keys) };
  }

  /**
   * What a token says that is no longer good: that the write took effect, unless the dataset refutes it, or the token may
   * have ended by age, or a conflict may have used it up.
   */
  private async judge(refusal: ConnectorError): Promise<Written> {
    const patches = this.latest;
    const found = await this.read();
    if (!found) {
      if (!this.unclear || this.refused || !this.isYoung(undefined)) throw this.unknown(refusal);
      return this.recovered(refusal, undefined);
    }
    if (await this.isRefuted(patches, found)) {
      this.pending = [];
      return { was: 'lapsed', error: refusal, dataset: found };
    }
    const shown = patches.every((patch) => isShown(patch, found.records.get(patch.Key)));
    const isYoung = this.isYoung(found);
    // Nothing of ours was lost, so that only a repetition by the network or the platform could have used the token.
    if (!this.unclear && !isYoung && !shown) return { was: 'lapsed', error: refusal, dataset: found };
    const isOurs = this.unclear !== undefined || this.options.listedAt !== undefined || shown;
    if (!isYoung || this.refused || !isOurs) throw this.unknown(refusal);
    return this.recovered(refusal, found);
  }

  /** The dataset as it is now; undefined where it cannot be read. */
  private async read(): Promise<WholeDataset | undefined> {
    const { client, dataset } = this;
    const known = this.latest.flatMap(({ Key, SyncCount }) => (SyncCount > 0 ? [Key] : []));
    try {
      return await withRemoved(client, dataset, await wholeDataset(client, dataset), known);
    } catch (error) {
      if (error instanceof ConnectorError) return undefined;
      throw error;
    }
  }

  /**
   * Whether a dataset shows that a write did not take effect: a write is of all its patches or none, so that one record
   * which still has the count that the write found says it for all.
   */
  private async isRefuted(patches: readonly RecordPatch[], found: WholeDataset): Promise<boolean> {
    const untouched = patches.filter(({ Key, SyncCount }) => countOf(found, Key) === SyncCount);
    if (untouched.some(({ SyncCount }) => SyncCount > 0)) return true;
    // A record that is not there may have been written and deleted with its dataset.
    if (untouched.length === 0 || !found.exists) return false;
    const changes = await wholeDataset(this.client, this.dataset, 1).catch(() => undefined);
    return changes !== undefined && !changes.deletedSince && untouched.some(({ Key }) => countOf(changes, Key) === 0);
  }

  /** Whether the token has certainly not ended by age. */
  private isYoung(found: WholeDataset | undefined): boolean {
    const { token, listedAt } = this.options;
    const expiration = expirationOf(token);
    if (expiration !== undefined && found?.answeredAt !== undefined) return found.answeredAt + MARGIN_MS < expiration;
    return listedAt !== undefined && this.client.now() - listedAt + MARGIN_MS < TOKEN_LIFETIME_MS;
  }

  /** The answer that was lost, as far as the dataset shows it. */
  private recovered({ requestId }: ConnectorError, found: WholeDataset | undefined): Written {
    const Records = this.latest.map((patch): Record => {
      const record = found?.records.get(patch.Key);
      if (isShown(patch, record)) return record as Record;
      return { Key: patch.Key, ...(patch.Op === 'replace' && patch.Value !== undefined ? { Value: patch.Value } : {}) };
    });
    const trace: Trace = { requestId, attempts: 1, durationMs: 0, length: 0 };
    return { was: 'written', output: { Records }, trace, recovered: true, found };
  }

  private unknown(failure?: ConnectorError): ConnectorError {
    const { IdentityId, DatasetName } = this.dataset;
    const keys = this.latest.slice(0, SHOWN_KEYS).map(({ Key }) => JSON.stringify(Key.slice(0, SHOWN_CHARACTERS)));
    const rest = this.latest.length > SHOWN_KEYS ? ` and ${this.latest.length - SHOWN_KEYS} more` : '';
    return outcomeUnknown(
      (this.unclear ?? failure) as ConnectorError,
      `the write of ${keys.join(', ')}${rest} to dataset ${DatasetName} of ${IdentityId}`,
      'read the dataset before writing again',
    );
  }
}
