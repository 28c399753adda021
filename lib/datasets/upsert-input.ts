import type { DatasetOfIdentity } from '../cognito-sync/model';
import { ListRecords } from '../cognito-sync/operations';
import {
  isObject,
  kindOf,
  Mismatch,
  oneOf,
  optional,
  required,
  structure,
  text,
  truth,
  type Shape,
  type Structure,
} from '../shape';

/** What a dataset shall hold: keys and their values; null removes a key. */
export type WantedValues = ReadonlyMap<string, string | null>;

export interface UpsertRecordsInput extends DatasetOfIdentity {
  Records: WantedValues;
  /** `merge` (default) leaves other keys alone; `replace` removes them. */
  Mode?: 'merge' | 'replace';
  /** When somebody writes a key at the same time: `overwrite` (default) theirs, `keepRemote`, or `fail`. */
  OnConflict?: 'overwrite' | 'keepRemote' | 'fail';
  /** `text` (default) takes text only; `json` writes other values as JSON text. */
  Values?: 'text' | 'json';
  /** Lets `replace` leave the dataset without records; by default that is refused. */
  AllowEmpty?: boolean;
}

const MAX_KEY_CHARACTERS = 1024;
const MAX_VALUE_CHARACTERS = 1_048_575;

/** A value before `Values` has decided how it is written. */
type Raw = ReadonlyMap<string, unknown>;

const isTrue = (value: unknown) => value === true || value === 'true';

const RECORD_MEMBERS: readonly string[] = ['Key', 'Value', 'Remove'];

/** Reads one record; it stands alone where no path leads to it. */
function recordOf(entry: { [member: string]: unknown }, ...path: number[]): [string, unknown] {
  const unknown = Object.keys(entry).find((name) => !RECORD_MEMBERS.includes(name));
  if (unknown !== undefined) {
    const advice = path.length > 0 ? '' : '; write a record that is really called Key in a list of Key and Value';
    throw new Mismatch(
      `has no member ${JSON.stringify(unknown.slice(0, 60))}; it takes ${RECORD_MEMBERS.join(', ')}${advice}`,
      ...path,
    );
  }
  const { Key, Value, Remove } = entry;
  if (typeof Key !== 'string') throw new Mismatch(`must be text, got ${kindOf(Key)}`, ...path, 'Key');
  // A mapping that found nothing leaves Value out; that must not remove anything.
  if (Value === undefined && !isTrue(Remove)) {
    throw new Mismatch('is required: text to write, or null (or Remove: true) to remove the record', ...path, 'Value');
  }
  return [Key, isTrue(Remove) ? null : Value];
}

/**
 * Whether an object is one record, which a mapper that unwraps a list of one makes of it, and not keys and values. With
 * `Key`, or with nothing but `Value` and `Remove`, it could only be keys and values of records of these very names; those
 * are written as a list, so that a record with a mistake is never taken for them.
 */
const isRecord = (value: { [member: string]: unknown }): boolean => {
  const names = Object.keys(value);
  return names.includes('Key') || (names.length > 0 && names.every((name) => RECORD_MEMBERS.includes(name)));
};

/** `{Key, Value}` objects, of which `Value: null` and `Remove: true` remove; one of them; or one object of keys and values. */
const records: Shape<Raw> = {
  expected: 'a list of objects with Key and Value, or one object of keys and values',
  json: {
    type: 'array',
    items: structure<{ Key: string; Value?: string; Remove?: boolean }>({
      Key: required(text('text of 1 to 1024 characters', { max: MAX_KEY_CHARACTERS })),
      Value: optional(text('text or null', { min: 0, max: MAX_VALUE_CHARACTERS })),
      Remove: optional(truth),
    }).json,
  },
  read(value) {
    if (isObject(value)) return new Map(isRecord(value) ? [recordOf(value)] : Object.entries(value));
    if (!Array.isArray(value)) throw new Mismatch(`must be ${this.expected}, got ${kindOf(value)}`);
    const wanted = new Map<string, unknown>();
    value.forEach((entry: unknown, index) => {
      if (!isObject(entry)) throw new Mismatch(`must be an object with Key and Value, got ${kindOf(entry)}`, index);
      const [key, content] = recordOf(entry, index);
      if (wanted.has(key)) throw new Mismatch('repeats the key of an earlier entry', index, 'Key');
      wanted.set(key, content);
    });
    return wanted;
  },
};

const input = structure<Omit<UpsertRecordsInput, 'Records'> & { Records: Raw }>({
  IdentityPoolId: required(ListRecords.members.IdentityPoolId.shape),
  IdentityId: required(ListRecords.members.IdentityId.shape),
  DatasetName: required(ListRecords.members.DatasetName.shape),
  Records: required(records),
  Mode: optional(oneOf(['merge', 'replace'])),
  OnConflict: optional(oneOf(['overwrite', 'keepRemote', 'fail'])),
  Values: optional(oneOf(['text', 'json'])),
  AllowEmpty: optional(truth),
});

/** Text as it is; anything else as JSON where the user chose so. */
function written(value: unknown, values: 'text' | 'json', key: string): string | null {
  if (value === null) return null;
  if (typeof value === 'string') return value;
  if (values === 'json') return JSON.stringify(value);
  throw new Mismatch(
    `must be text or null, got ${kindOf(value)}; set Values to json to write it as JSON`,
    'Records',
    key,
  );
}

const holdsValue = (wanted: WantedValues) => [...wanted.values()].some((value) => value !== null);

/** The whole input of UpsertRecords. */
export const upsertInput: Structure<UpsertRecordsInput> = {
  expected: input.expected,
  json: input.json,
  read(value, later) {
    const { Records, ...rest } = input.read(value, later);
    const wanted = new Map<string, string | null>();
    for (const [key, raw] of Records) {
      if (key.length < 1 || key.length > MAX_KEY_CHARACTERS) {
        throw new Mismatch(`has a key of ${key.length} characters; a key has 1 to ${MAX_KEY_CHARACTERS}`, 'Records');
      }
      if (!key.isWellFormed()) {
        throw new Mismatch('has a key with a lone surrogate, which is half a character', 'Records');
      }
      const text = written(raw, rest.Values ?? 'text', key);
      if (text?.isWellFormed() === false) {
        throw new Mismatch('must be text without a lone surrogate, which is half a character', 'Records', key);
      }
      if (text !== null && text.length > MAX_VALUE_CHARACTERS) {
        throw new Mismatch(
          `has ${text.length} characters; a value has at most ${MAX_VALUE_CHARACTERS}`,
          'Records',
          key,
        );
      }
      wanted.set(key, text);
    }
    if (rest.Mode === 'replace' && !rest.AllowEmpty && !holdsValue(wanted)) {
      throw new Mismatch(
        'would leave the dataset without records, since Mode is replace; set AllowEmpty to true if that is meant',
        'Records',
      );
    }
    return { ...rest, Records: wanted };
  },
};
