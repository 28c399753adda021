import type { Process } from '../lib/platform/runtime';
import { load } from '../scripts/component';
import { median } from './measure';
import { callOf, keys } from './peers';

/** How the cost per record grows with the size of a list and of an upsert. */
export interface Growth {
  readonly records: number;
  /** µs of CPU per record. */
  readonly cpuUs: number;
}

async function cpuOf(action: Process, body: object, cfg: object): Promise<number> {
  const runtime = { emit: () => Promise.resolve(), logger: { info: () => {}, warn: () => {} } };
  const cpu = process.cpuUsage();
  await action.call(runtime, { body }, { ...keys, region: 'us-east-1', ...cfg });
  const { user, system } = process.cpuUsage(cpu);
  return user + system;
}

/** A list of 10 to 100,000 records, streamed page by page from the stub server. */
export async function listGrowth(endpoint: string): Promise<Growth[]> {
  const action = load('ListRecords');
  const results: Growth[] = [];
  for (const [dataset, records, repeats] of [
    ['list-10', 10, 400],
    ['list-100', 100, 200],
    ['list-1000', 1_000, 60],
    ['pages-10', 10_000, 12],
    ['pages-100', 100_000, 3],
  ] as const) {
    const { input } = callOf({ dataset });
    const times: number[] = [];
    for (let i = 0; i < repeats; i++) times.push(await cpuOf(action, input, { endpoint, emitBehaviour: 'fetchPage' }));
    results.push({ records, cpuUs: median(times) / records });
  }
  return results;
}

/** An upsert that changes 1 to 1,024 records of a dataset, on the local server in another process. */
export async function upsertGrowth(endpoint: string, pool: string): Promise<Growth[]> {
  const action = load('UpsertRecords');
  const cfg = { accessKeyId: 'AKIDLOCAL', secretAccessKey: 'local-secret', endpoint };
  let run = 0;
  const upsert = (records: number) => {
    run++;
    const values = Array.from({ length: records }, (_, n) => [`key-${n}`, `value ${run} of ${n}`] as const);
    const dataset = { IdentityPoolId: pool, IdentityId: `us-east-1:${records.toString(16)}`, DatasetName: 'growth' };
    return cpuOf(action, { ...dataset, Records: Object.fromEntries(values) }, cfg);
  };
  // Until what runs is compiled.
  for (let i = 0; i < 300; i++) await upsert(16);
  const results: Growth[] = [];
  for (const records of [1, 4, 16, 64, 256, 1_024]) {
    const times: number[] = [];
    for (let i = 0; i < 60; i++) times.push(await upsert(records));
    results.push({ records, cpuUs: median(times) / records });
  }
  return results;
}
