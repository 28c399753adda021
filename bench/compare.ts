import { batch, conclude, inProcess, median, quantile, type Batch } from './measure';
import { peer, SCENARIOS, type Client, type PeerName, type Scenario } from './peers';

/** Two clients beside each other, mostly the connector and another one, in a process that has these two alone. */

const CONCURRENCIES = [1, 10, 50] as const;
const CALLS = (scenario: Scenario) => (scenario === 'LR10' ? 120 : scenario === 'UR25' ? 80 : 16);
/** Batches of each client before the first one that counts, until what they run is compiled; and pairs that count. */
const EXTENT = { full: { warmUp: 8, pairs: 21, pairsAtTen: 61 }, quick: { warmUp: 2, pairs: 5, pairsAtTen: 5 } };

/** Medians of one client. */
export interface Figures {
  readonly cpuUs: number;
  readonly callsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface Comparison {
  readonly scenario: Scenario;
  readonly concurrency: number;
  readonly beside: PeerName;
  readonly pairs: number;
  /** CPU of the first client for one unit of CPU of the other: the median over pairs of batches. */
  readonly cpuRatio: number;
  /** Half of the pairs lie between these. */
  readonly quartiles: readonly [number, number];
  readonly throughputRatio: number;
  readonly ours: Figures;
  readonly theirs: Figures;
}

function figuresOf(batches: readonly Batch[]): Figures {
  const latencies = batches.flatMap(({ latenciesMs }) => latenciesMs);
  return {
    cpuUs: Math.round(median(batches.map(({ cpuUs }) => cpuUs))),
    callsPerSecond: Math.round(median(batches.map(({ callsPerSecond }) => callsPerSecond))),
    p50Ms: Number(median(latencies).toFixed(2)),
    p99Ms: Number(quantile(latencies, 0.99).toFixed(2)),
  };
}

/** Alternates batches of two clients: the machine's speed drifts, its ratio within a pair hardly does. */
export async function compare(
  [ours, theirs]: readonly [Client, Client],
  scenario: Scenario,
  concurrency: number,
  { warmUp, pairs }: { readonly warmUp: number; readonly pairs: number },
) {
  const run = (client: Client) => batch(client, scenario, CALLS(scenario), concurrency);
  for (let i = 0; i < warmUp; i++) for (const client of [ours, theirs]) await run(client);
  const results: { ours: Batch; theirs: Batch }[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    const first = await run(pair % 2 === 0 ? ours : theirs);
    const second = await run(pair % 2 === 0 ? theirs : ours);
    results.push(pair % 2 === 0 ? { ours: first, theirs: second } : { ours: second, theirs: first });
  }
  const ratios = results.map((pair) => pair.ours.cpuUs / pair.theirs.cpuUs);
  return {
    cpuRatio: median(ratios),
    quartiles: [quantile(ratios, 0.25), quantile(ratios, 0.75)] as const,
    throughputRatio: median(results.map((pair) => pair.ours.callsPerSecond / pair.theirs.callsPerSecond)),
    ours: figuresOf(results.map((pair) => pair.ours)),
    theirs: figuresOf(results.map((pair) => pair.theirs)),
  };
}

interface Pair {
  /** The connector, unless the yardsticks themselves are compared. */
  readonly client: PeerName;
  readonly beside: PeerName;
  readonly endpoint: string;
  /** By default the three of every client. */
  readonly scenarios?: readonly Scenario[];
  /** Calls at a time; by default 1, 10 and 50. */
  readonly concurrencies?: readonly number[];
  /** Few pairs of batches, for trying the benchmark. */
  readonly quick: boolean;
}

async function compareAll({
  client,
  beside,
  endpoint,
  scenarios = SCENARIOS,
  concurrencies = CONCURRENCIES,
  quick,
}: Pair) {
  const clients = [await peer(client, endpoint), await peer(beside, endpoint)] as const;
  const { warmUp, pairs: usual, pairsAtTen } = quick ? EXTENT.quick : EXTENT.full;
  const rows: Comparison[] = [];
  for (const scenario of scenarios) {
    for (const concurrency of concurrencies) {
      const pairs = concurrency === 10 ? pairsAtTen : usual;
      const result = await compare(clients, scenario, concurrency, { warmUp, pairs });
      rows.push({ scenario, concurrency, beside, pairs, ...result });
    }
  }
  return rows;
}

/** Two clients, scenario by scenario. */
export const comparisons = (pair: Pair): Promise<Comparison[]> => inProcess(__filename, [JSON.stringify(pair)]);

if (require.main === module) conclude(compareAll(JSON.parse(process.argv[2] ?? '') as Pair));
