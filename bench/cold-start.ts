import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { median } from './measure';

/**
 * From the start of a process to the first answer, alone and on top of the platform's runtime. Time on the clock includes how
 * long the server's process takes to wake up, which varies by 10 ms and more; time of the CPU does not.
 */

const root = path.resolve(__dirname, '..');

const input = `{ IdentityPoolId: 'us-east-1:1699ebc0-7900-4099-b910-2df94f52a030', IdentityId: 'us-east-1:0', DatasetName: 'lr-10' }`;
const credentials = `accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret'`;
const end = `process.stdout.write(JSON.stringify(process.cpuUsage())); process.exit(0);`;
const ready = (call: string) => `${call}.then(() => { ${end} });`;

const scripts: Readonly<Record<string, (endpoint: string) => string>> = {
  bare: () => end,
  ours: (endpoint: string) =>
    ready(
      `require('./dist/lib/actions/ListRecords.js').process.call({ emit: async () => {}, logger: { info() {} } }, { body: ${input} },` +
        `{ ${credentials}, region: 'us-east-1', endpoint: '${endpoint}' })`,
    ),
  'SDK v3': (endpoint: string) =>
    `const { CognitoSyncClient, ListRecordsCommand } = require('@aws-sdk/client-cognito-sync');` +
    ready(
      `new CognitoSyncClient({ region: 'us-east-1', endpoint: '${endpoint}', credentials: { ${credentials} } }).send(new ListRecordsCommand(${input}))`,
    ),
  'SDK v2': (endpoint: string) =>
    `const CognitoSync = require('aws-sdk/clients/cognitosync');` +
    ready(
      `new CognitoSync({ region: 'us-east-1', endpoint: '${endpoint}', ${credentials} }).listRecords(${input}).promise()`,
    ),
};

// What every step's container loads before its action.
const runtime = `require('elasticio-sailor-nodejs/lib/sailor.js');`;

/** In ms: on the clock, and of the CPU. */
interface Start {
  readonly clock: number;
  readonly cpu: number;
}

export interface ColdStart {
  /** Of a process with nothing in it. */
  readonly bare: Start;
  /** What each client adds to it until its first answer. */
  readonly alone: Readonly<Record<string, Start>>;
  /** Of a process with the platform's runtime. */
  readonly runtime: Start;
  readonly onTopOfRuntime: Readonly<Record<string, Start>>;
}

function start(script: string): Start {
  const started = process.hrtime.bigint();
  const output = execFileSync(process.execPath, ['--no-warnings', '-e', script], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE: '1' },
  });
  const clock = Number(process.hrtime.bigint() - started) / 1e6;
  const { user, system } = JSON.parse(output.toString()) as NodeJS.CpuUsage;
  return { clock, cpu: (user + system) / 1000 };
}

const medianOf = (starts: readonly Start[]): Start => ({
  clock: Math.round(median(starts.map(({ clock }) => clock))),
  cpu: Math.round(median(starts.map(({ cpu }) => cpu))),
});

/** Starts everything in turns; what a client adds is taken within its round. */
function measure(prefix: string, endpoint: string, rounds: number) {
  const bare: Start[] = [];
  const clients = Object.keys(scripts).filter((name) => name !== 'bare');
  const added = new Map(clients.map((name) => [name, [] as Start[]]));
  for (let round = 0; round < rounds; round++) {
    const without = start(prefix + scripts['bare']!(endpoint));
    bare.push(without);
    for (const [name, starts] of added) {
      const { clock, cpu } = start(prefix + scripts[name]!(endpoint));
      starts.push({ clock: clock - without.clock, cpu: cpu - without.cpu });
    }
  }
  return [medianOf(bare), Object.fromEntries([...added].map(([name, starts]) => [name, medianOf(starts)]))] as const;
}

/** Medians of `rounds` starts of each kind. */
export function coldStart(endpoint: string, rounds: number): ColdStart {
  const [bare, alone] = measure('', endpoint, rounds);
  const [withRuntime, onTopOfRuntime] = measure(runtime, endpoint, rounds);
  return { bare, alone, runtime: withRuntime, onTopOfRuntime };
}
