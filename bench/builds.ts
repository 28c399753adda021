import { createRequire } from 'node:module';
import path from 'node:path';
import { Command } from 'commander';
import type { Process } from '../lib/platform/runtime';
import { compare } from './compare';
import { withStubServer } from './measure';
import { connector, SCENARIOS, type Scenario } from './peers';
import { whole } from './numbers';

/**
 * `npx ts-node bench/builds.ts FOLDER [--pairs N] [--scenario NAME…]`: the CPU of the steps in dist/ for one unit of CPU of
 * those in another build, such as one without the piece of code whose worth is asked for.
 */

interface Options {
  readonly pairs: number;
  readonly scenario: readonly Scenario[];
}

const command = new Command('builds')
  .argument('<folder>', 'another build: what `npm run build` leaves in dist/')
  .option('--pairs <number>', 'pairs of batches', whole, 61)
  .option('--scenario <name...>', 'only these', [...SCENARIOS]);

function actionsOf(folder: string) {
  const requireModule = createRequire(path.resolve(folder, 'lib/actions/index.js'));
  const load = (name: string) => (requireModule(`./${name}.js`) as { process: Process }).process;
  return { ListRecords: load('ListRecords'), UpdateRecords: load('UpdateRecords') };
}

async function main(folder: string, { pairs, scenario }: Options): Promise<void> {
  await withStubServer(async (endpoint) => {
    const clients = [connector(endpoint), connector(endpoint, actionsOf(folder))] as const;
    for (const each of scenario) {
      const { cpuRatio, quartiles } = await compare(clients, each, 10, { warmUp: 12, pairs });
      console.log(`${each}: ${cpuRatio.toFixed(3)} (${quartiles.map((value) => value.toFixed(3)).join(' to ')})`);
    }
  });
}

command.parse();
main(command.args[0] ?? '', command.opts<Options>()).then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
