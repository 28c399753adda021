import type { Config, Message, Process } from '../../lib/platform/runtime';

export interface Emitted {
  readonly id: string;
  readonly body: Record<string, any>;
  readonly headers: Record<string, string>;
}

/** Thrown in place of a broken process. */
export class Crash extends Error {}

export interface PollOptions {
  /** The emit that breaks, counted from 1, data and snapshots alike. */
  readonly crashAt?: number;
  /** Whether the broker has the message of the breaking emit. */
  readonly delivered?: boolean;
  readonly message?: Message;
}

/** Runs a trigger again and again, as the platform does, with the snapshot that it kept last. */
export class Poller {
  snapshot: Record<string, any> = {};
  /** Everything that was delivered, in order. */
  readonly emitted: Emitted[] = [];
  readonly snapshots: object[] = [];
  readonly log: string[] = [];

  constructor(
    private readonly process: Process,
    private readonly cfg: Config,
  ) {}

  get bodies() {
    return this.emitted.map(({ body }) => body);
  }

  /** One execution; resolves with what it emitted, and how many emits it made. @throws what the trigger throws */
  async poll({ crashAt = 0, delivered = false, message = { id: 'tick', body: {} } }: PollOptions = {}) {
    const before = this.emitted.length;
    let emits = 0;
    const emit = async (event: string, payload: unknown) => {
      const breaks = ++emits === crashAt;
      if (breaks && !delivered) throw new Crash();
      if (event === 'data') this.emitted.push(payload as Emitted);
      if (event === 'snapshot') {
        // The platform stores JSON.
        this.snapshot = JSON.parse(JSON.stringify(payload)) as Record<string, any>;
        this.snapshots.push(this.snapshot);
      }
      if (breaks) throw new Crash();
    };
    const line = (text: string) => void this.log.push(text);
    await this.process.call(
      { emit, logger: { info: line, warn: line } },
      message,
      this.cfg,
      structuredClone(this.snapshot),
    );
    return { emitted: this.emitted.slice(before), emits };
  }

  /** As `poll`, for an execution that breaks: resolves whether it came to that. */
  async pollAndCrash(crashAt: number, delivered: boolean): Promise<boolean> {
    try {
      await this.poll({ crashAt, delivered });
      return false;
    } catch (error) {
      if (error instanceof Crash) return true;
      throw error;
    }
  }
}

/** The same id must always mean the same body, and another body another id. */
export function expectStableIds(emitted: readonly Emitted[]): void {
  const bodies = new Map<string, string>();
  const ids = new Map<string, string>();
  for (const { id, body } of emitted) {
    const text = JSON.stringify(body);
    expect(bodies.get(id) ?? text).toBe(text);
    expect(ids.get(text) ?? id).toBe(id);
    bodies.set(id, text);
    ids.set(text, id);
  }
}
