// What was said of an object, and to whom: a withdrawal goes to everybody who heard, and takes the words out of the queue.
import type { Db } from '../../storage/database.ts';

/** The inboxes that anything of this object was ever sent to, as far as the queue still remembers. */
export async function inboxesTold(db: Db, { object }: { object: string }): Promise<string[]> {
  const rows = await db
    .selectFrom('activities')
    .innerJoin('deliveries', 'deliveries.activity', 'activities.id')
    .select('deliveries.inbox')
    .distinct()
    .where('activities.object', '=', object)
    .where('deliveries.attempts', '>', 0)
    .execute();
  return rows.map((row) => row.inbox);
}

/** Empties every Create and Update of a deleted object: nobody will be sent them again, and they must not be read. */
export async function forgetWords(db: Db, { object, actor }: { object: string; actor: string }): Promise<void> {
  await db
    .updateTable('activities')
    .set({ body: new Uint8Array(), shown: 0 })
    .where('object', '=', object)
    .where('actor', '=', actor)
    .where('verb', 'in', ['Create', 'Update'])
    .execute();
}
