import { spawn } from 'node:child_process';
import path from 'node:path';
import { KEYS } from './local';

const ROOT = path.join(__dirname, '..', '..');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  /** The line on standard error after which the process is killed. */
  readonly killAt?: number;
  readonly input?: string;
}

/** Runs one of the repository's commands with the key of a local server. */
export function command(
  endpoint: string,
  script: string,
  args: readonly string[],
  { killAt = 0, input = '' }: CommandOptions = {},
): Promise<Ended> {
  const child = spawn(process.execPath, ['-r', 'ts-node/register/transpile-only', `scripts/${script}.ts`, ...args], {
    cwd: ROOT,
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      AWS_ACCESS_KEY_ID: KEYS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: KEYS.secretAccessKey,
      COGNITO_SYNC_ENDPOINT: endpoint,
    },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
    if (killAt > 0 && stderr.split('\n').length > killAt) child.kill('SIGKILL');
  });
  // A command that refuses its options ends without having read anything.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
}
