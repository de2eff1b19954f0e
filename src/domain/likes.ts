// Likes, counted once per actor with their reactions, both ways. What is liked is named by its ActivityPub id; ours by its path.
import type { Db } from '../storage/database.ts';
import { prepared } from '../storage/prepared.ts';
import type { LikeRow } from '../storage/tables.ts';
import { inTransaction } from '../storage/transaction.ts';
import { path } from '../urls.ts';
import { type Clock, instant } from './clock.ts';
import { bumpEntry } from './comments/thread.ts';
import { tell } from './happenings.ts';
import { newId } from './ids.ts';

/** Counts an actor's like of an entry of ours; a second one by the same actor changes nothing. */
export async function receiveLike(
  db: Db,
  { id, actor, entry, clock }: { id: string; actor: string; entry: string; clock: Clock },
): Promise<void> {
  await inTransaction(db, async (db) => {
    const kept = await db
      .insertInto('likes')
      .values({ id, actor, blog: null, object: path.article(entry), created: instant(clock) })
      .onConflict((c) => c.doNothing())
      .executeTakeFirst();
    if (Number(kept.numInsertedOrUpdatedRows ?? 0n) > 0) await bumpEntry(db, { id: entry });
  });
}

/** Takes an actor's like back; only their own. `id` or `entry` names it, whichever the Undo carried. */
export async function undoLike(
  db: Db,
  { id, actor, entry }: { id: string | null; actor: string; entry: string | null },
): Promise<void> {
  await inTransaction(db, async (db) => {
    let query = db.deleteFrom('likes').where('actor', '=', actor);
    if (entry !== null) query = query.where('object', '=', path.article(entry));
    else if (id !== null) query = query.where('id', '=', id);
    else return;
    const gone = await query.returning('object').executeTakeFirst();
    if (gone === undefined) return;
    await bumpEntry(db, { id: likedEntry(gone.object) });
  });
}

/** Takes back every like of an actor who is gone. */
export async function forgetLikes(db: Db, { actor }: { actor: string }): Promise<void> {
  await inTransaction(db, async (db) => {
    const gone = await db.deleteFrom('likes').where('actor', '=', actor).returning('object').execute();
    for (const { object } of gone) await bumpEntry(db, { id: likedEntry(object) });
  });
}

/** A blog of ours likes something: `object` an ActivityPub id from afar (author `to`) or the path of an entry of ours. */
export async function like(
  db: Db,
  { blog, object, to, clock }: { blog: string; object: string; to: string | null; clock: Clock },
): Promise<LikeRow> {
  return await inTransaction(db, async (db) => {
    const standing = await likeOf(db, { blog, object });
    if (standing !== null) return standing;
    const row: LikeRow = { id: path.activity(`like-${newId()}`), actor: null, blog, object, created: instant(clock) };
    await db.insertInto('likes').values(row).execute();
    if (object.startsWith(path.article(''))) await bumpEntry(db, { id: likedEntry(object) });
    if (to !== null) await tell(db, { verb: 'liked', actor: blog, object, facts: { activity: row.id, to }, clock });
    return row;
  });
}

/** Takes a blog's like back and says so. */
export async function unlike(
  db: Db,
  { blog, object, to, clock }: { blog: string; object: string; to: string | null; clock: Clock },
): Promise<void> {
  await inTransaction(db, async (db) => {
    const standing = await likeOf(db, { blog, object });
    if (standing === null) return;
    await db.deleteFrom('likes').where('id', '=', standing.id).execute();
    if (object.startsWith(path.article(''))) await bumpEntry(db, { id: likedEntry(object) });
    if (to !== null)
      await tell(db, { verb: 'unliked', actor: blog, object, facts: { activity: standing.id, to }, clock });
  });
}

/** Whether the like with this id (an activity's path, for ours) still stands. */
export async function likeStands(db: Db, { id }: { id: string }): Promise<boolean> {
  return (await db.selectFrom('likes').select('id').where('id', '=', id).executeTakeFirst()) !== undefined;
}

/** How many like an entry. Whoever reacts with emoji, however many, counts once with their like (FEP-c0e0). */
export async function likeCount(db: Db, { entry }: { entry: string }): Promise<number> {
  return Number((await likesCounted(db, { object: path.article(entry) }))[0]?.n);
}

const likesCounted = prepared((db, { object }: { object: string }) =>
  db
    .selectFrom((from) =>
      from
        .selectFrom('likes')
        .select((e) => e.fn.coalesce('actor', 'blog').as('by'))
        .where('object', '=', object)
        .union(from.selectFrom('reactions').select('actor as by').where('object', '=', object))
        .as('voices'),
    )
    .select((e) => e.fn.countAll().as('n')),
);

/** The id of the entry that a like names by its path. */
function likedEntry(object: string): string {
  return object.slice(path.article('').length);
}

async function likeOf(db: Db, { blog, object }: { blog: string; object: string }): Promise<LikeRow | null> {
  return (
    (await db
      .selectFrom('likes')
      .selectAll()
      .where('blog', '=', blog)
      .where('object', '=', object)
      .executeTakeFirst()) ?? null
  );
}
