import { cognitoIdentity } from '../../lib/cognito-identity/client';
import { cognitoSync } from '../../lib/cognito-sync/client';
import { exportPool as readPool, type ExportCursor } from '../../lib/export/read-pool';
import { noTotals, withIdentity, type ExportTotals } from '../../lib/export/totals';
import { connectionOf } from '../../lib/platform/connection';
import { retryPolicy } from '../../lib/platform/retry-policy';
import { identitiesOf } from '../../lib/platform/export';
import type { Progress } from '../protocol';
import type { ChildEvent } from './main';
import type { Job } from './job';

/** Where an export goes on. */
export interface ExportPlace {
  readonly cursor: ExportCursor;
  readonly totals: ExportTotals;
}

const REPORT_MS = 100;
const CONCURRENCY = 4;

/** Reads a pool as `npm run export` does, and reports how far it has come and, for a resume, where it is. */
export async function exportPool(
  { cfg, snapshot }: Job,
  { send, now }: { send: (event: ChildEvent) => unknown; now: () => number },
): Promise<void> {
  const IdentityPoolId = String(cfg['IdentityPoolId']);
  const { region, endpointOf, credentials } = connectionOf(cfg, 'export', { poolId: IdentityPoolId });
  const common = { region, credentials, policy: retryPolicy() };
  const source = {
    IdentityPoolId,
    client: cognitoSync({ ...common, endpoint: endpointOf('cognito-sync') }),
    identities: identitiesOf(cognitoIdentity({ ...common, endpoint: endpointOf('cognito-identity') }), IdentityPoolId),
  };
  let { cursor, totals } = (snapshot as ExportPlace | undefined) ?? { cursor: {}, totals: noTotals };
  const restarted = () => (totals = noTotals);
  let reported = -REPORT_MS;
  const report = () => {
    const { Identities, Datasets, Records, Bytes } = totals;
    const progress: Progress = {
      ms: now(),
      identities: Identities,
      datasets: Datasets,
      records: Records,
      bytes: Bytes,
    };
    send({ type: 'progress', progress });
    send({ type: 'emit', event: 'snapshot', payload: { cursor, totals }, ms: now() });
  };
  for await (const read of readPool(source, {}, cursor, { concurrency: CONCURRENCY, restarted })) {
    totals = withIdentity(totals, read);
    if (!read.next) break;
    cursor = read.next;
    if (now() - reported < REPORT_MS) continue;
    reported = now();
    report();
  }
  report();
}
