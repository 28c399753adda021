import { fork, type ChildProcess } from 'node:child_process';
import type { Job } from '../child/job';
import type { ChildEvent } from '../child/main';
import type { RunEvent } from '../protocol';
import type { Place, Struck } from './struck';

const MAX_STDERR = 4_000;
/** Of tokens, the newest. */
const MAX_NAMES = 100;

/**
 * Runs jobs, each in a process of its own that can be ended. One process stands ready, since starting one takes longer than most
 * steps. It gets nothing of this environment but the way to Node.js and the proxy.
 */
export class Runs {
  private spare: ChildProcess | undefined;
  private readonly running = new Set<ChildProcess>();
  /** Tokens by the names that stand for them on the page. */
  private names: Readonly<Record<string, string>> = {};

  constructor(
    private readonly module: string,
    private readonly struck: Struck,
    /** What the platform's runtime sets for a step. */
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  /** Starts the process that stands ready. */
  prepare(): void {
    this.spare ??= this.start();
  }

  /**
   * Carries out a job and gives each event as it happens; resolves at the end, also of a job that failed or crashed. An abort ends
   * the process at once.
   */
  run(job: Omit<Job, 'names'>, onEvent: (event: RunEvent) => void, signal: AbortSignal): Promise<void> {
    const child = isReady(this.spare) ? this.spare : this.start();
    this.spare = undefined;
    this.running.add(child);
    const places = new Map<number, Place>();
    const started = performance.now();
    let ended = false;
    let stderr = '';
    child.stderr?.on('data', (chunk: Buffer) => (stderr = (stderr + chunk.toString()).slice(-MAX_STDERR)));
    child.on('message', (event: ChildEvent) => {
      switch (event.type) {
        case 'name':
          this.names = newest({ ...this.names, [event.name]: event.token });
          return;
        case 'socket':
          places.set(event.n, event);
          return;
        case 'answered': {
          const struck = this.struck.of(places.get(event.n), job.step ?? job.kind, event.n);
          return onEvent(struck ? { ...event, struck } : event);
        }
        case 'end':
          ended = true;
      }
      onEvent(event);
    });
    return new Promise((resolve) => {
      const over = (code: number | null, killed: NodeJS.Signals | null) => {
        this.running.delete(child);
        if (!ended && !signal.aborted) {
          const message = `The process of the step ended with ${killed ?? `exit code ${code}`} before the step did.`;
          const ms = Math.round(performance.now() - started);
          onEvent({ type: 'end', ms, error: { kind: 'crashed', message, stack: stderr } });
        }
        resolve();
      };
      // The last events may still be on their way when the process is gone.
      child.once('exit', (...how) => {
        if (child.connected) child.once('disconnect', () => over(...how));
        else over(...how);
      });
      const end = () => child.kill('SIGKILL');
      if (signal.aborted) end();
      else signal.addEventListener('abort', end, { once: true });
      // One that has just ended takes none, which its exit says.
      child.send({ ...job, names: this.names }, () => undefined);
      this.prepare();
    });
  }

  /** As {@link run}, for a job with one result. @throws Error with the message of what it threw */
  async result(job: Omit<Job, 'names'>, signal: AbortSignal): Promise<unknown> {
    let value: unknown;
    let failure: string | undefined;
    await this.run(
      job,
      (event) => {
        if (event.type === 'result') value = event.value;
        if (event.type === 'end') failure = event.error?.message;
      },
      signal,
    );
    if (failure !== undefined) throw new TypeError(failure);
    return value;
  }

  stop(): void {
    for (const child of [this.spare, ...this.running]) child?.kill('SIGKILL');
    this.spare = undefined;
  }

  private start(): ChildProcess {
    const { PATH, COGNITO_SYNC_PROXY } = process.env;
    return fork(this.module, {
      env: { PATH, ...(COGNITO_SYNC_PROXY && { COGNITO_SYNC_PROXY }), ...this.env },
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
  }
}

/** Whether a process can still take a job: one that stands ready may have been ended from outside. */
const isReady = (child: ChildProcess | undefined): child is ChildProcess =>
  child !== undefined && child.connected && child.exitCode === null && child.signalCode === null;

const newest = (names: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(names).slice(-MAX_NAMES));
