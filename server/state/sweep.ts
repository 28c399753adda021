import type { Pool } from './model';
import * as rows from './rows';
import type { WorkingSet } from './working-set';

/** Rows removed in one transaction. */
const SLICE = 5_000;

/**
 * Deletes a pool. Its rows go little by little, so that no call has to wait for a million of them; nothing leads to them any
 * more, and a mark among the pools lets the next start go on with what is left.
 */
export function sweep(set: WorkingSet, id: string): void {
  const pool = set.state.pools.get(id);
  if (!pool) return;
  set.state.pools.delete(id);
  for (const [key] of set.poolRows(pool)) set.database.remove('pools', key);
  set.putJson('pools', markOf(pool), id);
  void sweepRows(set, pool.number);
}

/** Goes on with what an earlier run left. */
export function sweepLeftovers(set: WorkingSet): void {
  for (const { key } of set.database.range('pools', Buffer.alloc(0))) {
    if (key.toString('utf8', 4) === 'deleted') void sweepRows(set, key.readUInt32BE());
  }
}

const markOf = ({ number }: Pool) => rows.poolKey(number, 'deleted');

async function sweepRows(set: WorkingSet, pool: number): Promise<void> {
  const { database } = set;
  try {
    for (;;) {
      // What is on its way to the disk would come back behind the sweep.
      await database.flushed();
      if (database.closed) return;
      if (!removeSlice(set, pool)) break;
    }
    database.remove('pools', rows.poolKey(pool, 'deleted'));
  } catch {
    // The disk takes nothing now; the mark is still there for the next start.
  }
}

/** Removes some rows of the pool. @returns whether there were any. */
function removeSlice({ database }: WorkingSet, pool: number): boolean {
  let left = SLICE;
  const prefix = rows.poolKey(pool);
  for (const { key, value } of database.range('identities', prefix)) {
    const id = key.toString('utf8', prefix.length);
    const identity = rows.identityOfRow(id, rows.unsealJson(key, value));
    for (const each of database.range('datasets', rows.numberKey(identity.number))) {
      const [dataset] = rows.datasetOfRow(rows.unsealJson(each.key, each.value));
      for (const record of database.range('records', rows.numberKey(dataset))) {
        database.remove('records', record.key);
        left -= 1;
      }
      database.remove('datasets', each.key);
    }
    database.remove('identities', key);
    left -= 1;
    if (left <= 0) return true;
  }
  for (const { key } of database.range('logins', prefix)) {
    database.remove('logins', key);
    if (--left <= 0) return true;
  }
  return left < SLICE;
}
