import type { Clock } from '../clock';
import type { Settings } from '../settings';
import { seededIdentity } from '../state/seed';
import type { Store } from '../state/store';
import { poolOf } from './pools';

/** Identities in one commit of a seeding that leaves room for calls. */
const SEEDED_AT_ONCE = 300;

export interface Seed {
  /** Defaults to the first pool. */
  pool?: string;
  /** The number of the first identity; 0 when absent. */
  first?: number;
  identities: number;
  datasetsPerIdentity: number;
  recordsPerDataset: number;
  /** Characters of every value; 32 when absent. */
  valueLength?: number;
}

/** How many identities a seeding filled, and the ids of the first and the last one. */
export type SeedSummary = { identities: number; first: string | null; last: string | null };

type SeedOfPool = Seed & { pool: string };

interface Parts {
  readonly store: Store;
  readonly clock: Clock;
  readonly settings: Settings;
}

/** Fills a pool at once and returns the ids of its identities. */
export function seedAtOnce(seed: SeedOfPool, parts: Parts): string[] {
  commit(seed, parts, false);
  return Array.from({ length: seed.identities }, (_, i) => seededIdentity(seed.pool, (seed.first ?? 0) + i));
}

/** Fills a pool with room for calls in between. */
export async function seedSlowly(seed: SeedOfPool, parts: Parts): Promise<SeedSummary> {
  const { pool, identities } = seed;
  for (let first = 0; first < identities; first += SEEDED_AT_ONCE) {
    commit({ ...seed, first, identities: Math.min(SEEDED_AT_ONCE, identities - first) }, parts, true);
    await parts.store.flushed();
    await new Promise(setImmediate);
  }
  const [first, last] = identities ? [seededIdentity(pool, 0), seededIdentity(pool, identities - 1)] : [null, null];
  return { identities, first, last };
}

function commit({ valueLength = 32, ...seed }: SeedOfPool, { store, clock, settings }: Parts, gently: boolean): void {
  poolOf(store, seed.pool);
  store.commit({ type: 'seed', valueLength, at: clock.now(), by: settings.accountId, gently, ...seed });
}
