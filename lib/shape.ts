import { invalidInput } from './error';

/** An object with members: neither null nor a list. */
export function isObject(value: unknown): value is { [member: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The type of a value in JSON, as a form shows it. */
export interface JsonType {
  readonly type: 'string' | 'integer' | 'boolean' | 'object' | 'array';
  readonly format?: 'date-time';
  readonly enum?: readonly string[];
  /** Of a list. */
  readonly items?: JsonType;
  /** Of an object whose members are known. */
  readonly members?: {
    readonly [member: string]: { readonly required: boolean; readonly shape: { readonly json: JsonType } };
  };
}

/**
 * Shapes: what a value of a message must look like, and how it goes on the wire. A shape reads one value and returns it
 * in wire form, or throws a {@link Mismatch}, to which each enclosing shape adds where it was.
 */
export interface Shape<T> {
  /** What is wanted, to follow «must be» in an error. */
  readonly expected: string;
  readonly json: JsonType;
  /** Blank text is a value of its own here; elsewhere it means that the member is absent, as in an empty form field. */
  readonly allowsBlank?: boolean;
  /** @throws Mismatch when the value does not fit */
  read(value: unknown): T;
}

/** A value that does not fit its shape: `path` leads to it, `problem` completes the sentence. */
export class Mismatch extends Error {
  readonly path: (string | number)[];

  constructor(
    readonly problem: string,
    ...path: (string | number)[]
  ) {
    super(problem);
    this.path = path;
  }

  /** The sentence for the user: `RecordPatches[2].Op must be …, got …`. */
  get sentence(): string {
    const field = this.path.reduce<string>(
      (text, step) => text + (typeof step === 'number' ? `[${step}]` : text ? `.${step}` : step),
      '',
    );
    return field ? `${field} ${this.problem}` : `The message body ${this.problem}`;
  }
}

const SHOWN_CHARACTERS = 60;

/** What kind of value came, without its content: a value may be a secret or somebody's data. */
export function kindOf(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (typeof value === 'string') return value === '' ? 'blank text' : `text of ${value.length} characters`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** The value itself where it is short and harmless: identifiers, numbers, enumerations, dates. */
function shown(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'string' && value !== '' && value.length <= SHOWN_CHARACTERS) return JSON.stringify(value);
  return kindOf(value);
}

function refuse(expected: string, got: string): never {
  throw new Mismatch(`must be ${expected}, got ${got}`);
}

/** Reads with `shape`, and adds to a mismatch where it happened. */
export function readAt<T>(shape: Shape<T>, value: unknown, step: string | number): T {
  try {
    return shape.read(value);
  } catch (error) {
    if (error instanceof Mismatch) error.path.unshift(step);
    throw error;
  }
}

interface TextOptions {
  min?: number;
  max?: number;
  /** Must match the whole value. */
  pattern?: RegExp;
  /** Never show the value in an error: tokens, keys and values of records. */
  hidden?: boolean;
}

/** Text of `min` (default 1) to `max` UTF-16 characters. */
export function text(
  expected: string,
  { min = 1, max = Infinity, pattern, hidden = false }: TextOptions,
): Shape<string> {
  return {
    expected,
    json: { type: 'string' },
    allowsBlank: min === 0,
    read(value) {
      if (typeof value !== 'string' || value.length < min || value.length > max || (pattern && !pattern.test(value))) {
        return refuse(expected, hidden ? kindOf(value) : shown(value));
      }
      // UTF-8, and so a request, has no form for half of a character.
      if (!value.isWellFormed()) return refuse(expected, 'text with a lone surrogate, which is half a character');
      return value;
    },
  };
}

/** A whole number of at least `min`; text with digits counts, since form fields and mappers deliver text. */
export function integer(min: number, max = Infinity): Shape<number> {
  const expected = `a whole number from ${min}${max === Infinity ? '' : ` to ${max}`}`;
  return {
    expected,
    json: { type: 'integer' },
    read(value) {
      const number = typeof value === 'string' && /^\s*-?\d+\s*$/.test(value) ? Number(value) : value;
      if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < min || number > max)
        return refuse(expected, shown(value));
      return number;
    },
  };
}

/** A truth value, as such or as text. */
export const truth: Shape<boolean> = {
  expected: 'true or false',
  json: { type: 'boolean' },
  read(value) {
    if (value === true || value === 'true') return true;
    if (value === false || value === 'false') return false;
    return refuse(truth.expected, shown(value));
  },
};

export function oneOf<const Name extends string>(names: readonly Name[]): Shape<Name> {
  const expected = `one of ${names.join(', ')}`;
  return {
    expected,
    json: { type: 'string', enum: names },
    read: (value) => names.find((name) => name === value) ?? refuse(expected, shown(value)),
  };
}

const ISO_8601 = /^(\d{4}-\d{2})-(\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/;
/** 9999-12-31T23:59:59Z. A larger number is in milliseconds by mistake. */
const LAST_EPOCH_SECOND = 253_402_300_799;

/** ISO 8601 text (UTC where it names no zone) or epoch seconds; on the wire epoch seconds with milliseconds as fraction. */
export const timestamp: Shape<number> = {
  expected: 'a date and time in ISO 8601, such as 2026-01-31T09:30:00Z, or epoch seconds',
  json: { type: 'string', format: 'date-time' },
  read(value) {
    const seconds = typeof value === 'number' ? value : typeof value === 'string' ? secondsOf(value.trim()) : NaN;
    if (!(seconds >= 0 && seconds <= LAST_EPOCH_SECOND)) return refuse(timestamp.expected, shown(value));
    return Math.round(seconds * 1000) / 1000;
  },
};

function secondsOf(date: string): number {
  if (/^\d+(?:\.\d+)?$/.test(date)) return Number(date);
  const [iso, month, day, zone] = ISO_8601.exec(date) ?? [];
  if (!iso) return NaN;
  // Date.parse makes the 2nd of March of the 30th of February.
  if (Number(day) > 28 && new Date(`${month}-${day}`).getUTCDate() !== Number(day)) return NaN;
  return Date.parse(date.includes('T') && !zone ? `${date}Z` : date) / 1000;
}

/** A list of objects. A lone object is a list of one: JSONata and other mappers unwrap such a list. */
export function list<T>(item: Shape<T>): Shape<T[]> {
  const expected = 'a list';
  return {
    expected,
    json: { type: 'array', items: item.json },
    read(value) {
      if (isObject(value)) return [item.read(value)];
      if (!Array.isArray(value)) return refuse(expected, kindOf(value));
      return value.map((entry, index) => readAt(item, entry, index));
    },
  };
}

/** A list of plain texts. The platform's mapper cannot fill one, so comma-separated text is taken too. */
export function texts(item: Shape<string>): Shape<string[]> {
  return {
    expected: 'a list of texts, or one text with commas between them',
    json: item.json,
    read(value) {
      const entries: unknown = typeof value === 'string' ? value.split(',').map((entry) => entry.trim()) : value;
      if (!Array.isArray(entries)) return refuse(this.expected, kindOf(value));
      return entries.filter((entry) => entry !== '').map((entry, index) => readAt(item, entry, index));
    },
  };
}

const LONE_SURROGATE_IN_KEY = 'a key with a lone surrogate, which is half a character';

/** An object with free keys, at most `max` of them. */
export function map<T>(item: Shape<T>, max: number): Shape<{ [key: string]: T }> {
  const expected = `an object with at most ${max} ${max === 1 ? 'entry' : 'entries'}`;
  return {
    expected,
    json: { type: 'object' },
    read(value) {
      if (!isObject(value)) return refuse(expected, kindOf(value));
      const entries = Object.entries(value);
      if (entries.length > max) return refuse(expected, `${entries.length}`);
      if (!entries.every(([key]) => key.isWellFormed())) return refuse(expected, LONE_SURROGATE_IN_KEY);
      return Object.fromEntries(entries.map(([key, entry]) => [key, readAt(item, entry, key)]));
    },
  };
}

export interface Field<T, Required extends boolean = boolean> {
  readonly shape: Shape<T>;
  readonly required: Required;
}

export const required = <T>(shape: Shape<T>): Field<T, true> => ({ shape, required: true });
export const optional = <T>(shape: Shape<T>): Field<T, false> => ({ shape, required: false });

/** One field per member of `T`: a missing, invented or wrongly optional one does not compile. */
export type Fields<T> = {
  readonly [Member in keyof T]-?: object extends Pick<T, Member>
    ? Field<Exclude<T[Member], undefined>, false>
    : Field<T[Member], true>;
};

/** The shape of an object. */
export interface Structure<T> extends Shape<T> {
  /**
   * @param later a required member that may be missing, since it is found out afterwards
   * @throws Mismatch when the value does not fit
   */
  read(value: unknown, later?: string): T;
}

/** An object with exactly these members. Null and, where it cannot be a value, blank text count as absent. */
export function structure<T extends object>(fields: Fields<T>): Structure<T> {
  const names = Object.keys(fields);
  const known = new Map(Object.entries<Field<unknown>>(fields));
  const needed = [...known].filter(([, { required }]) => required);
  const expected = `an object with ${names.join(', ')}`;
  return {
    expected,
    json: { type: 'object', members: Object.fromEntries(known) },
    read(value, later) {
      if (!isObject(value)) return refuse(expected, kindOf(value));
      const result: { [member: string]: unknown } = {};
      // By what came: a message has few of the members that there can be.
      for (const name in value) {
        const shape = known.get(name)?.shape;
        if (!shape) {
          throw new Mismatch(
            `has no member ${JSON.stringify(name.slice(0, SHOWN_CHARACTERS))}; it takes ${names.join(', ')}`,
          );
        }
        const member = value[name];
        if (member === undefined || member === null || (member === '' && !shape.allowsBlank)) continue;
        result[name] = readAt(shape, member, name);
      }
      for (const [name, { shape }] of needed) {
        if (result[name] !== undefined || name === later) continue;
        throw new Mismatch(`is required and must be ${shape.expected}, got ${kindOf(value[name])}`, name);
      }
      return result as T;
    },
  };
}

/**
 * Reads the body of a message by its shape.
 * @param action whose input it is, for the error
 * @param later see {@link Structure}
 * @throws ConnectorError `InvalidInput`, naming the field, what was expected and what came
 */
export function readInput<Input>(action: string, shape: Structure<Input>, body: unknown, later?: string): Input {
  try {
    return shape.read(body, later);
  } catch (error) {
    if (error instanceof Mismatch) throw invalidInput(action, error.sentence);
    throw error;
  }
}
