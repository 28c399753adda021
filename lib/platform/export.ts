import type { CognitoIdentity } from '../cognito-identity/client';
import { ListIdentities } from '../cognito-identity/model';
import { ListDatasets } from '../cognito-sync/operations';
import { DEFAULT_CONCURRENCY, type ExportInput } from '../export/input';
import { closingBody, exportMessages, withoutOversize, type Closing, type ExportMessage } from '../export/messages';
import { messagesOfPass, ofPass, type PassId } from '../export/passes';
import {
  exportPool,
  type ExportCursor,
  type ExportedIdentity,
  type ExportFilter,
  type ExportSource,
} from '../export/read-pool';
import { noTotals, withIdentity, type ExportTotals } from '../export/totals';
import { isTicked } from './input';
import type { Envelope } from './message';
import { largestBodyBytes } from './message-size';
import { oneBehind } from './one-behind';
import type { Step } from './step';

/** AWS lists at most 60 identities on a page. */
const IDENTITIES_PER_PAGE = 60;
/** Messages after which progress is reported, at the end of an identity; about a second's at the platform's rate. */
const MESSAGES_BETWEEN_CHECKPOINTS = 100;

/** Reads the pages of the identities of a pool, by their tokens. */
export function identitiesOf(client: CognitoIdentity, IdentityPoolId: string): ExportSource['identities'] {
  return async (NextToken) => {
    const page = { IdentityPoolId, MaxResults: IDENTITIES_PER_PAGE, ...(NextToken === undefined ? {} : { NextToken }) };
    const { output } = await client.send(ListIdentities, page);
    const ids = (output.Identities ?? []).flatMap(({ IdentityId }) => IdentityId ?? []);
    return { ids, NextToken: output.NextToken };
  };
}

/** The pool of a step, to be exported. */
export function exportSource({ client, identityClient }: Step, IdentityPoolId: string): ExportSource {
  const identities = identitiesOf(identityClient({ quiet: true }), IdentityPoolId);
  return { client: client({ quiet: true }), IdentityPoolId, identities };
}

/**
 * The time by AWS's clock, epoch ms: ours may be off, and what is modified is dated by theirs. Asks for next to nothing,
 * by an operation that the export calls anyway.
 */
export async function serverTime(
  { client, identityClient }: Step,
  { IdentityPoolId, IdentityIds: [IdentityId] = [] }: ExportInput,
): Promise<number> {
  const { trace } = IdentityId
    ? await client().send(ListDatasets, { IdentityPoolId, IdentityId, MaxResults: 1 })
    : await identityClient().send(ListIdentities, { IdentityPoolId, MaxResults: 1 });
  return Date.parse(trace.date ?? '') || Date.now();
}

/** How far an export has come. */
export interface ExportProgress {
  readonly cursor: ExportCursor;
  readonly totals: ExportTotals;
  /** The token of the cursor was refused once, so that the export began anew. */
  readonly restarted?: true;
}

export interface ExportRun {
  readonly source: ExportSource;
  readonly input: ExportInput;
  readonly filter: ExportFilter;
  readonly from: ExportProgress;
  /** See `Envelope.origin`. */
  readonly origin?: string;
  /** Of a pass that reports what is still there. */
  readonly passId?: PassId | undefined;
  /** Called after identities whose messages have all been emitted, about once a second. */
  readonly checkpoint?: (progress: ExportProgress) => Promise<void>;
  /** Whether to stop after an identity, given the number of identities of this run. */
  readonly isEnough?: (identities: number, progress: ExportProgress) => boolean;
}

/** The messages of an identity, by the granularity of the run and as those of its pass. */
function messagesOf({ source, input, filter, passId }: ExportRun, identity: ExportedIdentity, limit: number) {
  const { IdentityPoolId } = source;
  const { Granularity: granularity = 'record' } = input;
  const messages = exportMessages(IdentityPoolId, identity, { granularity, since: filter.since, limit });
  return passId === undefined ? messages : messagesOfPass(passId, IdentityPoolId, identity, messages);
}

/**
 * Emits the messages of an export until its end, or until it is enough, and returns how far it came. The totals go to the
 * log at the end, and into the headers of the last message unless a checkpoint came after it.
 * @throws ConnectorError, after which the export can go on from the last checkpoint
 */
// eslint-disable-next-line max-lines-per-function -- one loop, with what it counts
export async function runExport(
  { emit, log, name }: Step,
  run: ExportRun,
): Promise<{ readonly progress: ExportProgress; readonly isComplete: boolean }> {
  const { source, input, filter, from, origin, passId, checkpoint, isEnough } = run;
  const { Concurrency: concurrency = DEFAULT_CONCURRENCY } = input;
  const limit = largestBodyBytes(process.env);
  let progress = from;
  let identities = 0;
  let messages = 0;
  let messagesAtCheckpoint = 0;
  const { put, release } = oneBehind(({ body, ...envelope }: ExportMessage, totals?: ExportTotals) =>
    emit(body, { ...envelope, origin, totals }),
  );
  const restarted = () => {
    log(`${name}: AWS no longer takes the token of the page where the export stopped, so it begins anew`);
    progress = { cursor: {}, totals: noTotals, restarted: true };
  };
  const wanted = { ...filter, wholeAfterDeletion: passId !== undefined };
  for await (const read of exportPool(source, wanted, from.cursor, { concurrency, restarted })) {
    const identity = withoutOversize(read, limit);
    for (const message of messagesOf(run, identity, limit)) {
      await put(message);
      messages++;
    }
    identities++;
    const { next } = identity;
    progress = { ...progress, cursor: next ?? progress.cursor, totals: withIdentity(progress.totals, identity) };
    if (!next) break;
    if (isEnough?.(identities, progress)) {
      await release();
      return { progress, isComplete: false };
    }
    if (next.after === undefined || messages - messagesAtCheckpoint >= MESSAGES_BETWEEN_CHECKPOINTS) {
      messagesAtCheckpoint = messages;
      await release();
      await checkpoint?.(progress);
    }
  }
  await release(progress.totals);
  log(`${name}: the export is complete: ${JSON.stringify(progress.totals)}`);
  return { progress, isComplete: true };
}

/** What the closing message is of, and what distinguishes it. */
interface ClosingOptions extends Pick<Envelope, 'item' | 'origin'> {
  readonly passId: PassId | undefined;
}

/** Emits the closing message of an export: of each pass, and elsewhere where the step asks for one. */
export async function emitClosing(
  { emit, cfg }: Step,
  closing: Closing,
  { passId, item, origin }: ClosingOptions,
): Promise<void> {
  if (passId === undefined && !isTicked(cfg, 'emitSummary')) return;
  const message = { body: closingBody(closing), item, length: 0 };
  const { body, ...envelope } = passId === undefined ? message : ofPass(passId, message);
  await emit(body, { ...envelope, origin });
}
