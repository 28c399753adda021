import type { Comparison } from './compare';
import type { ColdStart } from './cold-start';
import type { Growth } from './growth';
import type { ServerFigures } from './local-server';
import type { Memory } from './memory';
import type { PeerName, Scenario } from './peers';
import type { Provenance } from './provenance';

/** docs/figures.json: what the documents say in numbers, each part as its command wrote it. */
export interface Figures {
  /** `npm run bench` */
  readonly bench?: Provenance & {
    readonly seeds: Readonly<Record<string, number>>;
    readonly ratios: readonly Comparison[];
    readonly otherData: readonly { readonly data: string; readonly beside: string; readonly cpuRatio: number }[];
    readonly starts: ColdStart;
    readonly heaps: Readonly<Record<string, Memory>>;
    readonly growth: { readonly list: readonly Growth[]; readonly upsert: readonly Growth[] };
    readonly localServer: ServerFigures;
    readonly install: { readonly packages: number; readonly mebibytes: number };
  };
  /** `npm run rate` */
  readonly rate?: Provenance & {
    readonly rows: readonly {
      readonly limit: number;
      readonly containers: number;
      readonly client: string;
      readonly used: number;
      readonly throttled: number;
    }[];
  };
  /** `npm run runtime` */
  readonly runtime?: Provenance & { readonly rows: readonly Cells[] };
  /** `npm run scaling` */
  readonly scaling?: Provenance & {
    readonly results: readonly {
      readonly replicas: number;
      readonly prefetch: number;
      readonly limited: boolean;
      readonly rate: number;
    }[];
  };
}

type Cells = Readonly<Record<string, string | number>>;

const TITLES: Readonly<Record<Scenario, string>> = {
  LR10: 'ListRecords, 10 records',
  UR25: 'UpdateRecords, 25 patches',
  LR1000: 'ListRecords, 1,000 records',
  'LR1000 in order': '',
  'LR1000 of one second': '',
};
const SCENARIOS = ['LR10', 'UR25', 'LR1000'] as const;
const PEERS = ['floor', 'SDK v3', 'SDK v2'] as const satisfies readonly PeerName[];

const thousands = (value: number, digits = 0) =>
  value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
const ratio = (value: number) => value.toFixed(2);
const percent = (value: number) => `${(value * 100).toFixed(1)} %`;

/** A table in Markdown, one column for each member of the first row. */
function table(rows: readonly Cells[]): string {
  const columns = Object.keys(rows[0] ?? {});
  const line = (cells: readonly unknown[]) => `| ${cells.join(' | ')} |`;
  return [
    line(columns),
    line(columns.map(() => '---')),
    ...rows.map((row) => line(columns.map((name) => row[name]))),
  ].join('\n');
}

const source = ({ date, machine, commit }: Provenance, command: string) =>
  `\`npm run ${command}\`, ${date}, at \`${commit}\`: Node.js ${machine.node.slice(1)}, ${machine.cpus} virtual cores (${machine.model}).`;

type Bench = NonNullable<Figures['bench']>;

function comparisonOf({ ratios }: Bench, scenario: Scenario, concurrency: number, beside: PeerName): Comparison {
  const found = ratios.find(
    (each) => each.scenario === scenario && each.concurrency === concurrency && each.beside === beside,
  );
  if (!found) throw new Error(`No figures of ${scenario} beside ${beside}, ${concurrency} at a time`);
  return found;
}

const tenAtATime = (bench: Bench) =>
  table(
    SCENARIOS.map((scenario) => ({
      ' ': TITLES[scenario],
      ...Object.fromEntries(
        PEERS.map((peer) => [`${peer}, CPU`, ratio(comparisonOf(bench, scenario, 10, peer).cpuRatio)]),
      ),
      ...Object.fromEntries(
        PEERS.map((peer) => [`${peer}, calls/s`, ratio(comparisonOf(bench, scenario, 10, peer).throughputRatio)]),
      ),
    })),
  );

const otherConcurrencies = (bench: Bench) =>
  table(
    SCENARIOS.flatMap((scenario) =>
      [1, 50].map((concurrency) => ({
        ' ': TITLES[scenario],
        concurrency,
        ...Object.fromEntries(
          PEERS.map((peer) => [`${peer}, CPU`, ratio(comparisonOf(bench, scenario, concurrency, peer).cpuRatio)]),
        ),
      })),
    ),
  );

const absolutes = (bench: Bench) =>
  table(
    SCENARIOS.flatMap((scenario) =>
      PEERS.map((peer) => {
        const { ours, theirs } = comparisonOf(bench, scenario, 10, peer);
        const both = (of: keyof typeof ours, digits: number) =>
          `${thousands(ours[of], digits)} / ${thousands(theirs[of], digits)}`;
        return {
          ' ': TITLES[scenario],
          beside: peer,
          'µs of CPU a call': both('cpuUs', 0),
          'calls/s': both('callsPerSecond', 0),
          'p50 ms': both('p50Ms', 1),
          'p99 ms': both('p99Ms', 1),
        };
      }),
    ),
  );

const otherData = ({ otherData: rows }: Bench) =>
  table(rows.map(({ data, beside, cpuRatio }) => ({ '1,000 records': data, beside, CPU: ratio(cpuRatio) })));

function starts({ starts: { alone, onTopOfRuntime } }: Bench): string {
  const clients = ['ours', 'SDK v3', 'SDK v2'];
  const row = (title: string, of: (client: string) => number | undefined) => ({
    ' ': title,
    ...Object.fromEntries(clients.map((client) => [client === 'ours' ? 'connector' : client, of(client) ?? ''])),
  });
  return table([
    row(
      "on top of the platform's runtime to the first answer, ms on the clock",
      (client) => onTopOfRuntime[client]?.clock,
    ),
    row('the same, ms of CPU', (client) => onTopOfRuntime[client]?.cpu),
    row('without the runtime, less bare Node.js, ms on the clock', (client) => alone[client]?.clock),
  ]);
}

const perRecord = (points: readonly Growth[]) =>
  table([
    {
      records: 'µs of CPU a record',
      ...Object.fromEntries(points.map(({ records, cpuUs }) => [thousands(records), Number(cpuUs.toPrecision(2))])),
    },
  ]);

const rate = ({ rows }: NonNullable<Figures['rate']>) =>
  table(
    rows
      .filter(({ client }) => client === 'ours')
      .map((ours) => {
        const theirs = rows.find(
          ({ client, limit, containers }) =>
            client !== 'ours' && limit === ours.limit && containers === ours.containers,
        );
        return {
          'limit, calls/s': thousands(ours.limit),
          containers: ours.containers,
          'connector: used': percent(ours.used),
          throttled: percent(ours.throttled),
          'SDK v3, adaptive: used': percent(theirs?.used ?? NaN),
          'throttled ': percent(theirs?.throttled ?? NaN),
        };
      }),
  );

function scaling({ results }: NonNullable<Figures['scaling']>): string {
  const kinds = results.filter(
    ({ limited, prefetch }, index) =>
      results.findIndex((other) => other.limited === limited && other.prefetch === prefetch) === index,
  );
  return table(
    kinds.map((kind) => ({
      "the runtime's rate limit": kind.limited ? '100/s (default)' : 'lifted',
      prefetch: kind.prefetch,
      ...Object.fromEntries(
        results
          .filter(({ limited, prefetch }) => limited === kind.limited && prefetch === kind.prefetch)
          .map(({ replicas, rate: perSecond }) => [
            replicas === 1 ? '1 container' : `${replicas} containers`,
            Math.round(perSecond),
          ]),
      ),
    })),
  );
}

/** The blocks that documents take from the figures, by name. */
export function blocks({ bench, rate: rates, runtime, scaling: scales }: Figures): ReadonlyMap<string, string> {
  const found: [string, string][] = [];
  if (bench) {
    const { records, patches } = bench.seeds;
    found.push(
      ['bench', `${source(bench, 'bench')} Seeds of the data: ${records} and ${patches}.`],
      ['ten', tenAtATime(bench)],
      ['concurrencies', otherConcurrencies(bench)],
      ['absolutes', absolutes(bench)],
      ['other-data', otherData(bench)],
      ['starts', starts(bench)],
      ['list', perRecord(bench.growth.list)],
      ['upsert', perRecord(bench.growth.upsert)],
      [
        'size',
        `\`npm ci --omit=dev\` installs ${bench.install.packages} packages, ${Math.round(bench.install.mebibytes)} MiB.`,
      ],
      [
        'server',
        `A signed ListRecords of 10 records takes the local server ${Math.round(bench.localServer.cpuUs)} µs of CPU: ${thousands(bench.localServer.callsPerCoreSecond)} a second on one core, and ${thousands(bench.localServer.callsPerSecond)} a second beside the clients on the same cores.`,
      ],
    );
  }
  if (rates) found.push(['rate', `${source(rates, 'rate')}\n\n${rate(rates)}`]);
  if (runtime) found.push(['runtime', `${source(runtime, 'runtime')}\n\n${table(runtime.rows)}`]);
  if (scales) found.push(['scaling', `${source(scales, 'scaling')}\n\n${scaling(scales)}`]);
  return new Map(found);
}

const BLOCK = /(<!-- figures: ([\w-]+) -->\n)([^]*?)(<!-- \/figures -->)/g;

/** A document with its blocks as the figures have them; those that there are no figures for stay as they are. */
export const withFigures = (text: string, figures: Figures): string => {
  const known = blocks(figures);
  return text.replace(BLOCK, (_, ...[begin = '', name = '', old = '', end = '']: string[]) => {
    const block = known.get(name);
    return begin + (block === undefined ? old : `\n${block}\n\n`) + end;
  });
};

/** The names of a document's blocks. */
export const blocksOf = (text: string): string[] => [...text.matchAll(BLOCK)].map(([, , name = '']) => name);
