// Boosts, counted once per actor, both ways: what is passed on to one's own followers. What is boosted is named by its
// ActivityPub id; ours by its path.
import type { Db } from '../storage/database.ts';
import { prepared } from '../storage/prepared.ts';
import type { BoostRow } from '../storage/tables-of-acts.ts';
import { inTransaction } from '../storage/transaction.ts';
import { named, path } from '../urls.ts';
import { type Clock, instant } from './clock.ts';
import { commentById } from './comments/find.ts';
import { placeOf } from './comments/receive.ts';
import { bumpComment, bumpEntry } from './comments/thread.ts';
import { followerCount } from './followers.ts';
import { tell } from './happenings.ts';
import { newId } from './ids.ts';
import { ORGANISATION } from './organisations.ts';
import { setting } from './settings.ts';

/** A boost of somebody here: a blog's id or `organisation`. */
export type OwnBoost = Pick<BoostRow, 'id' | 'object' | 'created'> & { booster: string };

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

/**
 * Somebody here boosts something: `booster` is a blog's id or `organisation`, `object` an ActivityPub id from afar (author `to`)
 * or the path of an entry of ours.
 */
export async function boost(
  db: Db,
  { booster, object, to, clock }: { booster: string; object: string; to: string | null; clock: Clock },
): Promise<BoostRow> {
  return await inTransaction(db, async (db) => {
    const standing = await boostOf(db, { booster, object });
    if (standing !== null) return standing;
    const id = path.activity(`boost-${newId()}`);
    const row: BoostRow = { id, actor: null, booster, object, created: instant(clock) };
    await db.insertInto('boosts').values(row).execute();
    if (booster !== ORGANISATION) await bumpBoosted(db, object);
    await tell(db, { verb: 'boosted', actor: booster, object, facts: factsOf(row, to), clock });
    return row;
  });
}

/** Takes a boost of ours back and says so. */
export async function unboost(
  db: Db,
  { booster, object, to, clock }: { booster: string; object: string; to: string | null; clock: Clock },
): Promise<void> {
  await inTransaction(db, async (db) => {
    const standing = await boostOf(db, { booster, object });
    if (standing === null) return;
    await db.deleteFrom('boosts').where('id', '=', standing.id).execute();
    if (booster !== ORGANISATION) await bumpBoosted(db, object);
    await tell(db, { verb: 'unboosted', actor: booster, object, facts: factsOf(standing, to), clock });
  });
}

/**
 * The organisation boosts an entry that is announced, unless the setting `boosts` is off: one follow brings all its blogs. As
 * long as nobody follows it there is nobody to boost to.
 */
export async function boostNews(db: Db, { entry, clock }: { entry: string; clock: Clock }): Promise<void> {
  if ((await setting(db, { key: 'boosts' })) === 'off') return;
  if ((await followerCount(db, { followed: ORGANISATION })) === 0) return;
  await boost(db, { booster: ORGANISATION, object: path.article(entry), to: null, clock });
}

/** Takes back whatever somebody here boosted of an entry that is withdrawn. */
export async function unboostWithdrawn(db: Db, { entry, clock }: { entry: string; clock: Clock }): Promise<void> {
  const object = path.article(entry);
  const rows = await db
    .selectFrom('boosts')
    .select('booster')
    .where('object', '=', object)
    .where('booster', 'is not', null)
    .$narrowType<{ booster: string }>()
    .execute();
  for (const { booster } of rows) await unboost(db, { booster, object, to: null, clock });
}

/** A boost of somebody here, by its activity's path; null when it was taken back. */
export async function ownBoost(db: Db, { id }: { id: string }): Promise<OwnBoost | null> {
  const row = await db
    .selectFrom('boosts')
    .select(['id', 'booster', 'object', 'created'])
    .where('id', '=', id)
    .where('booster', 'is not', null)
    .$narrowType<{ booster: string }>()
    .executeTakeFirst();
  return row ?? null;
}

/** How many boosted `object`, a path of ours. The organisation's own boosts are no applause, so they do not count. */
export async function boostCount(db: Db, { object }: { object: string }): Promise<number> {
  return Number((await boostsCounted(db, { object }))[0]?.n);
}

const boostsCounted = prepared((db, { object }: { object: string }) =>
  db
    .selectFrom('boosts')
    .select((e) => e.fn.countAll().as('n'))
    .where('object', '=', object)
    .where((e) => e.or([e('booster', 'is', null), e('booster', '!=', ORGANISATION)])),
);

function factsOf({ id }: BoostRow, to: string | null): Record<string, string> {
  return to === null ? { activity: id } : { activity: id, to };
}

async function boostOf(db: Db, { booster, object }: { booster: string; object: string }): Promise<BoostRow | null> {
  const row = await db
    .selectFrom('boosts')
    .selectAll()
    .where('booster', '=', booster)
    .where('object', '=', object)
    .executeTakeFirst();
  return row ?? null;
}

/** The documents of entries and comments, and the pages of entries, show the count. */
async function bumpBoosted(db: Db, object: string): Promise<void> {
  const [entries, notes] = [path.article(''), path.note('')];
  if (object.startsWith(entries)) await bumpEntry(db, { id: object.slice(entries.length) });
  if (object.startsWith(notes)) await bumpComment(db, { id: object.slice(notes.length) });
}
