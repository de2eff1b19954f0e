// Followers who left without a word: their server says, and says again a day later, that their inbox is not there.
import type { Db } from '../storage/database.ts';

/** Lets go of everybody whose mail goes to `inbox`, of whatever they follow here. Returns how many followings ended. */
export async function letGoAt(db: Db, { inbox }: { inbox: string }): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('followers')
    .where('actor', 'in', (select) =>
      select
        .selectFrom('actors')
        .select('id')
        .where((actor) => actor(actor.fn.coalesce('sharedInbox', 'inbox'), '=', inbox)),
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
}
