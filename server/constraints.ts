import { randomUUID } from 'node:crypto';
import { invalidParameter, serialization } from './errors';

/** What the service model says of a string. */
export interface TextConstraint {
  min?: number;
  max?: number;
  pattern?: RegExp;
  values?: readonly string[];
  /** Kept out of messages: tokens and record values. */
  hidden?: boolean;
}

export const ID: TextConstraint = { min: 1, max: 55, pattern: /^[\w-]+:[0-9a-f-]+$/ };
export const DATASET_NAME: TextConstraint = { min: 1, max: 128, pattern: /^[a-zA-Z0-9_.:-]+$/ };
export const DEVICE_ID: TextConstraint = { min: 1, max: 256 };
export const ROLE_ARN: TextConstraint = { min: 20, max: 2048, pattern: /^arn:aws:iam::\d+:role\/.*$/ };
export const APPLICATION_ARN: TextConstraint = {
  pattern: /^arn:aws:sns:[-0-9a-z]+:\d+:app\/[A-Z_]+\/[a-zA-Z0-9_.-]+$/,
};

/** Collects everything wrong with a request, in the words of AWS's front end. */
export class Violations {
  private readonly found: string[] = [];

  text(member: string, value: string | undefined, constraint: TextConstraint = {}): void {
    if (value === undefined) return this.missing(member);
    const { min = 0, max = Infinity, pattern, values, hidden } = constraint;
    const shown = hidden ? 'Value' : `Value '${value}'`;
    const add = (rule: string) =>
      this.found.push(`${shown} at '${member}' failed to satisfy constraint: Member must ${rule}`);
    if (value.length < min) add(`have length greater than or equal to ${min}`);
    if (value.length > max) add(`have length less than or equal to ${max}`);
    if (pattern && !pattern.test(value))
      add(`satisfy regular expression pattern: ${pattern.source.replace(/^\^|\$$/g, '')}`);
    if (values && !values.includes(value)) add(`satisfy enum value set: [${values.join(', ')}]`);
  }

  /** As `text`, for a member that may be absent. */
  optional(member: string, value: string | undefined, constraint: TextConstraint): void {
    if (value !== undefined) this.text(member, value, constraint);
  }

  missing(member: string): void {
    this.found.push(`Value null at '${member}' failed to satisfy constraint: Member must not be null`);
  }

  atLeast(member: string, value: number | bigint, least: number): void {
    if (value < least) {
      this.found.push(
        `Value '${value}' at '${member}' failed to satisfy constraint: Member must have value greater than or equal to ${least}`,
      );
    }
  }

  between(member: string, value: number, least: number, most: number): void {
    this.atLeast(member, value, least);
    if (value > most) {
      this.found.push(
        `Value '${value}' at '${member}' failed to satisfy constraint: Member must have value less than or equal to ${most}`,
      );
    }
  }

  /** @throws ServiceError naming every violation found so far. */
  check(): void {
    const count = this.found.length;
    if (count) {
      throw invalidParameter(`${count} validation error${count > 1 ? 's' : ''} detected: ${this.found.join('; ')}`);
    }
  }
}

/** A whole number of the query, `otherwise` when absent or blank. @throws ServiceError when it is not one of at least `least`. */
export function wholeNumber(member: string, text: string | undefined, least: number, otherwise: number): number {
  if (!text) return otherwise;
  if (!/^[+-]?\d+$/.test(text)) throw invalidParameter(`Value '${text}' at '${member}' is not a whole number.`);
  const value = Number(text);
  const violations = new Violations();
  violations.atLeast(member, value, least);
  violations.check();
  return value;
}

const LARGEST_LONG = 2n ** 63n - 1n;

/** As `wholeNumber`, for a long of the API. */
export function long(member: string, text: string | undefined): bigint {
  if (!text) return 0n;
  if (!/^[+-]?\d+$/.test(text) || BigInt(text) > LARGEST_LONG) {
    throw invalidParameter(`Value '${text}' at '${member}' is not a whole number.`);
  }
  const violations = new Violations();
  violations.atLeast(member, BigInt(text), 0);
  violations.check();
  return BigInt(text);
}

/** Stands before the digits of a number that JavaScript's numbers do not hold. Nobody can send it: it is another one each time. */
const LONG = `long ${randomUUID()} `;

/** JSON with every whole number that is too large for JavaScript as text, `LONG` before it. */
const markLongs = (json: string) =>
  /\d{16}/.test(json)
    ? json.replace(/"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g, (part) =>
        part.startsWith('"') || Number.isSafeInteger(Number(part)) ? part : `"${LONG}${part}"`,
      )
    : json;

/** Members of a JSON body, each read by the type that the model gives it. A type that does not fit is a SerializationException. */
export class Body {
  private constructor(private readonly members: Readonly<Record<string, unknown>>) {}

  static parse(bytes: Buffer): Body {
    if (!bytes.length) return new Body({});
    let value: unknown;
    try {
      value = JSON.parse(markLongs(bytes.toString()));
    } catch {
      throw serialization('The body is not JSON.');
    }
    return Body.of(value, 'the body');
  }

  private static of(value: unknown, what: string): Body {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) throw unfit(what, 'an object');
    return new Body(value as Record<string, unknown>);
  }

  names(): string[] {
    return Object.keys(this.members);
  }

  /** Every member as it came. */
  all(): Readonly<Record<string, unknown>> {
    return this.members;
  }

  /** Undefined stands for null as well. */
  private get(name: string): unknown {
    return Object.hasOwn(this.members, name) ? (this.members[name] ?? undefined) : undefined;
  }

  private static isLong(value: unknown): value is string {
    return typeof value === 'string' && value.startsWith(LONG);
  }

  text(name: string): string | undefined {
    const value = this.get(name);
    if (value !== undefined && (typeof value !== 'string' || Body.isLong(value))) throw unfit(name, 'a string');
    return value;
  }

  flag(name: string): boolean | undefined {
    const value = this.get(name);
    if (value !== undefined && typeof value !== 'boolean') throw unfit(name, 'a boolean');
    return value;
  }

  number(name: string): number | undefined {
    const value = this.get(name);
    if (Body.isLong(value)) return Number(value.slice(LONG.length));
    if (value !== undefined && typeof value !== 'number') throw unfit(name, 'a number');
    return value;
  }

  /** A long of the API: more than a number holds. */
  long(name: string): bigint | undefined {
    const value = this.get(name);
    const exact = Body.isLong(value) ? BigInt(value.slice(LONG.length)) : undefined;
    if (exact !== undefined && exact >= -LARGEST_LONG - 1n && exact <= LARGEST_LONG) return exact;
    const whole = this.whole(name);
    return whole === undefined ? undefined : BigInt(whole);
  }

  whole(name: string): number | undefined {
    const value = this.number(name);
    if (value !== undefined && !Number.isSafeInteger(value)) throw unfit(name, 'a whole number');
    return value;
  }

  object(name: string): Body | undefined {
    const value = this.get(name);
    return value === undefined ? undefined : Body.of(value, name);
  }

  objects(name: string): Body[] | undefined {
    return this.list(name)?.map((item) => Body.of(item, `a member of ${name}`));
  }

  texts(name: string): string[] | undefined {
    return this.list(name)?.map((item) => {
      if (typeof item !== 'string' || Body.isLong(item)) throw unfit(`a member of ${name}`, 'a string');
      return item;
    });
  }

  /** An object whose members are all strings. */
  map(name: string): Record<string, string> | undefined {
    const object = this.object(name);
    return object && Object.fromEntries(object.names().map((key) => [key, object.text(key) ?? '']));
  }

  private list(name: string): unknown[] | undefined {
    const value = this.get(name);
    if (value !== undefined && !Array.isArray(value)) throw unfit(name, 'a list');
    return value;
  }
}

const unfit = (what: string, type: string) => serialization(`Expected ${what} to be ${type}.`);
