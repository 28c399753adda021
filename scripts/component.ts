import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Config, Message, Process, Runtime } from '../lib/platform/runtime';

/** The component as the platform sees it: component.json and the compiled modules that it names. */

const root = path.resolve(__dirname, '..');
/** As the platform loads a module. */
const requireModule = createRequire(__filename);

interface Entry {
  readonly main: string;
  readonly title: string;
}

interface Component {
  readonly actions: Readonly<Record<string, Entry>>;
  readonly triggers?: Readonly<Record<string, Entry>>;
}

export const component = JSON.parse(readFileSync(path.join(root, 'component.json'), 'utf8')) as Component;

/** The ids of all actions and triggers. */
export const steps = { ...component.actions, ...component.triggers };

/** A step's entry. @throws Error naming the steps when there is no such one */
export function entryOf(name: string): Entry {
  const entry = steps[name];
  if (!entry) throw new Error(`There is no action «${name}». There are: ${Object.keys(steps).join(', ')}`);
  return entry;
}

/** Loads a step's compiled module. @throws Error saying what to do when there is none */
export function load(name: string): Process {
  const entry = entryOf(name);
  const file = path.join(root, entry.main);
  if (!existsSync(file)) throw new Error(`${entry.main} is missing: run «npm run build» first`);
  return (requireModule(file) as { process: Process }).process;
}

/** What a step emitted. */
export interface Emitted {
  readonly event: string;
  readonly payload: unknown;
}

interface RunOptions {
  /** Takes each emit as it happens. */
  readonly onEmit: (emitted: Emitted) => void;
  readonly log?: (line: string) => void;
  /** What a trigger's earlier run saved, by default nothing. */
  readonly snapshot?: object;
}

/** Runs a step with one message. @throws what the step throws */
export async function runStep(
  name: string,
  message: Message,
  cfg: Config,
  { onEmit, log, snapshot = {} }: RunOptions,
): Promise<void> {
  const runtime: Runtime = {
    emit: (event, payload) => Promise.resolve(onEmit({ event, payload })),
    logger: { info: (line) => log?.(line), warn: (line) => log?.(line) },
  };
  await load(name).call(runtime, message, cfg, snapshot);
}
