import { startServer, type LocalServer } from '../../server';
import { DEFAULT_KEY, defaultPool } from '../../server/options';
import { Changes } from './changes';
import { onChange } from './local-state';
import type { Struck } from './struck';

export const REGION = 'us-east-1';
export const POOL = defaultPool(REGION);

/** The local Cognito Sync behind the workbench; it can be begun anew while the page stays open. */
export class Local {
  readonly changes = new Changes();

  private constructor(
    private running: LocalServer,
    readonly struck: Struck,
  ) {
    this.watch();
  }

  static async start(struck: Struck): Promise<Local> {
    return new Local(await startServer({ region: REGION }), struck);
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
    this.running = await startServer({ region: REGION, port });
    this.struck.clear();
    this.watch();
    this.changes.add({ at: new Date().toISOString(), kind: 'reset', text: 'everything was reset' });
  }

  stop(): Promise<void> {
    return this.running.stop();
  }

  private watch(): void {
    this.struck.watch(this.running);
    onChange(this.running, (change) => this.changes.add(change));
  }
}
