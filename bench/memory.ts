import { fork } from 'node:child_process';
import path from 'node:path';
import { batch } from './measure';
import { peer, type PeerName } from './peers';

/** Heap of a client after loading, and its growth over many calls, in a process of its own. */
export interface Memory {
  readonly heapLoadedBytes: number;
  readonly heapAfterBytes: number;
  readonly rssAfterBytes: number;
  /** Over the second half of the calls, when every cache is full. */
  readonly growthPerCallBytes: number;
}

const CALLS = 20_000;

async function measure(name: PeerName, endpoint: string): Promise<Memory> {
  const collect = () => {
    for (let i = 0; i < 4; i++) global.gc?.();
    return process.memoryUsage();
  };
  const client = await peer(name, endpoint);
  const { heapUsed: heapLoadedBytes } = collect();
  await batch(client, 'LR10', CALLS / 2, 10);
  const { heapUsed: half } = collect();
  await batch(client, 'LR10', CALLS / 2, 10);
  const { heapUsed: heapAfterBytes, rss: rssAfterBytes } = collect();
  return { heapLoadedBytes, heapAfterBytes, rssAfterBytes, growthPerCallBytes: (heapAfterBytes - half) / (CALLS / 2) };
}

/** Runs the measurement in a child, so that no other client shares its heap. */
export function memory(name: PeerName, endpoint: string): Promise<Memory> {
  const child = fork(__filename, [name, endpoint], {
    execArgv: ['--expose-gc', '--no-warnings', '-r', path.join(__dirname, 'register.js')],
  });
  return new Promise((resolve, reject) => {
    child.once('message', (result) => resolve(result as Memory));
    child.once('exit', (code) => reject(new Error(`The measurement of ${name} ended with ${code}`)));
  });
}

if (require.main === module) {
  const [name, endpoint] = process.argv.slice(2) as [PeerName, string];
  void measure(name, endpoint).then((result) => {
    process.send?.(result);
    process.disconnect();
    setTimeout(() => process.exit(0), 100).unref();
  });
}
