import { execFileSync, spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { load } from '../scripts/component';
import { coldStart } from './cold-start';
import { comparisons, type Comparison } from './compare';
import { SEEDS } from './fixtures';
import { listGrowth, upsertGrowth } from './growth';
import { withStubServer } from './measure';
import { serverFigures } from './local-server';
import { memory } from './memory';
import { peer, type PeerName } from './peers';
import { provenance } from './provenance';
import { validation } from './validation';

/**
 * `npm run bench -- [--json FILE] [--quick]`: the compiled actions beside the AWS SDKs and a bare client. Ratios are
 * medians of alternating pairs within one process; absolute numbers drift with the machine.
 */

const root = path.resolve(__dirname, '..');
const POOL = 'us-east-1:12345678-1234-4234-8234-123456789012';

/** Before minutes of measuring, not after. */
function writable(file: string): string {
  const folder = path.dirname(path.resolve(file));
  try {
    accessSync(folder, constants.W_OK);
  } catch {
    throw new InvalidArgumentError(`The folder ${folder} must exist and be writable.`);
  }
  return file;
}

const options = new Command('npm run bench --')
  .option('--json <file>', 'write all figures to a file', writable)
  .option('--quick', 'fewer pairs and rounds: for trying the benchmark, not for figures')
  .parse()
  .opts<{ json?: string; quick?: boolean }>();

const quick = options.quick ?? false;
const peers: PeerName[] = ['floor', 'stock axios', 'SDK v3', 'SDK v2'];
const fixed = (value: number, digits = 2) => value.toFixed(digits);

/** Prints progress on stderr, so that stdout holds the tables alone. */
const progress = (text: string) => console.error(text);

async function compareAll(endpoint: string): Promise<Comparison[]> {
  const rows: Comparison[] = [];
  for (const beside of peers) {
    progress(`beside ${beside}`);
    rows.push(...(await comparisons({ client: 'ours', beside, endpoint, quick })));
  }
  return rows;
}

/** 1,000 records of one second, the data of earlier figures; and the usual ones beside the same with their dates in order. */
async function compareOtherData(endpoint: string) {
  const common = { client: 'ours', endpoint, concurrencies: [10], quick } as const;
  const oneSecond = async (beside: PeerName) =>
    (await comparisons({ ...common, beside, scenarios: ['LR1000 of one second'] })).map(({ cpuRatio }) => ({
      data: 'of one second',
      beside,
      cpuRatio,
    }));
  const [order] = await comparisons({ ...common, beside: 'ours in order', scenarios: ['LR1000'] });
  return [
    ...(await oneSecond('floor')),
    ...(await oneSecond('SDK v3')),
    { data: 'without order', beside: 'itself in order', cpuRatio: order?.cpuRatio ?? NaN },
  ];
}

/** Absolute numbers of every client, the connector's from beside the floor. */
function absolutes(rows: readonly Comparison[]) {
  return rows.flatMap(({ scenario, concurrency, beside, ours, theirs }) => [
    ...(beside === 'floor' ? [{ scenario, concurrency, client: 'ours', ...ours }] : []),
    { scenario, concurrency, client: beside, ...theirs },
  ]);
}

/** Starts the local server in another process, so that its work is not counted. */
async function withLocalServer<Result>(use: (endpoint: string, pid: number) => Promise<Result>): Promise<Result> {
  const server = spawn(
    process.execPath,
    ['-r', 'ts-node/register', 'server/server.ts', '--port', '0', '--pool', POOL],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  try {
    const endpoint = await new Promise<string>((resolve, reject) => {
      let text = '';
      server.stdout.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        const [, address] = /listening on (\S+)/.exec(text) ?? [];
        if (address) resolve(address);
      });
      server.once('exit', (code) => reject(new Error(`The local server ended with ${code}`)));
    });
    return await use(endpoint, server.pid!);
  } finally {
    server.removeAllListeners('exit');
    server.kill();
  }
}

/** Writes 10 records by the connector, and measures the server that lists them. */
async function tenRecords(endpoint: string, pid: number) {
  const dataset = { IdentityPoolId: POOL, IdentityId: 'us-east-1:10', DatasetName: 'ten' };
  const Records = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`key-${index}`, `value ${index}`]));
  const cfg = { accessKeyId: 'AKIDLOCAL', secretAccessKey: 'local-secret', endpoint };
  await load('UpsertRecords').call({ emit: () => Promise.resolve() }, { body: { ...dataset, Records } }, cfg);
  const target = `/identitypools/${encodeURIComponent(POOL)}/identities/us-east-1%3A10/datasets/ten/records`;
  return serverFigures(endpoint, pid, target);
}

/** What `npm ci --omit=dev` installs, measured in a folder of its own. */
function installSize() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'install-'));
  try {
    for (const file of ['package.json', 'package-lock.json', '.npmrc'])
      execFileSync('cp', [path.join(root, file), folder]);
    execFileSync('npm', ['ci', '--omit=dev', '--ignore-scripts', '--no-audit'], { cwd: folder, stdio: 'ignore' });
    const [kilobytes] = execFileSync('du', ['-sk', path.join(folder, 'node_modules')])
      .toString()
      .split('\t');
    const listed = execFileSync('npm', ['ls', '--omit=dev', '--all', '--parseable'], { cwd: folder })
      .toString()
      .trim()
      .split('\n');
    return { packages: listed.length - 1, mebibytes: Number(fixed(Number(kilobytes) / 1024, 1)) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** How much larger a message is than the answer that it carries. */
async function emittedBytes(endpoint: string) {
  const client = await peer('ours', endpoint);
  const message = (await client('LR10')) as { body: object };
  const dataset = '/identitypools/p/identities/i/datasets/list-10/records';
  const answered = (await (await fetch(`${endpoint}${dataset}`)).text()).length;
  return { answered, emitted: JSON.stringify(message.body).length };
}

async function main(): Promise<void> {
  progress(`seeds: ${JSON.stringify(SEEDS)}`);
  const figures = await withStubServer(async (endpoint) => {
    const ratios = await compareAll(endpoint);
    console.table(
      ratios.map(({ scenario, concurrency, beside, pairs, cpuRatio, throughputRatio }) => ({
        ...{ scenario, concurrency, beside, pairs },
        ...{ cpu: fixed(cpuRatio), throughput: fixed(throughputRatio) },
      })),
    );
    const perClient = absolutes(ratios);
    console.table(perClient);
    progress('the floor beside SDK v3');
    const yardsticks = await comparisons({ client: 'floor', beside: 'SDK v3', endpoint, concurrencies: [10], quick });
    const floorBesideSdk = yardsticks.map(({ scenario, cpuRatio }) => ({
      scenario,
      cpuRatio: Number(fixed(cpuRatio)),
    }));
    console.table(floorBesideSdk);
    progress('other data');
    const otherData = await compareOtherData(endpoint);
    console.table(otherData.map(({ data, beside, cpuRatio }) => ({ data, beside, cpu: fixed(cpuRatio) })));
    progress('starts');
    const starts = coldStart(endpoint, quick ? 3 : 25);
    console.table({ 'bare node': starts.bare, ...starts.alone });
    console.table({ runtime: starts.runtime, ...starts.onTopOfRuntime });
    progress('memory');
    const calls = quick ? 2_000 : 20_000;
    const heaps = { ours: await memory('ours', endpoint, calls), 'SDK v3': await memory('SDK v3', endpoint, calls) };
    console.table(heaps);
    progress('validation');
    const reading = validation();
    console.table(reading);
    progress('growth');
    const growth = {
      list: await listGrowth(endpoint),
      upsert: await withLocalServer((local) => upsertGrowth(local, POOL)),
    };
    console.table(growth.list);
    console.table(growth.upsert);
    progress('the local server');
    const localServer = await withLocalServer(tenRecords);
    console.table(localServer);
    return {
      ratios,
      perClient,
      floorBesideSdk,
      otherData,
      starts,
      heaps,
      validation: reading,
      growth,
      localServer,
      bytes: await emittedBytes(endpoint),
    };
  });
  const result = {
    ...provenance(),
    seeds: SEEDS,
    ...figures,
    install: installSize(),
  };
  console.table({ ...result.install, ...result.bytes });
  if (options.json) writeFileSync(options.json, `${JSON.stringify(result, null, 2)}\n`);
  process.exit(0);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
