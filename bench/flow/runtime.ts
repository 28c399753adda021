import path from 'node:path';
import { CognitoSyncClient, ListDatasetsCommand } from '@aws-sdk/client-cognito-sync';
import { Command } from 'commander';
import { startServer } from '../../server';
import { DEFAULT_KEY, defaultPool } from '../../server/options';
import { World, type FlowMessage, type StepOptions } from '../../spec/flow/support/world';
import { whole, wholeFrom } from '../numbers';
import { cpuSeconds, residentMiB } from './process-stats';
import { median } from '../measure';
import { report, rounded } from './report';

/*
 * What the connector costs on top of the runtime: the same runtime with an action that does nothing, with the same one that
 * passes on as much as an answer of ListRecords holds, and with ListRecords of ten records, in turns, so that a machine that
 * drifts drifts under all of them.
 */

const { rounds, warmUp, messages, prefetch, json } = new Command('runtime')
  .option('--rounds <number>', 'turns', whole, 9)
  .option('--warm-up <number>', 'messages before each turn, which are not measured', wholeFrom(0), 1_000)
  .option('--messages <number>', 'messages in each turn', whole, 1_000)
  .option('--prefetch <number>', 'messages in work at a time', whole, 10)
  .option('--json <file>', 'write the result there')
  .parse()
  .opts<{ rounds: number; warmUp: number; messages: number; prefetch: number; json?: string }>();

interface Measured {
  /** From spawning the process until it listens, in ms. */
  readonly readyMs: number;
  readonly idleMiB: number;
  readonly loadedMiB: number;
  readonly messagesPerSecond: number;
  /** CPU of the process for each message, in ms. */
  readonly cpuMs: number;
}

/** Passes messages with this body through a process of its own; also returns the body of one that it emitted. */
async function turn(options: StepOptions, body: FlowMessage['body']): Promise<[Measured, FlowMessage['body']]> {
  const world = await World.create();
  // The runtime's own limit of 100 messages a second would hide all else.
  const env = { ELASTICIO_DATA_RATE_LIMIT: '100000', LOG_LEVEL: 'error' };
  const step = await world.step({ ...options, prefetch, passthrough: false, env });
  const spawned = performance.now();
  const [sailor] = await step.start();
  const readyMs = performance.now() - spawned;
  if (!sailor) throw new Error('no process was started');
  const idleMiB = residentMiB(sailor.pid);
  const pass = async (count: number) => {
    await Promise.all(Array.from({ length: count }, () => step.send(body)));
    return step.data.take(count, 120_000);
  };
  if (warmUp > 0) await pass(warmUp);
  const cpuBefore = cpuSeconds(sailor.pid);
  const started = performance.now();
  const [emitted] = await pass(messages);
  const seconds = (performance.now() - started) / 1000;
  const cpuMs = ((cpuSeconds(sailor.pid) - cpuBefore) / messages) * 1000;
  const loadedMiB = residentMiB(sailor.pid);
  await sailor.stop();
  await world.close();
  const measured = { readyMs, idleMiB, loadedMiB, messagesPerSecond: messages / seconds, cpuMs };
  return [measured, emitted?.message.body ?? {}];
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

  const body = { ...where, DatasetName };
  const [, answer] = await turn(ours, body);
  const ways = {
    'no-op': () => turn(nothing, body),
    'no-op, as large': () => turn(nothing, answer),
    ListRecords: () => turn(ours, body),
  };
  const turns: Record<keyof typeof ways, Measured>[] = [];
  for (let round = 0; round < rounds; round++) {
    const order = Object.entries(ways);
    const rotated = [...order.slice(round % order.length), ...order.slice(0, round % order.length)];
    const measured: [string, Measured][] = [];
    for (const [way, run] of rotated) measured.push([way, (await run())[0]]);
    turns.push(Object.fromEntries(measured) as Record<keyof typeof ways, Measured>);
  }
  await server.stop();

  const measures = [
    ['start-up to ready, ms', 'readyMs'],
    ['resident memory when ready, MiB', 'idleMiB'],
    [`resident memory after ${warmUp + messages} messages, MiB`, 'loadedMiB'],
    ['messages a second', 'messagesPerSecond'],
    ['CPU of the process a message, ms', 'cpuMs'],
  ] as const;
  const rows = measures.map(([measure, member]) => {
    const medianOf = (way: keyof typeof ways) => rounded(median(turns.map((each) => each[way][member])), 2);
    const more = turns.map((each) => each.ListRecords[member] - each['no-op, as large'][member]);
    return {
      measure,
      'no-op': medianOf('no-op'),
      'no-op, as large': medianOf('no-op, as large'),
      ListRecords: medianOf('ListRecords'),
      'more than that no-op': rounded(median(more), 2),
    };
  });
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
