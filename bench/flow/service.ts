import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import readline from 'node:readline';

/**
 * The local server in a process of its own, as the service would be; it ends with this one.
 * @param latencyMs that it takes for each call
 */
export async function service(pool: string, latencyMs: number): Promise<{ process: ChildProcess; endpoint: string }> {
  const root = path.join(__dirname, '../..');
  const args = ['-r', 'ts-node/register/transpile-only', 'server/server.ts'];
  const child = spawn(process.execPath, [...args, '--latency', String(latencyMs), '--pool', pool], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  process.on('exit', () => child.kill());
  for await (const line of readline.createInterface({ input: child.stdout })) {
    const endpoint = /listening on (http:\S+)/.exec(line)?.[1];
    if (endpoint) return { process: child, endpoint };
  }
  throw new Error('the local server does not start');
}
