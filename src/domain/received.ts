// Each activity from afar takes effect once, however often and however parallel it arrives.
import type { Db } from '../storage/database.ts';
import { inTransaction } from '../storage/transaction.ts';
import { type Clock, instant } from './clock.ts';

/**
 * Runs `effect` in one transaction with the note that `activity` was applied; does nothing and answers `again` when it
 * was applied before. Keyed by both names, so that a neighbour on the same server cannot use somebody's id up. The library's own duplicate check is a look before a leap and forgets after a day (security.md §0.5).
 */
export async function applyOnce<T>(
  db: Db,
  { activity, actor, clock }: { activity: string; actor: string; clock: Clock },
  effect: (db: Db) => Promise<T>,
): Promise<T | 'again'> {
  return await inTransaction(db, async (db) => {
    const noted = await db
      .insertInto('received')
      .values({ activity, actor, received: instant(clock) })
      .onConflict((c) => c.columns(['activity', 'actor']).doNothing())
      .executeTakeFirst();
    if (Number(noted.numInsertedOrUpdatedRows ?? 0n) === 0) return 'again';
    return await effect(db);
  });
}

/** Whether this activity of this actor was applied already. */
export async function wasApplied(db: Db, { id, actor }: { id: string; actor: string }): Promise<boolean> {
  const row = await db
    .selectFrom('received')
    .select('activity')
    .where('activity', '=', id)
    .where('actor', '=', actor)
    .executeTakeFirst();
  return row !== undefined;
}
