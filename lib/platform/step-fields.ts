import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isObject } from '../shape';
import type { Config } from './runtime';

const member = (value: unknown, name: string): unknown => (isObject(value) ? value[name] : undefined);
const namesIn = (value: unknown): string[] => (isObject(value) ? Object.keys(value) : []);

/** The names of a step's fields and of the credential's, by a component.json; undefined where it has no such step. */
export function fieldNamesOf(component: unknown, step: string): readonly string[] | undefined {
  const entry = member(member(component, 'triggers'), step) ?? member(member(component, 'actions'), step);
  if (!entry) return undefined;
  return [...namesIn(member(entry, 'fields')), ...namesIn(member(member(component, 'credentials'), 'fields'))];
}

/** The component.json of the folder that the platform starts a component in; undefined in any other one. */
function readComponent(): unknown {
  try {
    return JSON.parse(readFileSync(path.resolve('component.json'), 'utf8'));
  } catch {
    return undefined;
  }
}

let component: unknown;
/** The fields by step; read when a step gets its first message. */
const fields = new Map<string, ReadonlySet<string> | undefined>();
/** What has been reported: once a process is enough. */
const reported = new Set<string>();

/**
 * The fields that a step's form does not have, such as a misspelt one that would have no effect; each once in the life of the
 * process. The platform's own begin with `_`.
 */
export function unknownFields(step: string, cfg: Config): string[] {
  if (!fields.has(step)) {
    const names = fieldNamesOf((component ??= readComponent()), step);
    fields.set(step, names && new Set(names));
  }
  const known = fields.get(step);
  if (!known) return [];
  const isUnknown = (name: string) => !known.has(name) && !name.startsWith('_') && !reported.has(`${step} ${name}`);
  const found = Object.keys(cfg).filter(isUnknown);
  for (const name of found) reported.add(`${step} ${name}`);
  return found;
}
