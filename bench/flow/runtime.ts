import path from 'node:path';
import { CognitoSyncClient, ListDatasetsCommand } from '@aws-sdk/client-cognito-sync';
import { Command } from 'commander';
import { startServer } from '../../server';
import { DEFAULT_KEY, defaultPool } from '../../server/options';
import { World, type StepOptions } from '../../spec/flow/support/world';
import { cpuSeconds, residentMiB } from './process-stats';
import { median } from '../measure';
import { report, rounded } from './report';

/*
 * What the connector costs on top of the runtime: the same runtime with an action that does nothing and with ListRecords of
 * ten records, in turns, so that a machine that drifts drifts under both.
 */

const { rounds, messages, prefetch, json } = new Command('runtime')
  .option('--rounds <number>', 'turns', Number, 15)
  .option('--messages <number>', 'messages in each turn', Number, 1_000)
  .option('--prefetch <number>', 'messages in work at a time', Number, 10)
  .option('--json <file>', 'write the result there')
  .parse()
  .opts<{ rounds: number; messages: number; prefetch: number; json?: string }>();

interface Measured {
  /** From spawning the process until it listens, in ms. */
  readonly readyMs: number;
  readonly idleMiB: number;
  readonly loadedMiB: number;
  readonly messagesPerSecond: number;
  /** CPU of the process for each message, in ms. */
  readonly cpuMs: number;
}

async function turn(options: StepOptions, body: Record<string, unknown>): Promise<Measured> {
  const world = await World.create();
  // The runtime's own limit of 100 messages a second would hide all else.
  const env = { ELASTICIO_DATA_RATE_LIMIT: '100000', LOG_LEVEL: 'error' };
  const step = await world.step({ ...options, prefetch, passthrough: false, env });
  const spawned = performance.now();
  const [sailor] = await step.start();
  const readyMs = performance.now() - spawned;
  if (!sailor) throw new Error('no process was started');
  const idleMiB = residentMiB(sailor.pid);
  const cpuBefore = cpuSeconds(sailor.pid);
  const started = performance.now();
  await Promise.all(Array.from({ length: messages }, () => step.send(body)));
  await step.data.take(messages, 120_000);
  const seconds = (performance.now() - started) / 1000;
  const cpuMs = ((cpuSeconds(sailor.pid) - cpuBefore) / messages) * 1000;
  const loadedMiB = residentMiB(sailor.pid);
  await sailor.stop();
  await world.close();
  return { readyMs, idleMiB, loadedMiB, messagesPerSecond: messages / seconds, cpuMs };
}

async function main(): Promise<void> {
  const server = await startServer();
  const IdentityPoolId = defaultPool('us-east-1');
  const [IdentityId = ''] = server.seed({ identities: 1, datasetsPerIdentity: 1, recordsPerDataset: 10 });
  const config = { ...DEFAULT_KEY, endpoint: server.endpoint };
  const where = { IdentityPoolId, IdentityId };
  const DatasetName = await onlyDataset(server.endpoint, where);
  const nothing: StepOptions = { action: 'record', root: path.join(__dirname, '../../spec/flow/fixtures/recorder') };
  const ours: StepOptions = { action: 'ListRecords', config };

  const turns: { nothing: Measured; ours: Measured }[] = [];
  for (let round = 0; round < rounds; round++) {
    const body = { ...where, DatasetName };
    const first = round % 2 === 0;
    const a = await turn(first ? nothing : ours, body);
    const b = await turn(first ? ours : nothing, body);
    turns.push(first ? { nothing: a, ours: b } : { nothing: b, ours: a });
  }
  await server.stop();

  const measures = [
    ['start-up to ready, ms', 'readyMs'],
    ['resident memory when ready, MiB', 'idleMiB'],
    [`resident memory after ${messages} messages, MiB`, 'loadedMiB'],
    ['messages a second', 'messagesPerSecond'],
    ['CPU of the process a message, ms', 'cpuMs'],
  ] as const;
  const rows = measures.map(([measure, member]) => ({
    measure,
    'no-op': rounded(median(turns.map(({ nothing }) => nothing[member])), 2),
    ListRecords: rounded(median(turns.map(({ ours }) => ours[member])), 2),
    'median difference of a turn': rounded(median(turns.map(({ nothing, ours }) => ours[member] - nothing[member])), 2),
  }));
  report(
    `The runtime with a no-op and with ListRecords, ${rounds} turns`,
    rows,
    { rounds, messages, prefetch, rows, turns },
    json,
  );
}

async function onlyDataset(endpoint: string, where: { IdentityPoolId: string; IdentityId: string }): Promise<string> {
  const client = new CognitoSyncClient({ endpoint, region: 'us-east-1', credentials: DEFAULT_KEY });
  const { Datasets = [] } = await client.send(new ListDatasetsCommand(where));
  client.destroy();
  return Datasets[0]?.DatasetName ?? '';
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
