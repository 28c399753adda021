import { fork } from 'node:child_process';
import { process as exportToFiles } from '../lib/actions/ExportIdentityPoolToFiles';
import { process as exportTrigger } from '../lib/triggers/GetNewAndUpdatedRecordsOfIdentityPool';
import { startServer } from '../server';
import { DEFAULT_KEY, defaultPool } from '../server/options';
import { objectStorage, type ObjectStorageStub } from '../spec/support/object-storage';

/**
 * `npx ts-node bench/export.ts [identities] [datasets] [records] [granularity]`: exports a pool of a local server, which
 * runs in a process of its own, by the trigger, then once more for what has changed, and prints rates and memory. With
 * `files` as granularity it exports to files, plain and compressed.
 */
const [identities = 100_000, datasetsPerIdentity = 2, recordsPerDataset = 5] = process.argv.slice(2, 5).map(Number);
const granularity = process.argv[5] ?? 'record';
const pool = defaultPool('us-east-1');

async function serve(): Promise<void> {
  // Written a day ago, so that nothing is left to do for the second pass.
  let ago = 86_400_000;
  const server = await startServer({ now: () => Date.now() - ago });
  server.seed({ identities, datasetsPerIdentity, recordsPerDataset });
  ago = 0;
  process.on('message', () => process.send?.({ calls: server.calls() }));
  const { env } = await objectStorage();
  process.send?.({ endpoint: server.endpoint, env });
}

/** Exports to files, and prints their sizes. */
async function measureFiles(cfg: { readonly Compression: string; readonly [field: string]: unknown }): Promise<void> {
  const sizes: number[] = [];
  const emit = (_event: string, payload: unknown) => {
    sizes.push((payload as { body: { Size: number } }).body.Size);
    return Promise.resolve();
  };
  const started = performance.now();
  await exportToFiles.call({ emit }, { id: 'bench', body: {} }, cfg);
  const seconds = Math.round((performance.now() - started) / 100) / 10;
  const peakRssMiB = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(JSON.stringify({ identities, compression: cfg.Compression, seconds, sizes, peakRssMiB }));
}

async function measure(): Promise<void> {
  // A limit of memory is for the export, not for the server, which holds the whole pool.
  const execArgv = process.execArgv.filter((option) => !option.startsWith('--max-'));
  const server = fork(__filename, process.argv.slice(2), { env: { ...process.env, EXPORT_SERVER: '1' }, execArgv });
  const answer = <T>() => new Promise<T>((resolve) => server.once('message', (message) => resolve(message as T)));
  const { endpoint, env } = await answer<{ endpoint: string; env: ObjectStorageStub['env'] }>();
  const calls = async () => {
    const counted = answer<{ calls: number }>();
    server.send('calls');
    return (await counted).calls;
  };
  const cfg = {
    ...DEFAULT_KEY,
    endpoint,
    IdentityPoolId: pool,
    Granularity: granularity,
    Concurrency: '10',
    emitSummary: true,
  };
  if (granularity === 'files') {
    Object.assign(process.env, env);
    for (const Compression of ['none', 'gzip']) await measureFiles({ ...cfg, Compression });
    server.kill();
    return;
  }
  let snapshot: unknown = {};
  for (const pass of ['everything', 'what has changed']) {
    let messages = 0;
    let snapshots = 0;
    let snapshotBytes = 0;
    let totals: unknown;
    const emit = (event: string, payload: unknown) => {
      if (event === 'snapshot') {
        snapshot = payload;
        snapshots++;
        snapshotBytes = Math.max(snapshotBytes, JSON.stringify(payload).length);
      } else {
        messages++;
        const { body } = payload as { body: { Kind: string; Totals?: unknown } };
        if (body.Kind === 'summary') totals = body.Totals;
      }
      return Promise.resolve();
    };
    const before = await calls();
    const started = performance.now();
    const busy = process.cpuUsage();
    await exportTrigger.call({ emit }, { id: 'bench', body: {} }, cfg, snapshot);
    const seconds = (performance.now() - started) / 1000;
    const cpu = process.cpuUsage(busy);
    const requests = (await calls()) - before;
    const records = identities * datasetsPerIdentity * recordsPerDataset;
    console.log(
      JSON.stringify({
        pass,
        seconds: Math.round(seconds * 10) / 10,
        cpuSeconds: Math.round((cpu.user + cpu.system) / 100_000) / 10,
        messages,
        requests,
        requestsPerSecond: Math.round(requests / seconds),
        recordsPerSecond: pass === 'everything' ? Math.round(records / seconds) : undefined,
        requestsPerRecord: pass === 'everything' ? requests / records : undefined,
        snapshots,
        snapshotBytes,
        peakRssMiB: Math.round(process.resourceUsage().maxRSS / 1024),
        totals,
      }),
    );
  }
  server.kill();
}

(process.env['EXPORT_SERVER'] ? serve() : measure()).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
