import type { Operation } from '../../../lib/cognito-sync/operation';
import * as operations from '../../../lib/cognito-sync/operations';
import { readInput } from '../../../lib/shape';

export const table: Readonly<Record<string, Operation>> = operations;

export const IdentityPoolId = 'us-east-1:1699ebc0-7900-4099-b910-2df94f52a030';
export const IdentityId = 'us-east-1:a9643f52-1f0a-4d0e-8c8b-2a1b5c3d4e5f';

/** One value for each member that any operation requires. */
const required: Readonly<Record<string, unknown>> = {
  IdentityPoolId,
  IdentityId,
  DatasetName: 'profile',
  DeviceId: 'device',
  Platform: 'GCM',
  Token: 'push-token',
  Events: {},
  SyncSessionToken: 'session',
};

/** The least that an operation takes. */
export function leastInput(name: string): { [member: string]: unknown } {
  const members = Object.entries(table[name]!.members as Record<string, { required: boolean }>);
  return Object.fromEntries(
    members.filter(([, { required }]) => required).map(([member]) => [member, required[member]]),
  );
}

export const read = (name: string, input: unknown): unknown => readInput(name, table[name]!.input, input);

/** Whatever `action` throws. */
export function thrownBy(action: () => unknown): Error {
  try {
    action();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}
