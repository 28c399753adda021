import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = resolve(__dirname, '../..');
const LISTENING = /^Cognito Sync is listening on (https?:\/\/[\d.]+:(\d+))$/;

export interface ServerProcess {
  readonly child: ChildProcess;
  readonly endpoint: string;
  readonly port: number;
  /** Lines of stdout so far. */
  readonly lines: readonly string[];
  /** Lines of stderr so far. */
  readonly errors: readonly string[];
  /** Sends a signal and resolves with the exit code, null when the signal ended it. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** Runs a command that serves, until it says where it listens. */
export const serverProcess = (command: string, ...args: string[]) => serverProcessIn(process.env, command, ...args);

/** As `serverProcess`, in an environment of its own. */
export async function serverProcessIn(
  env: NodeJS.ProcessEnv,
  command: string,
  ...args: string[]
): Promise<ServerProcess> {
  const child = spawn(command, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  const errors: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => errors.push(line));
  const [endpoint = '', port = ''] = await new Promise<string[]>((listening, failed) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line);
      const [, url, at] = LISTENING.exec(line) ?? [];
      if (url && at) listening([url, at]);
    });
    child.once('exit', (code) => failed(new Error(`ended with ${code}: ${errors.join('\n')}`)));
  });
  const end = async (signal: NodeJS.Signals) => {
    const exited = once(child, 'exit') as Promise<[number | null]>;
    child.kill(signal);
    return (await exited)[0];
  };
  return { child, endpoint, port: Number(port), lines, errors, end };
}

/** The server without npm in between, so that a signal reaches it and nothing else. */
export const bareServer = (...args: string[]) => serverProcess(process.execPath, 'dist/server.js', ...args);
