import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { median } from './measure';

/** From the start of a process to the first answer, alone and on top of the platform's runtime. */

const root = path.resolve(__dirname, '..');

const input = `{ IdentityPoolId: 'us-east-1:1699ebc0-7900-4099-b910-2df94f52a030', IdentityId: 'us-east-1:0', DatasetName: 'lr-10' }`;
const credentials = `accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret'`;
const ready = (call: string) => `${call}.then(() => { process.stdout.write('ready'); process.exit(0); });`;

const scripts: Readonly<Record<string, (endpoint: string) => string>> = {
  bare: () => `process.stdout.write('ready'); process.exit(0);`,
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

export interface ColdStart {
  /** Of a process with nothing in it, in ms. */
  readonly bareMs: number;
  /** What each client adds to it until its first answer, in ms. */
  readonly alone: Readonly<Record<string, number>>;
  /** Of a process with the platform's runtime, in ms. */
  readonly runtimeMs: number;
  readonly onTopOfRuntime: Readonly<Record<string, number>>;
}

function startMs(script: string): number {
  const started = process.hrtime.bigint();
  execFileSync(process.execPath, ['--no-warnings', '-e', script], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE: '1' },
  });
  return Number(process.hrtime.bigint() - started) / 1e6;
}

/** Medians of `rounds` starts of each kind, alternating; what a client adds is taken within its round. */
export function coldStart(endpoint: string, rounds: number): ColdStart {
  const clients = Object.keys(scripts).filter((name) => name !== 'bare');
  const measure = (prefix: string) => {
    const bare: number[] = [];
    const added = new Map(clients.map((name) => [name, [] as number[]]));
    for (let round = 0; round < rounds; round++) {
      const bareMs = startMs(prefix + scripts['bare']!(endpoint));
      bare.push(bareMs);
      for (const [name, times] of added) times.push(startMs(prefix + scripts[name]!(endpoint)) - bareMs);
    }
    const medians = [...added].map(([name, times]) => [name, Math.round(median(times))]);
    return [Math.round(median(bare)), Object.fromEntries(medians) as Record<string, number>] as const;
  };
  const [bareMs, alone] = measure('');
  const [runtimeMs, onTopOfRuntime] = measure(runtime);
  return { bareMs, alone, runtimeMs, onTopOfRuntime };
}
