import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Fields, Schema, StepInfo } from '../protocol';

interface Entry {
  readonly main: string;
  readonly title: string;
  readonly description?: string;
  readonly order?: number;
  readonly help?: { readonly description?: string };
  readonly fields?: Fields;
  readonly metadata?: { readonly in?: string | Schema; readonly out?: string | Schema };
}

type Entries = Readonly<Record<string, Entry>>;

/** The component as the platform sees it: the one list of what the page may have run. */
export interface Component {
  readonly title: string;
  readonly version: string;
  readonly credentialFields: Fields;
  readonly steps: readonly StepInfo[];
  /** The module of a step; undefined for a step that there is none of. */
  readonly mainOf: (step: string) => string | undefined;
}

/** Reads component.json and the schemas that it names. */
export function readComponent(root: string): Component {
  const read = (file: string) => JSON.parse(readFileSync(path.join(root, file), 'utf8')) as unknown;
  const json = read('component.json') as {
    title: string;
    version: string;
    credentials: { fields: Fields };
    actions: Entries;
    triggers?: Entries;
  };
  const schema = (given: string | Schema | undefined) => (typeof given === 'string' ? (read(given) as Schema) : given);
  const steps = (['trigger', 'action'] as const).flatMap((kind) =>
    Object.entries(json[`${kind}s`] ?? {})
      .sort(([, one], [, other]) => (other.order ?? 0) - (one.order ?? 0))
      .map(([id, { title, description = '', help, fields = {}, metadata = {} }]): StepInfo => {
        const [input, output] = [schema(metadata.in), schema(metadata.out)];
        return {
          id,
          kind,
          title,
          description,
          help: help?.description ?? '',
          fields,
          ...(input && { in: input }),
          ...(output && { out: output }),
        };
      }),
  );
  const mains = new Map(
    Object.entries({ ...json.actions, ...json.triggers }).map(([id, { main }]) => [id, main] as const),
  );
  const { title, version, credentials } = json;
  return { title, version, credentialFields: credentials.fields, steps, mainOf: (step) => mains.get(step) };
}
