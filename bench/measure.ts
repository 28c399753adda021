import { fork } from 'node:child_process';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import type { Client, Scenario } from './peers';

const typeScript = ['--no-warnings', '-r', 'ts-node/register'];

/**
 * Runs a file of this folder in a process of its own, so that nothing else is counted and no other client has a part in its
 * heap and its compiled code, and resolves with what it sends.
 */
export function inProcess<Result>(file: string, args: readonly string[], execArgv: readonly string[] = []) {
  const child = fork(file, args, { execArgv: [...typeScript, ...execArgv] });
  return new Promise<Result>((resolve, reject) => {
    child.once('message', (result) => resolve(result as Result));
    child.once('exit', (code) => reject(new Error(`${path.basename(file)} ended with ${code}`)));
  });
}

/** Sends the result of a process that {@link inProcess} started, and ends it. */
export function conclude(result: Promise<object>): void {
  void result.then((value) => process.send?.(value, () => process.exit(0)));
}

/** Starts the stub server and runs `use` with its endpoint. */
export async function withStubServer<Result>(use: (endpoint: string) => Promise<Result>): Promise<Result> {
  const child = fork(path.join(__dirname, 'stub-server.ts'), { execArgv: typeScript });
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message) => resolve(message as number));
    child.once('exit', (code) => reject(new Error(`The stub server ended with ${code}`)));
  });
  try {
    return await use(`http://127.0.0.1:${port}`);
  } finally {
    child.removeAllListeners();
    child.disconnect();
  }
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** The value below which a share of `q` of the values lies, between two of them in proportion. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = q * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? NaN;
  const above = sorted[Math.ceil(place)] ?? NaN;
  return below + (above - below) * (place - Math.floor(place));
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
