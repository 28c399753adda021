import { Command } from 'commander';
import { DEFAULT_KEY, defaultPool } from '../../server/options';
import { World } from '../../spec/flow/support/world';
import { whole, wholeFrom, wholes } from '../numbers';
import { cpuSeconds } from './process-stats';
import { report, rounded, type Row } from './report';
import { service } from './service';

/*
 * Messages a second through UpsertRecords on 1, 2 and 4 replicas of one queue, against a service that takes its time, with
 * the runtime's rate limit as the platform sets it and without.
 */

const { latency, replicas, prefetch, seconds, json } = new Command('scaling')
  .option('--latency <ms>', 'milliseconds that the service takes for each call', wholeFrom(0), 50)
  .option('--replicas <list>', 'processes on the queue', wholes, [1, 2, 4])
  .option('--prefetch <list>', 'messages in work in a process', wholes, [1, 20])
  .option('--seconds <number>', 'about how long to measure each', whole, 8)
  .option('--json <file>', 'write the result there')
  .parse()
  .opts<{ latency: number; replicas: number[]; prefetch: number[]; seconds: number; json?: string }>();

/** Calls of one UpsertRecords that changes a dataset that exists: ListRecords and UpdateRecords. */
const CALLS = 2;
const IDENTITIES = 200;
const pool = defaultPool('us-east-1');

interface Run {
  readonly replicas: number;
  readonly prefetch: number;
  readonly limited: boolean;
}

let generation = 0;

async function measure({ replicas, prefetch, limited }: Run, endpoint: string, servicePid: number) {
  const expected = replicas * Math.min((prefetch * 1000) / (CALLS * (latency + 5)), limited ? 100 : 400);
  const messages = Math.max(50, Math.round(expected * seconds));
  const world = await World.create();
  const env = { LOG_LEVEL: 'error', ...(limited ? {} : { ELASTICIO_DATA_RATE_LIMIT: '100000' }) };
  const config = { ...DEFAULT_KEY, endpoint, errorPolicy: 'rebound' };
  const step = await world.step({ action: 'UpsertRecords', config, prefetch, passthrough: false, env });
  const sailors = await step.start(replicas);
  generation += 1;
  const body = (n: number) => ({
    IdentityPoolId: pool,
    IdentityId: `us-east-1:00000000-0000-4000-9000-${String(n % IDENTITIES).padStart(12, '0')}`,
    DatasetName: 'profile',
    Records: { [`key-${Math.floor(n / IDENTITIES) % 100}`]: `value ${generation} of ${n}` },
  });
  const cpu = () => sailors.reduce((sum, { pid }) => sum + cpuSeconds(pid), 0);
  const cpuBefore = cpu();
  const serviceBefore = cpuSeconds(servicePid);
  const started = performance.now();
  await Promise.all(Array.from({ length: messages }, (_, n) => step.send(body(n))));
  await step.data.take(messages, 300_000);
  const took = (performance.now() - started) / 1000;
  const cores = (cpu() - cpuBefore) / took;
  const serviceCores = (cpuSeconds(servicePid) - serviceBefore) / took;
  const errors = step.errors.items.length;
  await Promise.all(sailors.map((sailor) => sailor.stop()));
  await world.close();
  return { replicas, prefetch, limited, messages, errors, rate: messages / took, cores, serviceCores };
}

async function main(): Promise<void> {
  const { process: child, endpoint } = await service(pool, latency);
  const pid = child.pid ?? 0;
  // The datasets exist before anything is measured.
  await measure({ replicas: 1, prefetch: 50, limited: false }, endpoint, pid);
  const runs = [true, false].flatMap((limited) =>
    prefetch.flatMap((each) => replicas.map((count): Run => ({ replicas: count, prefetch: each, limited }))),
  );
  const results: Awaited<ReturnType<typeof measure>>[] = [];
  for (const run of runs) results.push(await measure(run, endpoint, pid));
  child.kill();

  const rows: Row[] = results.map((result) => {
    const alone = results.find(
      (other) =>
        other.replicas === replicas[0] && other.prefetch === result.prefetch && other.limited === result.limited,
    );
    return {
      'rate limit': result.limited ? '100/s (default)' : 'lifted',
      prefetch: result.prefetch,
      replicas: result.replicas,
      'messages/s': rounded(result.rate, 1),
      growth: `${rounded(result.rate / (alone?.rate ?? NaN), 2)}x`,
      'cores of the replicas': rounded(result.cores, 2),
      'cores of the service': rounded(result.serviceCores, 2),
      errors: result.errors,
    };
  });
  report(`UpsertRecords against a service that takes ${latency} ms a call`, rows, { latency, results }, json);
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
