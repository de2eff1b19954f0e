// Ids that existed, or were deleted before they came. Mastodon never lets such an id live again; neither do we.
import type { Db } from '../storage/database.ts';
import type { TombstoneRow } from '../storage/tables.ts';
import { type Clock, instant } from './clock.ts';

/**
 * Remembers that `actor` says that `id` is gone. Says it twice without harm. Before anything of that id came nobody knows whose
 * it is, so a neighbour's word must not stand in for the author's.
 */
export async function entomb(
  db: Db,
  { id, actor, formerType, clock }: { id: string; actor: string; formerType: string; clock: Clock },
): Promise<void> {
  await db
    .insertInto('tombstones')
    .values({ id, actor, formerType, deleted: instant(clock) })
    .onConflict((c) => c.columns(['id', 'actor']).doNothing())
    .execute();
}

/** Whether `actor` has said that `id` is gone. */
export async function isBuried(db: Db, { id, actor }: { id: string; actor: string }): Promise<boolean> {
  const row = await db
    .selectFrom('tombstones')
    .select('id')
    .where('id', '=', id)
    .where('actor', '=', actor)
    .executeTakeFirst();
  return row !== undefined;
}

/** The tombstone of an id of ours, or null. */
export async function tombstone(db: Db, { id }: { id: string }): Promise<TombstoneRow | null> {
  return (await db.selectFrom('tombstones').selectAll().where('id', '=', id).executeTakeFirst()) ?? null;
}
