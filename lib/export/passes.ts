import type { ExportMessage } from './messages';
import type { ExportedIdentity } from './read-pool';

/**
 * A pass over a pool whose messages say which pass they are of, and what of the pool is there, so that a receiver can remove
 * what a complete pass did not name. Its id is the time when it began, to the millisecond: later passes have greater ids.
 */
export type PassId = string;

/** Whether a value of a snapshot is one. */
export const isPassId = (value: unknown): value is PassId =>
  typeof value === 'string' && !Number.isNaN(Date.parse(value));

/** @param after what the pass before had; ids grow even where the clock does not */
export function passIdOf(nowMs: number, after?: PassId): PassId {
  const earlier = after === undefined ? NaN : Date.parse(after);
  return new Date(nowMs > earlier || Number.isNaN(earlier) ? nowMs : earlier + 1).toISOString();
}

/** A message as one of a pass. The same record may come in several passes, and each time it says something else. */
export function ofPass(PassId: PassId, { body, item, length }: ExportMessage): ExportMessage {
  const { Kind, ...rest } = body;
  return { body: { Kind, PassId, ...rest }, item: `${item} in pass ${PassId}`, length };
}

/** Characters that a name and what stands around it take in JSON. */
const ENTRY_CHARACTERS = 200;

/** The messages of an identity in a pass: what they were, then which datasets the identity has. */
export function* messagesOfPass(
  PassId: PassId,
  IdentityPoolId: string,
  { IdentityId, present }: ExportedIdentity,
  messages: Iterable<ExportMessage>,
): Generator<ExportMessage> {
  for (const message of messages) yield ofPass(PassId, message);
  const Present = present.map(({ DatasetName, isWhole }) => ({ DatasetName, AllRecords: isWhole }));
  const marks = Present.map(({ DatasetName, AllRecords }) => `${DatasetName} ${AllRecords}`).join(', ');
  yield ofPass(PassId, {
    body: { Kind: 'presence', IdentityPoolId, IdentityId, Present },
    item: `presence of ${IdentityId}: ${marks}`,
    length: Present.length * ENTRY_CHARACTERS,
  });
}
