import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '../..');

/** Debian's, which have the SDKs of Debian's packages. */
export const PYTHON = process.env['PYTHON'] ?? '/usr/bin/python3';
const GO = process.env['GO'] ?? '/usr/bin/go';

export interface Ended {
  readonly code: number | null;
  /** Lines of stdout. */
  readonly lines: string[];
  readonly stderr: string;
}

/** Runs a program from the root of the repository until it ends. */
export function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  if (!existsSync(command))
    throw new Error(`There is no ${command}: see the stage clients of .ci/run for what to install`);
  // Nothing of the caller's own accounts.
  const { PATH, HOME } = process.env;
  const child = spawn(command, args, { cwd: ROOT, env: { PATH, HOME, AWS_EC2_METADATA_DISABLED: 'true', ...env } });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((ended) =>
    child.on('close', (code) => ended({ code, lines: stdout.split('\n').filter(Boolean), stderr })),
  );
}

/** Compiles a program with the SDK of Debian's golang-github-aws-aws-sdk-go-dev. @throws Error with what the compiler says. */
export async function compile(source: string, program: string): Promise<void> {
  const env = { GO111MODULE: 'off', GOPATH: '/usr/share/gocode', GOFLAGS: '' };
  const { code, stderr } = await run(GO, ['build', '-o', program, source], env);
  if (code !== 0) throw new Error(stderr);
}
