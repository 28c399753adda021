import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { Inbox, within } from './inbox';

/** The folder of component.json. */
export const COMPONENT_ROOT = path.join(__dirname, '../../..');
const START_MS = 30_000;
const STOP_MS = 30_000;

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface SailorOptions {
  /** The folder of the component; by default ours. */
  readonly root?: string;
  /** `run.js` for a step, `runService.js` for a single question, or the path of another runtime. */
  readonly script?: string;
  /** A module that the process loads first. */
  readonly preload?: string;
  readonly args?: readonly string[];
  /** Nothing else of our own environment reaches the process but PATH. */
  readonly env: Readonly<Record<string, string>>;
}

const alive = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

/** The runtime of the platform in a process of its own, as the platform starts it: from the component's folder. */
export class Sailor {
  private readonly written = new Inbox<string>('parts of the log');
  readonly exited: Promise<Exit>;
  private readonly process: ChildProcess;
  private readonly ready: Promise<void>;

  constructor({ root = COMPONENT_ROOT, script = 'run.js', preload, args = [], env }: SailorOptions) {
    const runtime = path.dirname(require.resolve('elasticio-sailor-nodejs/package.json', { paths: [root] }));
    this.process = spawn(
      process.execPath,
      [...(preload ? ['--require', preload] : []), path.resolve(runtime, script), ...args],
      {
        cwd: root,
        env: { PATH: process.env['PATH'] ?? '', ...env },
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      },
    );
    alive.add(this.process);
    const append = (chunk: Buffer) => this.written.put(chunk.toString());
    this.process.stdout?.on('data', append);
    this.process.stderr?.on('data', append);
    this.exited = new Promise((resolve) => {
      this.process.once('close', (code, signal) => {
        alive.delete(this.process);
        resolve({ code, signal });
      });
    });
    this.ready = new Promise((resolve) => {
      this.process.on('message', (message: { event?: string }) => {
        if (message.event === 'init:ended') resolve();
      });
    });
  }

  get pid(): number {
    return this.process.pid ?? 0;
  }

  /** Everything it wrote, one JSON object a line. */
  get log(): string {
    return this.written.items.join('');
  }

  /** Resolves when `text` is in the log `times` times. */
  async says(text: string, times = 1): Promise<void> {
    await this.written.until(() => this.log.split(text).length > times, `«${text}» in the log`);
  }

  /** Resolves when it listens for messages. */
  async listening(): Promise<this> {
    const died = this.exited.then(({ code, signal }) => {
      throw new Error(`the runtime ended with ${code ?? signal} before it was ready:\n${this.log}`);
    });
    await within(Promise.race([this.ready, died]), START_MS, () => `expected the runtime to be ready`);
    return this;
  }

  kill(signal: NodeJS.Signals): void {
    this.process.kill(signal);
  }

  /** Asks it to end and resolves when it has. */
  async stop(signal: NodeJS.Signals = 'SIGTERM', ms = STOP_MS): Promise<Exit> {
    this.kill(signal);
    return this.ended(ms);
  }

  /** Resolves when it has ended. */
  ended(ms = STOP_MS): Promise<Exit> {
    return within(this.exited, ms, () => `expected the runtime to end, log:\n${this.log}\n`);
  }
}
