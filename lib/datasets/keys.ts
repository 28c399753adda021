import type { DatasetOfIdentity } from '../cognito-sync/model';
import { ListRecords } from '../cognito-sync/operations';
import { kindOf, Mismatch, readAt, required, structure, text, type Shape } from '../shape';

/** Records of one dataset, by their keys. */
export interface KeysInput extends DatasetOfIdentity {
  /** Each once, in the order of the message. */
  Keys: string[];
}

const MAX_KEY_CHARACTERS = 1024;

const key = text(`a key of 1 to ${MAX_KEY_CHARACTERS} characters`, { max: MAX_KEY_CHARACTERS, hidden: true });

/** Keys as a list, or one key as text: a comma is part of the key, since keys may hold any character. */
const keys: Shape<string[]> = {
  expected: 'a key as text, or a list of keys',
  json: key.json,
  read(value) {
    if (typeof value === 'string') return [key.read(value)];
    if (!Array.isArray(value)) throw new Mismatch(`must be ${this.expected}, got ${kindOf(value)}`);
    if (value.length === 0) throw new Mismatch(`must be ${this.expected}, got an empty list`);
    return [...new Set(value.map((entry, index) => readAt(key, entry, index)))];
  },
};

/** The whole input of LookUpRecords and DeleteRecords. */
export const keysInput = structure<KeysInput>({
  IdentityPoolId: required(ListRecords.members.IdentityPoolId.shape),
  IdentityId: required(ListRecords.members.IdentityId.shape),
  DatasetName: required(ListRecords.members.DatasetName.shape),
  Keys: required(keys),
});
