import { EXPORT_MEMBERS, exportInput, type ExportInput } from '../export/input';
import { isPassId, passIdOf, type PassId } from '../export/passes';
import { isCursor, type ExportCursor } from '../export/read-pool';
import { isTotals, noTotals, type ExportTotals } from '../export/totals';
import {
  emitClosing,
  exportSource,
  runExport,
  serverTime,
  type ExportProgress,
  type ExportRun,
} from '../platform/export';
import { isTicked } from '../platform/input';
import { deterministicId } from '../platform/message';
import { isObject } from '../shape';
import {
  fitsSnapshot,
  SAMPLE_SIZE,
  settingsOf,
  snapshotFor,
  trigger,
  wholeNumberOf,
  type Polling,
} from '../platform/trigger';

/** What is saved between runs: when the last complete pass began, and how far the present one has come. */
interface Snapshot {
  readonly IdentityPoolId: string;
  readonly filters: string;
  /** Epoch ms, by AWS's clock. */
  readonly since?: number;
  /** Of the last complete pass that reported what is still there. */
  readonly passId?: PassId;
  readonly pass?: {
    /** Where it reports what is still there. */
    readonly id?: PassId;
    /** Epoch ms, by AWS's clock. */
    readonly startedAt: number;
    readonly cursor: ExportCursor;
    readonly totals: ExportTotals;
    readonly restarted?: true;
  };
}

/** The clocks of AWS's services may differ a little, and a write may show late: what lies within is emitted again. */
const MARGIN_MS = 5 * 60_000;
const LAST_DATE_MS = 8.64e15;
/** Identities that a sample looks through. */
const SAMPLE_IDENTITIES = 120;

const isTime = (value: unknown) => typeof value === 'number' && Math.abs(value) <= LAST_DATE_MS;

/** Whether the members beside the place are what an export can go on from. */
function isSnapshot({ since, passId, pass }: { readonly [member: string]: unknown }): boolean {
  if (since !== undefined && !isTime(since)) return false;
  if (passId !== undefined && !isPassId(passId)) return false;
  if (pass === undefined) return true;
  if (!isObject(pass) || (pass['id'] !== undefined && !isPassId(pass['id']))) return false;
  return isTime(pass['startedAt']) && isCursor(pass['cursor']) && isTotals(pass['totals']);
}

const latest = (...times: (number | undefined)[]) => {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
};

const filtersOf = ({ IdentityIds, DatasetNames, ModifiedSince }: ExportInput) =>
  deterministicId(JSON.stringify([IdentityIds, DatasetNames, ModifiedSince]));

/** Emits the first messages of an export. */
async function emitSample(polling: Polling, run: ExportRun): Promise<void> {
  let left = SAMPLE_SIZE;
  const emit: Polling['emit'] = async (body, envelope) => (left-- > 0 ? polling.emit(body, envelope) : undefined);
  const isEnough = (identities: number) => left <= 0 || identities === SAMPLE_IDENTITIES;
  await runExport({ ...polling, emit }, { ...run, isEnough });
}

/** Emits everything in a pool on the first pass, and on each later one what was modified since the one before. */
// eslint-disable-next-line max-lines-per-function -- the order in which things are read, emitted and saved is what it promises
export const process = trigger('GetNewAndUpdatedRecordsOfIdentityPool', async (polling) => {
  const input = settingsOf(polling, EXPORT_MEMBERS, exportInput);
  const { IdentityPoolId, IdentityIds, DatasetNames, ModifiedSince } = input;
  const chosenSince = ModifiedSince === undefined ? undefined : ModifiedSince * 1000;
  const source = exportSource(polling, IdentityPoolId);
  const common = { source, input, origin: IdentityPoolId };
  const reportsPresence = isTicked(polling.cfg, 'reportPresence');
  const beginning: ExportProgress = { cursor: {}, totals: noTotals };

  if (polling.isSample) {
    const passId = reportsPresence ? passIdOf(Date.now()) : undefined;
    const filter = { IdentityIds, DatasetNames, since: chosenSince };
    return emitSample(polling, { ...common, filter, from: beginning, passId });
  }

  const place = { IdentityPoolId, filters: filtersOf(input) };
  const saved = snapshotFor<Snapshot>(polling, place, isSnapshot);
  const since = latest(chosenSince, saved?.since === undefined ? undefined : saved.since - MARGIN_MS);
  // A pass that began without reporting what is there cannot say it for the whole pool.
  const pass = reportsPresence && saved?.pass?.id === undefined ? undefined : saved?.pass;
  const passId = reportsPresence ? (pass?.id ?? passIdOf(Date.now(), saved?.passId)) : undefined;
  const startedAt = pass?.startedAt ?? (await serverTime(polling, input));
  const most = wholeNumberOf(polling, 'maxIdentitiesPerRun') ?? Infinity;
  const snapshotAt = (progress: ExportProgress): Snapshot => ({
    ...place,
    ...(saved?.since === undefined ? {} : { since: saved.since }),
    ...(saved?.passId === undefined ? {} : { passId: saved.passId }),
    pass: { startedAt, ...progress, ...(passId === undefined ? {} : { id: passId }) },
  });
  const checkpoint = async (progress: ExportProgress) => {
    const next = snapshotAt(progress);
    if (fitsSnapshot(next)) return polling.saveSnapshot(next);
    polling.log(`${polling.name}: the token of AWS's page is too long for a snapshot, so a crash would repeat more`);
  };
  // What a first pass emits before it breaks off may be gone when the next run looks, which must know since when to ask.
  if (!pass) await checkpoint(beginning);
  const { progress, isComplete } = await runExport(polling, {
    ...common,
    filter: { IdentityIds, DatasetNames, since },
    from: pass ?? beginning,
    passId,
    checkpoint,
    // Where a place cannot be saved, or AWS refuses old tokens, a pass in small steps would begin anew for ever.
    isEnough: (identities, progress) => identities >= most && !progress.restarted && fitsSnapshot(snapshotAt(progress)),
  });
  if (!isComplete) return checkpoint(progress);
  const closing = { IdentityPoolId, startedAt, since, totals: progress.totals };
  await emitClosing(polling, closing, { passId, item: `summary ${startedAt}`, origin: IdentityPoolId });
  await polling.saveSnapshot({ ...place, since: startedAt, ...(passId === undefined ? {} : { passId }) });
});

export { identityPools } from '../platform/drop-down';
