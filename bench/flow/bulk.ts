import { setInterval } from 'node:timers';
import { Command } from 'commander';
import { DEFAULT_KEY, defaultPool } from '../../server/options';
import { World, type Step } from '../../spec/flow/support/world';
import { whole, wholeFrom, wholes } from '../numbers';
import { residentMiB } from './process-stats';
import { report, rounded, type Row } from './report';
import { service } from './service';

/*
 * Datasets a second through one process under the runtime with its own rate limit, against a service that takes its time: one
 * message for each dataset, and many of them as the items of one message.
 */

const { latency, items, concurrency, prefetch, messages, json } = new Command('bulk')
  .option('--latency <ms>', 'milliseconds that the service takes for each call', wholeFrom(0), 50)
  .option('--items <list>', 'items of one message', wholes, [1_000, 10_000])
  .option('--concurrency <list>', 'items in work at a time', wholes, [10, 50])
  .option('--prefetch <list>', 'messages in work, one for each dataset', wholes, [1, 20])
  .option('--messages <number>', 'messages for each of these', whole, 300)
  .option('--json <file>', 'write the result there')
  .parse()
  .opts<{
    latency: number;
    items: number[];
    concurrency: number[];
    prefetch: number[];
    messages: number;
    json?: string;
  }>();

const pool = defaultPool('us-east-1');
const RECORDS = 10;
const SAMPLE_MS = 100;
const TIMEOUT_MS = 600_000;

let generation = 0;

/** An item that changes the records of a dataset of its own. */
const itemOf = (n: number) => ({
  IdentityId: `us-east-1:00000000-0000-4000-9000-${String(n).padStart(12, '0')}`,
  DatasetName: 'profile',
  Records: Object.fromEntries(Array.from({ length: RECORDS }, (_, k) => [`key-${k}`, `value ${generation} of ${n}`])),
});

interface Result {
  readonly way: string;
  readonly datasets: number;
  readonly perSecond: number;
  readonly idleMiB: number;
  readonly peakMiB: number;
}

/** Starts one process of a step, has `send` give it work, and takes the time until it has emitted `expected` messages. */
async function measure(
  way: string,
  { action, prefetch: inWork, config }: { action: string; prefetch: number; config: Record<string, unknown> },
  { datasets, expected, send }: { datasets: number; expected: number; send: (step: Step) => Promise<unknown> },
): Promise<Result> {
  generation++;
  const world = await World.create();
  const env = { LOG_LEVEL: 'error' };
  const step = await world.step({ action, config, prefetch: inWork, passthrough: false, env });
  const [sailor] = await step.start();
  if (!sailor) throw new Error('no process was started');
  const idleMiB = residentMiB(sailor.pid);
  let peakMiB = idleMiB;
  const sampling = setInterval(() => (peakMiB = Math.max(peakMiB, residentMiB(sailor.pid))), SAMPLE_MS);
  const started = performance.now();
  await send(step);
  await step.data.take(expected, TIMEOUT_MS);
  const seconds = (performance.now() - started) / 1000;
  clearInterval(sampling);
  const [failure] = step.errors.items;
  if (failure) throw new Error(failure.error.message);
  await sailor.stop();
  await world.close();
  return { way, datasets, perSecond: datasets / seconds, idleMiB, peakMiB };
}

async function main(): Promise<void> {
  const { process: child, endpoint } = await service(pool, latency);
  const config = { ...DEFAULT_KEY, endpoint, IdentityPoolId: pool };
  const results: Result[] = [];
  // The datasets exist before anything is measured.
  const all = Math.max(messages, ...items);
  await measure(
    'warm-up',
    { action: 'BulkUpsertRecords', prefetch: 1, config: { ...config, Concurrency: '50' } },
    { datasets: all, expected: 1, send: (to) => to.send({ Items: Array.from({ length: all }, (_, n) => itemOf(n)) }) },
  );
  for (const inWork of prefetch) {
    const step = { action: 'UpsertRecords', prefetch: inWork, config };
    const send = (to: Step) => Promise.all(Array.from({ length: messages }, (_, n) => to.send(itemOf(n))));
    results.push(
      await measure(`one message each, prefetch ${inWork}`, step, { datasets: messages, expected: messages, send }),
    );
  }
  for (const count of items) {
    for (const inWork of concurrency) {
      const step = { action: 'BulkUpsertRecords', prefetch: 1, config: { ...config, Concurrency: String(inWork) } };
      const send = (to: Step) => to.send({ Items: Array.from({ length: count }, (_, n) => itemOf(n)) });
      results.push(
        await measure(`${count} items, concurrency ${inWork}`, step, { datasets: count, expected: 1, send }),
      );
    }
  }
  child.kill();
  const each = results.slice(0, prefetch.length);
  const rows: Row[] = results.map(({ way, datasets, perSecond, idleMiB, peakMiB }) => ({
    way,
    datasets,
    'datasets/s': rounded(perSecond, 1),
    ...Object.fromEntries(
      each.map((one, i) => [`of prefetch ${prefetch[i]}`, `${rounded(perSecond / one.perSecond, 1)}x`]),
    ),
    'MiB idle': rounded(idleMiB),
    'MiB at most': rounded(peakMiB),
  }));
  report(
    `Upserts of ${RECORDS} records against a service that takes ${latency} ms a call`,
    rows,
    { latency, results },
    json,
  );
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
