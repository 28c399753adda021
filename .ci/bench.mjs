// Runs the whole benchmark with few repetitions and checks that it writes what its readers rely on. What the figures are is
// not judged here: a machine that checks is not one that measures.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const folder = mkdtempSync(path.join(os.tmpdir(), 'bench-'));
try {
  const file = path.join(folder, 'figures.json');
  execFileSync('npm', ['run', '--silent', 'bench', '--', '--quick', '--json', file], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const figures = JSON.parse(readFileSync(file, 'utf8'));

  const missing = [];
  const check = (name, value) => {
    if (!Number.isFinite(value)) missing.push(`${name} is ${value}`);
  };
  for (const beside of ['floor', 'stock axios', 'SDK v3', 'SDK v2']) {
    for (const scenario of ['LR10', 'UR25', 'LR1000']) {
      for (const concurrency of [1, 10, 50]) {
        const row = figures.ratios.find(
          (each) => each.beside === beside && each.scenario === scenario && each.concurrency === concurrency,
        );
        const name = `${scenario} beside ${beside}, ${concurrency} at a time`;
        check(`${name}: CPU`, row?.cpuRatio);
        check(`${name}: throughput`, row?.throughputRatio);
        for (const member of ['cpuUs', 'callsPerSecond', 'p50Ms', 'p99Ms'])
          check(`${name}: ${member}`, row?.ours[member]);
      }
    }
  }
  for (const client of ['ours', 'SDK v3', 'SDK v2']) {
    check(`start of ${client}`, figures.starts.alone[client]?.clock);
    check(`start of ${client} on top of the runtime`, figures.starts.onTopOfRuntime[client]?.clock);
  }
  check('growth of the heap', figures.heaps.ours.growthPerCallBytes);
  check('validation', figures.validation[0]?.ratio);
  for (const curve of ['list', 'upsert']) check(`growth, ${curve}`, figures.growth[curve].at(-1)?.cpuUs);
  check('installed packages', figures.install.packages);
  check('bytes emitted', figures.bytes.emitted);
  for (const { data, beside, cpuRatio } of figures.otherData) check(`records ${data} beside ${beside}`, cpuRatio);

  for (const problem of missing) console.error(`bench: ${problem}`);
  console.log(`bench: ${figures.ratios.length} comparisons, ${missing.length} figures missing`);
  process.exitCode = missing.length > 0 ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
