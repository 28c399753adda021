import { fork } from 'node:child_process';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import type { Client, Scenario } from './peers';

/** Starts the stand-in and runs `use` with its endpoint. */
export async function withStandIn<Result>(use: (endpoint: string) => Promise<Result>): Promise<Result> {
  const child = fork(path.join(__dirname, 'stand-in.ts'), { execArgv: ['-r', path.join(__dirname, 'register.js')] });
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message) => resolve(message as number));
    child.once('exit', (code) => reject(new Error(`The stand-in ended with ${code}`)));
  });
  try {
    return await use(`http://127.0.0.1:${port}`);
  } finally {
    child.removeAllListeners();
    child.disconnect();
  }
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? NaN;
}

export interface Batch {
  /** Of the whole process, user and system, per call, in µs. */
  readonly cpuUs: number;
  readonly callsPerSecond: number;
  readonly latenciesMs: readonly number[];
}

/** `count` calls, `concurrency` of them at a time. */
export async function batch(client: Client, scenario: Scenario, count: number, concurrency: number): Promise<Batch> {
  const latenciesMs: number[] = [];
  let left = count;
  const worker = async () => {
    while (left-- > 0) {
      const sent = performance.now();
      await client(scenario);
      latenciesMs.push(performance.now() - sent);
    }
  };
  const cpu = process.cpuUsage();
  const started = performance.now();
  await Promise.all(Array.from({ length: concurrency }, worker));
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return { cpuUs: (user + system) / count, callsPerSecond: count / seconds, latenciesMs };
}

const CALLS: Readonly<Record<Scenario, number>> = { LR10: 120, UR25: 80, LR1000: 16 };

export interface Comparison {
  /** CPU of `a` for one unit of CPU of `b`: the median over pairs of batches. */
  readonly cpuRatio: number;
  readonly throughputRatio: number;
  readonly pairs: number;
}

/** Alternates batches of two clients in one process: the machine's speed drifts, its ratio within a pair hardly does. */
export async function compare(
  a: Client,
  b: Client,
  scenario: Scenario,
  concurrency: number,
  pairs: number,
): Promise<Comparison> {
  const count = CALLS[scenario];
  for (const client of [a, b, a, b]) await batch(client, scenario, count, concurrency);
  const cpu: number[] = [];
  const throughput: number[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    const order = pair % 2 === 0 ? [a, b] : [b, a];
    const results = new Map<Client, Batch>();
    for (const client of order) results.set(client, await batch(client, scenario, count, concurrency));
    const [ra, rb] = [results.get(a)!, results.get(b)!];
    cpu.push(ra.cpuUs / rb.cpuUs);
    throughput.push(ra.callsPerSecond / rb.callsPerSecond);
  }
  return { cpuRatio: median(cpu), throughputRatio: median(throughput), pairs };
}
