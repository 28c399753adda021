import { startServer } from '../../server';
import { defaultPool } from '../../server/options';

/** The local server in a process of its own, with a limit of calls a second that its parent sets. */

export interface Limit {
  /** 0 lets none in. */
  readonly perSecond: number;
}

async function serve(): Promise<void> {
  const server = await startServer();
  const ids = server.seed({ identities: 300, datasetsPerIdentity: 1, recordsPerDataset: 5 });
  process.on('message', ({ perSecond }: Limit) => {
    server.rateLimits.set(perSecond > 0 ? { perSecond } : { perSecond: Number.MIN_VALUE, burst: 1 });
    process.send?.('set');
  });
  process.on('disconnect', () => process.exit(0));
  process.send?.({ endpoint: server.endpoint, pool: defaultPool('us-east-1'), identity: ids[0] });
}

if (require.main === module) void serve();
