/** What the platform's runtime hands to an action or a trigger: the part of it that the connector uses. */

export interface Logger {
  info(format: string, ...values: unknown[]): void;
  warn(format: string, ...values: unknown[]): void;
}

/** `this` of a process function. */
export interface Runtime {
  /** Resolves when the broker has confirmed; an emit that is not awaited may be lost. */
  emit(event: 'data' | 'error' | 'rebound' | 'snapshot', payload: unknown): Promise<unknown>;
  readonly logger?: Logger;
}

export interface Message {
  /** Absent where the sender gave none. */
  readonly id?: string;
  readonly body?: unknown;
}

/** The credential's fields and the step's fields in one flat object, as the platform hands them over. */
export type Config = Readonly<Record<string, unknown>>;

/** What the platform calls for each message. */
export type Process = (this: Runtime, message: Message, cfg: Config, snapshot?: unknown) => Promise<void>;
