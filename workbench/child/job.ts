import type { Mapping } from '../protocol';
import type { Names } from './masker';

/** What a child process is to do, once. */
export interface Job {
  readonly kind: 'run' | 'choices' | 'verify' | 'map' | 'export';
  /** Folder of the component. */
  readonly root: string;
  /** The id of the step. */
  readonly step?: string;
  /** The module of the step, from component.json. */
  readonly main?: string;
  /** The function of the module that finds the choices of a field. */
  readonly choices?: string;
  /** Credential and fields. */
  readonly cfg: Readonly<Record<string, unknown>>;
  readonly message?: { readonly id: string; readonly body?: unknown };
  readonly mapping?: Mapping;
  readonly snapshot?: unknown;
  /** Tokens known from earlier runs. */
  readonly names: Names;
}
