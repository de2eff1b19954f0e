// Boosts, counted once per actor: what others pass on of ours. What is boosted is named by its ActivityPub id; ours by its path.
import type { Db } from '../storage/database.ts';
import { inTransaction } from '../storage/transaction.ts';
import { named, path } from '../urls.ts';
import { type Clock, instant } from './clock.ts';
import { commentById } from './comments/find.ts';
import { placeOf } from './comments/receive.ts';
import { bumpEntry } from './comments/thread.ts';

/** The path of what a boost of `url` passes on: an entry of ours, or a comment that a blog here wrote. Null for all else. */
export async function boostable(db: Db, { origin, url }: { origin: string; url: string }): Promise<string | null> {
  const place = await placeOf(db, { origin, inReplyTo: url });
  if (place === null) return null;
  if (place.parent === null) return path.article(place.entry);
  const ours = named(origin, url);
  if (ours?.kind !== 'note') return null;
  const comment = await commentById(db, { id: ours.id });
  return comment?.blog != null && comment.state === 'shown' ? path.note(ours.id) : null;
}

/** Counts an actor's boost of `object`, a path of ours; a second one by the same actor changes nothing. */
export async function receiveBoost(
  db: Db,
  { id, actor, object, clock }: { id: string; actor: string; object: string; clock: Clock },
): Promise<void> {
  await inTransaction(db, async (db) => {
    const kept = await db
      .insertInto('boosts')
      .values({ id, actor, booster: null, object, created: instant(clock) })
      .onConflict((c) => c.doNothing())
      .executeTakeFirst();
    if (Number(kept.numInsertedOrUpdatedRows ?? 0n) > 0) await bumpBoosted(db, object);
  });
}

/** Takes an actor's boost back; only their own. `id` or `object` names it, whichever the Undo carried. */
export async function undoBoost(
  db: Db,
  { id, actor, object }: { id: string | null; actor: string; object: string | null },
): Promise<void> {
  await inTransaction(db, async (db) => {
    let query = db.deleteFrom('boosts').where('actor', '=', actor);
    if (object !== null) query = query.where('object', '=', object);
    else if (id !== null) query = query.where('id', '=', id);
    else return;
    const gone = await query.returning('object').executeTakeFirst();
    if (gone !== undefined) await bumpBoosted(db, gone.object);
  });
}

/** Takes back every boost of an actor who is gone. */
export async function forgetBoosts(db: Db, { actor }: { actor: string }): Promise<void> {
  await inTransaction(db, async (db) => {
    const gone = await db.deleteFrom('boosts').where('actor', '=', actor).returning('object').execute();
    for (const { object } of gone) await bumpBoosted(db, object);
  });
}

/** How many boosted `object`, a path of ours. */
export async function boostCount(db: Db, { object }: { object: string }): Promise<number> {
  const row = await db
    .selectFrom('boosts')
    .select((e) => e.fn.countAll().as('n'))
    .where('object', '=', object)
    .executeTakeFirstOrThrow();
  return Number(row.n);
}

/** An entry's page and document show the count; a comment's do not. */
async function bumpBoosted(db: Db, object: string): Promise<void> {
  const entries = path.article('');
  if (object.startsWith(entries)) await bumpEntry(db, { id: object.slice(entries.length) });
}
