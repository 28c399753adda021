import type { Config, Message, Process } from '../../lib/platform/runtime';

export interface Emitted {
  readonly event: string;
  readonly payload: { id: string; body: Record<string, any>; headers: Record<string, string> } & Error;
}

export interface Run {
  readonly emitted: Emitted[];
  readonly log: string[];
  /** Bodies of the data messages. */
  readonly bodies: Record<string, any>[];
  /** What the process function threw. */
  readonly error: Error | undefined;
}

/** Runs a process function as the platform would, and records what it does. */
export async function run(process: Process, message: Message, cfg: Config, snapshot?: unknown): Promise<Run> {
  const emitted: Emitted[] = [];
  const log: string[] = [];
  const runtime = {
    emit: (event: string, payload: unknown) => {
      // The broker confirms later; what is not awaited shows up after the end.
      return new Promise<void>((resolve) => {
        setImmediate(() => {
          emitted.push({ event, payload: payload as Emitted['payload'] });
          resolve();
        });
      });
    },
    logger: { info: (line: string) => void log.push(line), warn: (line: string) => void log.push(line) },
  };
  let error: Error | undefined;
  try {
    await process.call(runtime, message, cfg, snapshot);
  } catch (thrown) {
    error = thrown as Error;
  }
  const atEnd = [...emitted];
  return {
    emitted: atEnd,
    log,
    bodies: atEnd.filter(({ event }) => event === 'data').map(({ payload }) => payload.body),
    error,
  };
}
