// Fails when a production dependency has a known vulnerability of severity high or above. Where the registry has no
// advisories to ask for, fails unless the versions that package.json lifts by `overrides` are the ones installed.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** The JSON that npm prints, whatever its exit status. */
function npm(...args) {
  try {
    return JSON.parse(
      execFileSync('npm', [...args, '--json'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
    );
  } catch (error) {
    if (typeof error.stdout === 'string' && error.stdout.trim() !== '') return JSON.parse(error.stdout);
    throw error;
  }
}

const report = npm('audit', '--omit=dev');
const counts = report.metadata?.vulnerabilities;
if (counts) {
  console.log(
    `audit: ${counts.critical} critical, ${counts.high} high, ${counts.moderate} moderate, ${counts.low} low`,
  );
  for (const { name, severity, range } of Object.values(report.vulnerabilities))
    console.log(`  ${severity}: ${name} ${range}`);
  process.exit(counts.critical + counts.high > 0 ? 1 : 0);
}

console.log(
  `audit: NOT DONE, the registry has no advisories to ask for (${report.statusCode ?? report.error?.code ?? 'no answer'})`,
);
console.log('audit: checking instead that the overrides of package.json are in force');
const { overrides } = JSON.parse(readFileSync('package.json', 'utf8'));
const installed = new Map(Object.keys(overrides).map((name) => [name, new Set()]));
const visit = ({ dependencies = {} }) => {
  for (const [name, dependency] of Object.entries(dependencies)) {
    if (dependency.version) installed.get(name)?.add(dependency.version);
    visit(dependency);
  }
};
visit(npm('ls', '--omit=dev', '--all'));

let wrong = 0;
for (const [name, wanted] of Object.entries(overrides)) {
  const version = wanted.slice(wanted.lastIndexOf('@') + 1);
  const found = [...installed.get(name)];
  const holds = found.length === 1 && found[0] === version;
  console.log(`  ${holds ? 'ok' : 'WRONG'}: ${name} ${found.join(', ') || 'is not installed'}, wanted ${wanted}`);
  if (!holds) wrong += 1;
}
process.exit(wrong > 0 ? 1 : 0);
