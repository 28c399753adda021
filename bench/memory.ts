import { batch, conclude, inProcess } from './measure';
import { peer, type PeerName } from './peers';

/** Heap of a client after loading, and its growth over many calls, in a process of its own. */
export interface Memory {
  readonly heapLoadedBytes: number;
  readonly heapAfterBytes: number;
  readonly rssAfterBytes: number;
  /** Over the second half of the calls, when every cache is full. */
  readonly growthPerCallBytes: number;
}

async function measure(name: PeerName, endpoint: string, calls: number): Promise<Memory> {
  const collect = () => {
    for (let i = 0; i < 4; i++) global.gc?.();
    return process.memoryUsage();
  };
  const client = await peer(name, endpoint);
  const { heapUsed: heapLoadedBytes } = collect();
  await batch(client, 'LR10', calls / 2, 10);
  const { heapUsed: half } = collect();
  await batch(client, 'LR10', calls / 2, 10);
  const { heapUsed: heapAfterBytes, rss: rssAfterBytes } = collect();
  return { heapLoadedBytes, heapAfterBytes, rssAfterBytes, growthPerCallBytes: (heapAfterBytes - half) / (calls / 2) };
}

/** Runs the measurement in a process of its own, so that no other client shares its heap. */
export const memory = (name: PeerName, endpoint: string, calls: number): Promise<Memory> =>
  inProcess(__filename, [name, endpoint, String(calls)], ['--expose-gc']);

if (require.main === module) {
  const [name, endpoint, calls] = process.argv.slice(2) as [PeerName, string, string];
  conclude(measure(name, endpoint, Number(calls)));
}
