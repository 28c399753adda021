import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SchemaFile } from './dialect';

/** The repository's root. */
export const ROOT = join(__dirname, '..', '..');

export const readText = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
export const readJson = (path: string): unknown => JSON.parse(readText(path));

export interface FormField {
  viewClass: string;
  label: string;
  required: boolean;
  order: number;
  model?: string | { [value: string]: string };
  prompt?: string;
  placeholder?: string;
  help: { description: string };
}

export interface Form {
  [name: string]: FormField;
}

export interface Step {
  main: string;
  title: string;
  description: string;
  order: number;
  type?: string;
  help: { description: string; link: string };
  fields?: Form;
  metadata: { in?: string; out?: string };
}

/** component.json, as far as the tests read it. */
export interface Component {
  title: string;
  description: string;
  version: string;
  credentials: { fields: Form };
  actions: { [id: string]: Step };
  triggers?: { [id: string]: Step };
}

export const component = readJson('component.json') as Component;

export interface Entry {
  kind: 'actions' | 'triggers';
  id: string;
  step: Step;
}

const entriesOf = (kind: Entry['kind']): Entry[] =>
  Object.entries(component[kind] ?? {}).map(([id, step]) => ({ kind, id, step }));

/** Every action and trigger. */
export const entries: Entry[] = [...entriesOf('actions'), ...entriesOf('triggers')];

/** Every schema that an action or trigger declares. */
export const schemas = entries.flatMap(({ id, step }) =>
  (['in', 'out'] as const).flatMap((direction) => {
    const path = step.metadata[direction];
    return path === undefined ? [] : [{ id, direction, path, schema: readJson(path) as SchemaFile }];
  }),
);
