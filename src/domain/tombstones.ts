// Ids that existed, or were deleted before they came. Mastodon never lets such an id live again; neither do we.
import type { Db } from '../storage/database.ts';
import type { TombstoneRow } from '../storage/tables.ts';
import { type Clock, instant } from './clock.ts';

/** Remembers that `id` is gone. Says it twice without harm. */
export async function entomb(
  db: Db,
  { id, actor, formerType, clock }: { id: string; actor: string; formerType: string; clock: Clock },
): Promise<void> {
  await db
    .insertInto('tombstones')
    .values({ id, actor, formerType, deleted: instant(clock) })
    .onConflict((c) => c.column('id').doNothing())
    .execute();
}

/** The tombstone of an id, or null. */
export async function tombstone(db: Db, { id }: { id: string }): Promise<TombstoneRow | null> {
  return (await db.selectFrom('tombstones').selectAll().where('id', '=', id).executeTakeFirst()) ?? null;
}
