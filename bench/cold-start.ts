import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { median } from './measure';

/**
 * From the start of a process to the first answer, alone and on top of the platform's runtime, each process measured from
 * inside. Time on the clock includes how long the server's process takes to wake up, which varies by 10 ms; time of
 * the CPU does not.
 */

const root = path.resolve(__dirname, '..');

const input = `{ IdentityPoolId: 'us-east-1:1699ebc0-7900-4099-b910-2df94f52a030', IdentityId: 'us-east-1:0', DatasetName: 'list-10' }`;
const credentials = `accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret'`;

/** Loads a client and makes one call. */
const calls: Readonly<Record<string, (endpoint: string) => string>> = {
  ours: (endpoint) =>
    `require('./dist/lib/actions/ListRecords.js').process.call({ emit: async () => {}, logger: { info() {} } }, { body: ${input} },` +
    `{ ${credentials}, region: 'us-east-1', endpoint: '${endpoint}' })`,
  'SDK v3': (endpoint) =>
    `const { CognitoSyncClient, ListRecordsCommand } = require('@aws-sdk/client-cognito-sync');` +
    `new CognitoSyncClient({ region: 'us-east-1', endpoint: '${endpoint}', credentials: { ${credentials} } }).send(new ListRecordsCommand(${input}))`,
  'SDK v2': (endpoint) =>
    `const CognitoSync = require('aws-sdk/clients/cognitosync');` +
    `new CognitoSync({ region: 'us-east-1', endpoint: '${endpoint}', ${credentials} }).listRecords(${input}).promise()`,
};

// What every step's container loads before its action.
const runtime = `require('elasticio-sailor-nodejs/lib/sailor.js');`;

/** In ms, since the process began: on the clock, and of the CPU. */
interface Time {
  readonly clock: number;
  readonly cpu: number;
}

export interface ColdStart {
  /** Of a process with nothing in it. */
  readonly bare: Time;
  /** What each client adds to it until its first answer. */
  readonly alone: Readonly<Record<string, Time>>;
  /** Of a process with the platform's runtime. */
  readonly runtime: Time;
  readonly onTopOfRuntime: Readonly<Record<string, Time>>;
}

/** One process: until the client is about to be loaded, and until its first answer. */
function start(prefix: string, call: string): { readonly before: Time; readonly answered: Time } {
  const script = `
    const now = () => {
      const { user, system } = process.cpuUsage();
      return { clock: performance.now(), cpu: (user + system) / 1000 };
    };
    ${prefix}
    const before = now();
    ${call}.then(() => {
      process.stdout.write(JSON.stringify({ before, answered: now() }));
      process.exit(0);
    });`;
  const output = execFileSync(process.execPath, ['--no-warnings', '-e', script], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE: '1' },
  });
  return JSON.parse(output.toString()) as ReturnType<typeof start>;
}

const medianOf = (times: readonly Time[]): Time => ({
  clock: Math.round(median(times.map(({ clock }) => clock))),
  cpu: Math.round(median(times.map(({ cpu }) => cpu))),
});

/** Starts all clients in turns. */
function measure(prefix: string, endpoint: string, rounds: number) {
  const without: Time[] = [];
  const added = Object.fromEntries(Object.keys(calls).map((name) => [name, [] as Time[]]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, call] of Object.entries(calls)) {
      const { before, answered } = start(prefix, call(endpoint));
      without.push(before);
      added[name]?.push({ clock: answered.clock - before.clock, cpu: answered.cpu - before.cpu });
    }
  }
  const medians = Object.entries(added).map(([name, times]) => [name, medianOf(times)] as const);
  return [medianOf(without), Object.fromEntries(medians)] as const;
}

/** Medians of `rounds` starts of each kind. */
export function coldStart(endpoint: string, rounds: number): ColdStart {
  const [bare, alone] = measure('', endpoint, rounds);
  const [withRuntime, onTopOfRuntime] = measure(runtime, endpoint, rounds);
  return { bare, alone, runtime: withRuntime, onTopOfRuntime };
}
