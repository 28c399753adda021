/** What the page and its server say to each other. Both sides import it; it holds types alone. */

/** A field of a form: of the credential or of a step, as component.json has it. */
export interface Field {
  readonly viewClass: string;
  readonly label: string;
  readonly required?: boolean;
  readonly order?: number;
  readonly prompt?: string;
  readonly placeholder?: string;
  /** Values and labels, or the name of a function of the step that finds them. */
  readonly model?: Readonly<Record<string, string>> | string;
  readonly require?: readonly string[];
  readonly help?: { readonly description?: string };
}

export type Fields = Readonly<Record<string, Field>>;

/** The platform's dialect of JSON schema: `required` stands at each property. */
export interface Schema {
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly required?: boolean;
  readonly enum?: readonly string[];
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

export interface StepInfo {
  readonly id: string;
  readonly kind: 'trigger' | 'action';
  readonly title: string;
  readonly description: string;
  readonly help: string;
  readonly fields: Fields;
  readonly in?: Schema;
  readonly out?: Schema;
}

/** Which credential the steps run with; the values of one's own never leave the server. */
export interface CredentialInfo {
  readonly mode: 'local' | 'own';
  /** Names of the fields of one's own credential that are filled in. */
  readonly filled: readonly string[];
  /** The calls go to AWS. */
  readonly live: boolean;
  readonly warning?: string;
}

/** What the page needs to begin. */
export interface Start {
  readonly title: string;
  readonly version: string;
  readonly steps: readonly StepInfo[];
  readonly credentialFields: Fields;
  readonly credential: CredentialInfo;
  /** The local server's address, its pool and region. */
  readonly endpoint: string;
  readonly pool: string;
  readonly region: string;
  readonly operations: readonly string[];
  readonly faultKinds: readonly string[];
}

/** Text of a body, cut where it is long; `bytes` counts all of it. */
export interface Body {
  readonly text: string;
  readonly bytes: number;
}

/** How a signature comes about, shown only when it leads to the very signature that was sent. */
export interface Signing {
  readonly canonicalRequest: string;
  readonly stringToSign: string;
}

/** One attempt on the wire. Times are in ms since the step was loaded. */
export interface Sent {
  readonly n: number;
  readonly ms: number;
  readonly operation: string;
  readonly method: string;
  readonly origin: string;
  readonly target: string;
  /** The request line and the headers, as they went out. */
  readonly head: string;
  readonly body: Body;
  readonly signing?: Signing;
}

export interface Answered {
  readonly n: number;
  readonly ms: number;
  readonly firstByteMs?: number;
  readonly status?: number;
  /** Why no answer came. */
  readonly failure?: string;
  readonly head: string;
  readonly body: Body;
  /** The faults of the local server that struck this call. */
  readonly struck?: readonly string[];
}

export interface Emitted {
  readonly event: 'data' | 'error' | 'rebound' | 'snapshot';
  readonly payload: unknown;
  readonly ms: number;
}

/** A line of the stream of a run. */
export type RunEvent =
  | { readonly type: 'loaded'; readonly startMs: number }
  | { readonly type: 'mapped'; readonly body: unknown }
  | ({ readonly type: 'sent' } & Sent)
  | ({ readonly type: 'answered' } & Answered)
  | ({ readonly type: 'emit' } & Emitted)
  | { readonly type: 'log'; readonly level: string; readonly line: string; readonly ms: number }
  | { readonly type: 'result'; readonly value: unknown }
  | { readonly type: 'progress'; readonly progress: Progress }
  | { readonly type: 'end'; readonly ms: number; readonly error?: Failure };

/** How a run failed: as the platform would show it, or because its process ended. */
export interface Failure {
  readonly kind: 'thrown' | 'mapping' | 'crashed';
  readonly message: string;
  readonly stack?: string;
}

/** How far an export has come. */
export interface Progress {
  readonly ms: number;
  readonly identities: number;
  readonly datasets: number;
  readonly records: number;
  readonly bytes: number;
}

/** A JSONata expression and what it is applied to. */
export interface Mapping {
  readonly expression: string;
  readonly sample: unknown;
  /** Outputs of earlier steps by their names, for `$getPassthrough()`. */
  readonly passthrough?: Readonly<Record<string, unknown>>;
}

/** What a run is to do; the credential is added by the server. */
export interface RunRequest {
  readonly step: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly id: string;
  readonly body?: unknown;
  readonly mapping?: Mapping;
  readonly snapshot?: unknown;
}

export interface PoolRow {
  readonly id: string;
  readonly name: string;
  readonly identities: number;
}

export interface IdentityRow {
  readonly id: string;
  readonly datasets: number;
  readonly modified: string;
  readonly mergedInto?: string;
}

export interface DatasetRow {
  readonly name: string;
  readonly exists: boolean;
  readonly syncCount: number;
  readonly records: number;
  readonly bytes: number;
  readonly modified: string;
  readonly by: string;
}

export interface RecordRow {
  readonly key: string;
  /** The beginning of the value; null once removed. */
  readonly value: string | null;
  readonly length: number;
  readonly syncCount: number;
  readonly modified: string;
  readonly by: string;
}

export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly total: number;
  readonly next?: string;
}

/** Something that changed in the local server. */
export interface Change {
  /** Counts all changes, so that none goes missing unnoticed. */
  readonly n: number;
  readonly at: string;
  readonly kind: 'write' | 'delete' | 'identity' | 'device' | 'seed' | 'pool' | 'reset';
  readonly pool?: string;
  readonly identity?: string;
  readonly dataset?: string;
  readonly syncCount?: number;
  readonly by?: string;
  readonly text: string;
}

/** A fault that waits, as the local server has it. */
export interface WaitingFault {
  readonly kind: string;
  readonly operation?: string;
  readonly count?: number;
  readonly rate?: number;
  readonly seed?: number;
  readonly ms?: number;
}

export interface StruckFault {
  readonly at: string;
  readonly operation: string;
  readonly kinds: readonly string[];
  /** The step and the call of it that was struck; absent for calls from elsewhere. */
  readonly step?: string;
  readonly call?: number;
}

export interface FaultList {
  readonly next: readonly WaitingFault[];
  readonly rate: readonly WaitingFault[];
  /** The newest first, at most 100. */
  readonly struck: readonly StruckFault[];
}

/** A step of a flow: what it is, how its message is made, and an output that stands in for running it. */
export interface FlowStep {
  readonly step: string;
  readonly fields: Readonly<Record<string, unknown>>;
  /** JSONata over the output of the step before. */
  readonly expression: string;
  /** Bodies that the step is taken to have emitted, so that it is not run. */
  readonly pinned?: readonly unknown[];
}

/** What became of one message in one step. */
export interface Outcome {
  readonly id: string;
  /** What the mapping made of the output of the step before. */
  readonly mapped?: unknown;
  readonly emitted: readonly FlowMessage[];
  /** How often it was delivered: more than once after a rebound. */
  readonly deliveries: number;
  readonly calls: number;
  readonly ms: number;
  readonly error?: Failure;
  /** It was still rebound after the last delivery. */
  readonly rebound?: string;
}

export interface FlowMessage {
  readonly id: string;
  readonly body: unknown;
}

/** A line of the stream of a flow's run; `step` counts from 0. */
export type FlowEvent =
  | { readonly type: 'begin'; readonly step: number; readonly messages: number; readonly left: number }
  | { readonly type: 'outcome'; readonly step: number; readonly outcome: Outcome }
  | { readonly type: 'pinned'; readonly step: number; readonly emitted: readonly FlowMessage[] }
  | { readonly type: 'done' };
