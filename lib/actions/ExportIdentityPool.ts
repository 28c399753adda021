import { exportInput } from '../export/input';
import { passIdOf } from '../export/passes';
import { noTotals } from '../export/totals';
import { emitClosing, exportSource, runExport } from '../platform/export';
import { isTicked } from '../platform/input';
import { step } from '../platform/step';
import { readInput } from '../shape';

/** Emits all that a pool holds and, where the step asks for it, a closing message with totals. */
export const process = step('ExportIdentityPool', async (current) => {
  const input = readInput(current.name, exportInput, current.input);
  const { IdentityPoolId, IdentityIds, DatasetNames, ModifiedSince } = input;
  const since = ModifiedSince === undefined ? undefined : ModifiedSince * 1000;
  const startedAt = Date.now();
  const passId = isTicked(current.cfg, 'reportPresence') ? passIdOf(startedAt) : undefined;
  const { progress } = await runExport(current, {
    source: exportSource(current, IdentityPoolId),
    input,
    filter: { IdentityIds, DatasetNames, since },
    from: { cursor: {}, totals: noTotals },
    passId,
  });
  const { totals } = progress;
  await emitClosing(current, { IdentityPoolId, startedAt, since, totals }, { passId, item: 'summary' });
});

export { identityPools } from '../platform/drop-down';
