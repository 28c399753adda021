import type { Pool } from '../cognito-sync/model';
import { ListRecords } from '../cognito-sync/operations';
import { Mismatch, oneOf, optional, required, structure, texts, timestamp, type Fields, type Shape } from '../shape';

/** What one message of an export holds. */
export const GRANULARITIES = ['record', 'dataset', 'identity'] as const;
export type Granularity = (typeof GRANULARITIES)[number];

export interface ExportInput extends Pool {
  /** Only these identities, in this order; the pool's list is not read then. */
  IdentityIds?: string[];
  /** Only the datasets of these names. */
  DatasetNames?: string[];
  /** Only what was modified then or later, epoch seconds. */
  ModifiedSince?: number;
  /** By default `record`. */
  Granularity?: Granularity;
  /** Identities that are read at a time, 1 to 10, by default 4. */
  Concurrency?: number;
}

export const DEFAULT_CONCURRENCY = 4;
const MAX_CONCURRENCY = 10;

const concurrency: Shape<number> = {
  expected: `a whole number from 1 to ${MAX_CONCURRENCY}`,
  json: { type: 'integer' },
  read(value) {
    const number = typeof value === 'string' ? Number(value.trim()) : value;
    if (typeof number === 'number' && Number.isInteger(number) && number >= 1 && number <= MAX_CONCURRENCY)
      return number;
    throw new Mismatch(`must be ${this.expected}, got ${JSON.stringify(value).slice(0, 60)}`);
  },
};

const { IdentityPoolId, IdentityId, DatasetName } = ListRecords.members;

/** What each export takes, whatever it makes of it. */
export const commonMembers: Fields<Omit<ExportInput, 'Granularity'>> = {
  IdentityPoolId: required(IdentityPoolId.shape),
  IdentityIds: optional(texts(IdentityId.shape)),
  DatasetNames: optional(texts(DatasetName.shape)),
  ModifiedSince: optional(timestamp),
  Concurrency: optional(concurrency),
};

const members: Fields<ExportInput> = { ...commonMembers, Granularity: optional(oneOf(GRANULARITIES)) };

/** The names of all members of an export's input. */
export const EXPORT_MEMBERS = Object.keys(members) as readonly (keyof ExportInput)[];

/** The whole input of an export. */
export const exportInput: Shape<ExportInput> = structure(members);
