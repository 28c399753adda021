import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Command } from 'commander';
import { provenance } from '../provenance';
import { whole } from '../numbers';
import type { ClientName, Course, Task } from './container';
import { curve } from './curve';
import type { Limit } from './service';

/**
 * `npm run rate -- [--json FILE] [--svg FILE]`: exports against a local server that lets in so many calls a second, alone and by
 * three containers, and AWS's SDK v3 with `retryMode: 'adaptive'` beside them; then 30 seconds in which every call is throttled.
 */

const LIMITS = [50, 200, 1_000];
const CONTAINERS = [1, 3];
const CLIENTS: ClientName[] = ['ours', 'SDK v3'];
const CONCURRENCY = 10;
/** What is counted begins after these. */
const SETTLING_SECONDS = 5;
const STORM = { limit: 200, from: 10, until: 40, seconds: 55 };
/** The last second is not a whole one. */
const LAST_SECOND = 1;
/** Types are checked elsewhere. */
const TYPESCRIPT = { execArgv: ['-r', 'ts-node/register/transpile-only'] };

const options = new Command('npm run rate --')
  .option('--json <file>', 'write all figures to a file')
  .option('--svg <file>', 'write the course of the storm to a file')
  .option('--seconds <number>', 'of each run', whole, 30)
  .parse()
  .opts<{ json?: string; svg?: string; seconds: number }>();

const total = (counts: readonly (number | undefined)[]) => counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);

/** Adds up containers, second by second. */
function together(courses: readonly Course[], seconds: number): Course {
  const sums = (member: keyof Course) =>
    Array.from({ length: seconds }, (_, second) => total(courses.map((course) => course[member][second])));
  return { letIn: sums('letIn'), throttled: sums('throttled') };
}

class Service {
  private readonly child = fork(path.join(__dirname, 'service.ts'), TYPESCRIPT);
  readonly ready = this.answer<Pick<Task, 'endpoint' | 'pool' | 'identity'>>();

  private answer<T>(): Promise<T> {
    return new Promise((resolve) => this.child.once('message', (message) => resolve(message as T)));
  }

  async limit(perSecond: number): Promise<void> {
    const limit: Limit = { perSecond };
    const set = this.answer();
    this.child.send(limit);
    await set;
  }

  stop(): void {
    this.child.disconnect();
  }
}

/** A container that has begun, and what will have come of it. */
async function begin(task: Task): Promise<{ readonly course: Promise<Course> }> {
  const child = fork(path.join(__dirname, 'container.ts'), [JSON.stringify(task)], TYPESCRIPT);
  await once(child, 'message');
  return { course: once(child, 'message').then(([course]) => course as Course) };
}

/** Runs containers; `meanwhile` begins with them. */
async function run(
  service: Service,
  { client, containers, seconds }: { client: ClientName; containers: number; seconds: number },
  meanwhile: () => Promise<void> = () => Promise.resolve(),
): Promise<Course> {
  const task: Task = { client, ...(await service.ready), concurrency: CONCURRENCY, seconds };
  const begun = await Promise.all(Array.from({ length: containers }, () => begin(task)));
  await meanwhile();
  return together(await Promise.all(begun.map(({ course }) => course)), seconds);
}

async function steady(service: Service, limit: number, containers: number, client: ClientName) {
  await service.limit(limit);
  const { seconds } = options;
  const { letIn, throttled } = await run(service, { client, containers, seconds });
  const counted = seconds - SETTLING_SECONDS - LAST_SECOND;
  const [used, refused] = [letIn, throttled].map((counts) => total(counts.slice(SETTLING_SECONDS, -LAST_SECOND)));
  const row = { limit, containers, client, used: used! / (limit * counted), throttled: refused! / (used! + refused!) };
  console.error(JSON.stringify(row));
  return row;
}

async function storm(service: Service, client: ClientName) {
  await service.limit(STORM.limit);
  const course = await run(service, { client, containers: 1, seconds: STORM.seconds }, async () => {
    await pause(STORM.from * 1000);
    await service.limit(0);
    await pause((STORM.until - STORM.from) * 1000);
    await service.limit(STORM.limit);
  });
  return { client, ...STORM, ...course };
}

async function main(): Promise<void> {
  const service = new Service();
  const rows: Awaited<ReturnType<typeof steady>>[] = [];
  for (const limit of LIMITS)
    for (const containers of CONTAINERS)
      for (const client of CLIENTS) rows.push(await steady(service, limit, containers, client));
  const storms = [];
  for (const client of CLIENTS) storms.push(await storm(service, client));
  service.stop();
  console.table(rows.map((row) => ({ ...row, used: row.used.toFixed(3), throttled: row.throttled.toFixed(4) })));
  for (const { client, letIn, throttled } of storms)
    console.log(`${client}: ${letIn.map((count, second) => `${count}/${throttled[second]}`).join(' ')}`);
  const figures = { ...provenance(), concurrency: CONCURRENCY, rows, storms };
  if (options.json) writeFileSync(options.json, `${JSON.stringify(figures, null, 2)}\n`);
  if (options.svg) writeFileSync(options.svg, curve(storms));
  process.exit(0);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
