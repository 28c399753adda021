import { BadInput, type Input, type Route } from './http';
import { text } from './input';
import type { Local } from './local';
import type { ObjectStorage } from './object-storage';
import * as state from './local-state';

const IDENTITIES_ON_A_PAGE = 60;
const RECORDS_ON_A_PAGE = 100;
const MAX_SEEDED_RECORDS = 2_000_000;

const which = (input: Input) => ({
  pool: text(input, 'pool'),
  identity: text(input, 'identity'),
  dataset: text(input, 'dataset'),
});
const from = ({ from: given }: Input) => (typeof given === 'string' ? given : '');

/** The calls of the page about what the local server holds. */
export function dataRoutes(local: Local, storage: ObjectStorage): Readonly<Record<string, Route>> {
  const now = () => ({
    now: new Date(local.server.clock.now()).toISOString(),
    offsetMs: local.server.clock.now() - Date.now(),
  });
  return {
    'data/pools': () => ({ pools: state.pools(local.server), ...now() }),
    'data/identities': (input) =>
      state.identities(local.server, text(input, 'pool'), from(input), IDENTITIES_ON_A_PAGE),
    'data/datasets': (input) => ({
      rows: state.datasets(local.server, text(input, 'pool'), text(input, 'identity')),
    }),
    'data/records': (input) => state.records(local.server, which(input), from(input), RECORDS_ON_A_PAGE),
    'data/value': (input) => ({ value: state.value(local.server, which(input), text(input, 'key')) }),
    'data/write': (input) => {
      const { pool, identity, dataset } = which(input);
      const { value } = input;
      if (value !== null && typeof value !== 'string') throw new BadInput('value must be text, or null to remove');
      const where = { IdentityPoolId: pool, IdentityId: identity, DatasetName: dataset };
      return { syncCount: local.server.control.write(where, { [text(input, 'key')]: value }, 'another-client') };
    },
    'data/seed': (input) => {
      const sizes = {
        identities: whole(input, 'identities', 200_000),
        datasetsPerIdentity: whole(input, 'datasetsPerIdentity', 20),
        recordsPerDataset: whole(input, 'recordsPerDataset', 1_024),
        valueLength: whole(input, 'valueLength', 1_048_575),
      };
      const records = sizes.identities * sizes.datasetsPerIdentity * sizes.recordsPerDataset;
      if (records > MAX_SEEDED_RECORDS) {
        throw new BadInput(
          `That makes ${records.toLocaleString('en')} records; at most ${MAX_SEEDED_RECORDS.toLocaleString('en')} are seeded at once`,
        );
      }
      return { seeded: local.server.seed({ pool: text(input, 'pool'), ...sizes }).length };
    },
    'data/reset': () => {
      storage.clear();
      return local.reset();
    },
    'data/clock': (input) => {
      const { advanceMs, set } = input;
      if (typeof advanceMs === 'number') local.server.clock.advance(advanceMs);
      else if (typeof set === 'string') {
        const time = Date.parse(set);
        if (Number.isNaN(time)) throw new BadInput(`set must be a time such as 2026-01-31T09:30:00Z, got ${set}`);
        local.server.clock.set(time);
      } else local.server.clock.reset();
      return now();
    },
    'data/changes': (_, { write, signal }) => local.changes.follow(write, signal),
  };
}

function whole(input: Input, name: string, max: number): number {
  const value = input[name];
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > max) {
    throw new BadInput(`${name} must be a whole number from 0 to ${max}`);
  }
  return value;
}
