import { startServer, type LocalServer } from '../../server';
import { DEFAULT_KEY, defaultPool } from '../../server/options';
import type { Struck } from './struck';

export const REGION = 'us-east-1';
export const POOL = defaultPool(REGION);

/** The local Cognito Sync behind the workbench; it can be begun anew while the page stays open. */
export class Local {
  private constructor(
    private running: LocalServer,
    private readonly struck: Struck,
  ) {}

  static async start(struck: Struck): Promise<Local> {
    return new Local(await begin(struck), struck);
  }

  get server(): LocalServer {
    return this.running;
  }

  /** The credential of the steps. */
  get credential() {
    const { accessKeyId, secretAccessKey } = DEFAULT_KEY;
    return { accessKeyId, secretAccessKey, region: REGION, endpoint: this.running.endpoint };
  }

  /** Forgets everything: records, faults, the clock. The address stays. */
  async reset(): Promise<void> {
    const { port } = this.running;
    await this.running.stop();
    this.running = await begin(this.struck, port);
  }

  stop(): Promise<void> {
    return this.running.stop();
  }
}

async function begin(struck: Struck, port = 0): Promise<LocalServer> {
  const server = await startServer({ region: REGION, port });
  struck.watch(server.faults);
  return server;
}
