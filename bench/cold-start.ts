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
  /** Milliseconds from start to first answer, by client. */
  readonly alone: Readonly<Record<string, number>>;
  /** The runtime's own milliseconds, and what each client adds to them. */
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

/** Medians of `rounds` starts of each kind, alternating. */
export function coldStart(endpoint: string, rounds: number): ColdStart {
  const names = Object.keys(scripts);
  const alone = new Map(names.map((name) => [name, [] as number[]]));
  const onTop = new Map(names.map((name) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      alone.get(name)!.push(startMs(scripts[name]!(endpoint)));
      onTop.get(name)!.push(startMs(runtime + scripts[name]!(endpoint)));
    }
  }
  const medians = (of: Map<string, number[]>) =>
    Object.fromEntries([...of].map(([name, times]) => [name, median(times)]));
  const { bare = NaN, ...aloneMs } = medians(alone);
  const { bare: runtimeMs = NaN, ...withRuntime } = medians(onTop);
  return {
    alone: { 'bare node': bare, ...aloneMs },
    runtimeMs,
    onTopOfRuntime: Object.fromEntries(Object.entries(withRuntime).map(([name, ms]) => [name, ms - runtimeMs])),
  };
}
