import { invalidInput } from '../error';
import { type Shape, isObject, kindOf, readInput } from '../shape';
import { choiceOf } from './choice';
import type { Process } from './runtime';
import { step, type Step } from './step';

/** How many messages a sample shows. */
export const SAMPLE_SIZE = 10;

/** One run of a polling trigger. */
export interface Polling extends Step {
  /** The user asked for sample data: a few messages are wanted, and the snapshot stays as it is. */
  readonly isSample: boolean;
}

/**
 * Makes the process function of a polling trigger. Each run emits what is new since the snapshot: data first, snapshot
 * last, so that a crash in between repeats messages, with the same ids, and loses none.
 * The platform marks a sample by `ELASTICIO_FLOW_TYPE=debug`; one without any message is an error that says so.
 */
export function trigger(name: string, handler: (polling: Polling) => Promise<void>): Process {
  return step(name, async (current) => {
    const isSample = process.env['ELASTICIO_FLOW_TYPE'] === 'debug';
    let emitted = 0;
    await handler({
      ...current,
      isSample,
      emit: async (body, envelope) => {
        await current.emit(body, envelope);
        emitted++;
      },
      saveSnapshot: (snapshot) => (isSample ? Promise.resolve() : current.saveSnapshot(snapshot)),
    });
    current.log(
      `${name}: emitted ${emitted} ${emitted === 1 ? 'message' : 'messages'}${isSample ? ' as a sample' : ''}`,
    );
    if (isSample && emitted === 0) {
      throw invalidInput(
        name,
        'there is nothing to show as a sample: the place that the fields name is empty or does not exist. A flow that runs is not stopped by that; it waits for data',
      );
    }
  });
}

/** The members that a trigger knows; the messages of a scheduler may hold others. @throws ConnectorError `InvalidInput` */
export function settingsOf<Input>(
  { name, input }: Step,
  members: readonly (keyof Input & string)[],
  shape: Shape<Input>,
) {
  return readInput(name, shape, Object.fromEntries(members.map((member) => [member, input[member]])));
}

/** What the first run emits, everything there is or only what comes later: the choices of the field `startFrom`. */
export const START_FROM = ['everything', 'now'] as const;

/** Whether the first run emits only what comes later. */
export const startsNow = (polling: Step): boolean => choiceOf(polling, 'startFrom', START_FROM, 'everything') === 'now';

/** A field that holds a whole number from 1; undefined where it is blank. */
export function wholeNumberOf({ name, cfg }: Step, field: string): number | undefined {
  const value = cfg[field];
  if (value === undefined || value === null || value === '') return undefined;
  const number = typeof value === 'string' ? Number(value.trim()) : value;
  if (typeof number === 'number' && Number.isSafeInteger(number) && number >= 1) return number;
  throw invalidInput(name, `${field} must be a whole number from 1, or blank`);
}

/** The platform's limit, of JSON in UTF-8. */
const SNAPSHOT_BYTES = 5_000;

export const fitsSnapshot = (snapshot: object): boolean =>
  Buffer.byteLength(JSON.stringify(snapshot)) <= SNAPSHOT_BYTES;

/**
 * The snapshot where it was saved for this very place; undefined on the first run, after a reset, for other fields, or where
 * it has another form than this version saves, which the log says.
 * @param isWhole whether the members beside the place are what they must be
 */
export function snapshotFor<Snapshot extends object>(
  { name, snapshot, log }: Step,
  place: { readonly [member: string]: string },
  isWhole: (snapshot: { readonly [member: string]: unknown }) => boolean,
): Snapshot | undefined {
  if (snapshot === undefined || (isObject(snapshot) && Object.keys(snapshot).length === 0)) return undefined;
  if (!isObject(snapshot)) {
    log(`${name}: the snapshot is ${kindOf(snapshot)}, not an object that this step has saved; the step begins anew`);
    return undefined;
  }
  const isSame = Object.entries(place).every(([member, value]) => snapshot[member] === value);
  if (isSame && isWhole(snapshot)) return snapshot as Snapshot;
  const why = isSame ? 'has not the form that this version saves' : 'was saved for other fields';
  log(`${name}: the snapshot ${why}; the step begins anew`);
  return undefined;
}
