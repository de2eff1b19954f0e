// Who listens to us, and where their mail goes.
import { setImmediate as othersTurn } from 'node:timers/promises';
import type { Db } from '../storage/database.ts';
import { inTransaction } from '../storage/transaction.ts';
import { path } from '../urls.ts';
import { actorsNamed } from './actors.ts';
import { type Clock, instant } from './clock.ts';
import { tell } from './happenings.ts';
import { Refusal } from './refusal.ts';

/** A few milliseconds' work; between two of them others have their turn. */
const INBOXES_AT_ONCE = 500;

/**
 * Takes a follower and promises an Accept. A repeated Follow under a new id is accepted anew, because the other side
 * waits for that id (federation.md §8, item 47). One under the old id after an Undo is a new following: Misskey names every
 * Follow of the same two alike, so what tells them apart is `since`, which stands in the Accept's own id.
 */
export async function addFollower(
  db: Db,
  { followed, actor, activity, clock }: { followed: string; actor: string; activity: string; clock: Clock },
): Promise<void> {
  await inTransaction(db, async (db) => {
    // Whoever follows wants to hear again, whether or not their server took the block back.
    await db.deleteFrom('blocks').where('blocked', '=', followed).where('actor', '=', actor).execute();
    const standing = await db
      .selectFrom('followers')
      .select('activity')
      .where('followed', '=', followed)
      .where('actor', '=', actor)
      .executeTakeFirst();
    // The same letter again: its Accept was promised already.
    if (standing?.activity === activity) return;
    const { since } = await db
      .insertInto('followers')
      .values({ followed, actor, activity, since: instant(clock) })
      .onConflict((c) => c.columns(['followed', 'actor']).doUpdateSet({ activity }))
      .returning('since')
      .executeTakeFirstOrThrow();
    await tell(db, {
      verb: 'follow.accepted',
      actor: followed,
      object: activity,
      facts: { follower: actor, since },
      clock,
    });
  });
}

/**
 * Sends a follower away, and says so: their server takes our Reject for the end of the following (federation.md §8, item 49).
 * @throws Refusal `not-found` when they do not follow.
 */
export async function dismissFollower(
  db: Db,
  { followed, actor, clock }: { followed: string; actor: string; clock: Clock },
): Promise<void> {
  await inTransaction(db, async (db) => {
    const gone = await db
      .deleteFrom('followers')
      .where('followed', '=', followed)
      .where('actor', '=', actor)
      .returning(['activity', 'since'])
      .executeTakeFirst();
    if (gone === undefined) {
      throw new Refusal('not-found', {
        th: 'บัญชีนี้ไม่ได้ติดตามอยู่ ดูรายชื่อด้วย wethi follower list',
        en: 'this account does not follow; see wethi follower list',
      });
    }
    const facts = { follower: actor, since: gone.since };
    await tell(db, { verb: 'follow.rejected', actor: followed, object: gone.activity, facts, clock });
  });
}

/**
 * Lets a follower go: an Undo(Follow) that names whom or the Follow's id, or an actor that is gone (neither named: all).
 */
export async function removeFollower(
  db: Db,
  { followed, actor, activity }: { followed?: string; actor: string; activity?: string },
): Promise<void> {
  let query = db.deleteFrom('followers').where('actor', '=', actor);
  if (followed !== undefined) query = query.where('followed', '=', followed);
  if (activity !== undefined) query = query.where('activity', '=', activity);
  await query.execute();
}

/**
 * Lets go of everybody whose mail goes to `inbox`, of whatever they follow here: they left without a word, and their server
 * says that the inbox is not there. Returns how many followings ended.
 */
export async function letGoAt(db: Db, { inbox }: { inbox: string }): Promise<number> {
  const { numDeletedRows } = await db.deleteFrom('followers').where('inbox', '=', inbox).executeTakeFirst();
  return Number(numDeletedRows);
}

/** Whether an actor follows a local one. */
export async function follows(db: Db, { followed, actor }: { followed: string; actor: string }): Promise<boolean> {
  const row = await db
    .selectFrom('followers')
    .select('since')
    .where('followed', '=', followed)
    .where('actor', '=', actor)
    .executeTakeFirst();
  return row !== undefined;
}

/** How many follow a local actor. */
export async function followerCount(db: Db, { followed }: { followed: string }): Promise<number> {
  const row = await db
    .selectFrom('figures')
    .select((e) => e.fn.sum('followers').as('n'))
    .where('owner', '=', followed)
    .executeTakeFirstOrThrow();
  return Number(row.n ?? 0);
}

/** A page of followers' ids in the order of their ids; `after` is the last id of the page before. */
export async function followersPage(
  db: Db,
  { followed, after, limit }: { followed: string; after: string; limit: number },
): Promise<string[]> {
  const rows = await db
    .selectFrom('followers')
    .select('actor')
    .where('followed', '=', followed)
    .where('actor', '>', after)
    .orderBy('actor')
    .limit(limit)
    .execute();
  return rows.map((row) => row.actor);
}

/**
 * The inboxes of everybody who follows, one for a server that shares one. From one inbox to the next in the index, a page of
 * them at a time: going through a million followers to find the five thousand servers they are on would stop the node for seconds.
 */
export async function followerInboxes(db: Db, { followed }: { followed: string }): Promise<string[]> {
  const inboxes: string[] = [];
  for (let after = ''; ; ) {
    const page = await nextInboxes(db, { followed, after });
    inboxes.push(...page);
    const last = page.at(-1);
    if (last === undefined || page.length < INBOXES_AT_ONCE) return inboxes;
    after = last;
    await othersTurn();
  }
}

/** The next inboxes after `after`, in their order. */
async function nextInboxes(db: Db, { followed, after }: { followed: string; after: string }): Promise<string[]> {
  const rows = await db
    .withRecursive('steps', (db) =>
      db
        .selectFrom('followers')
        .select((e) => e.fn.min('inbox').as('inbox'))
        .where('followed', '=', followed)
        .where('inbox', '>', after)
        .unionAll(
          db
            .selectFrom('steps')
            .select((e) =>
              e
                .selectFrom('followers')
                .select((e) => e.fn.min('followers.inbox').as('inbox'))
                .where('followers.followed', '=', followed)
                .whereRef('followers.inbox', '>', 'steps.inbox')
                .as('inbox'),
            )
            .where('steps.inbox', 'is not', null),
        ),
    )
    .selectFrom('steps')
    .select('steps.inbox')
    .where('steps.inbox', 'is not', null)
    .$narrowType<{ inbox: string }>()
    .limit(INBOXES_AT_ONCE)
    .execute();
  return rows.map(({ inbox }) => inbox);
}

/**
 * The inboxes of whoever commented on, liked, boosted or quoted an entry, and does not block the `speaker`: they hold a copy, so edits
 * and deletions reach them (item 76). Of whoever moved since both accounts' servers hold one.
 */
export async function interactorInboxes(
  db: Db,
  { entry, speaker }: { entry: string; speaker: string },
): Promise<string[]> {
  const object = path.article(entry);
  const rows = await db
    .with('interactors', (db) =>
      db
        .selectFrom('comments')
        .select('actor')
        .where('entry', '=', entry)
        .union(db.selectFrom('quotes').select('actor').where('entry', '=', entry))
        .union(db.selectFrom('likes').select('actor').where('object', '=', object))
        .union(db.selectFrom('reactions').select('actor').where('object', '=', object))
        .union(db.selectFrom('boosts').select('actor').where('object', '=', object)),
    )
    .with('holders', (db) =>
      db
        .selectFrom('interactors')
        .select('interactors.actor as id')
        .union(
          db
            .selectFrom('interactors')
            .innerJoin('actors', 'actors.id', 'interactors.actor')
            .select('actors.movedTo as id'),
        ),
    )
    .selectFrom('holders')
    .innerJoin('actors', 'actors.id', 'holders.id')
    .select((e) => e.fn.coalesce('actors.sharedInbox', 'actors.inbox').as('inbox'))
    .distinct()
    .where('actors.gone', 'is', null)
    .where('actors.id', 'not in', (e) => e.selectFrom('blocks').select('actor').where('blocked', '=', speaker))
    .execute();
  return rows.map((row) => row.inbox);
}

/** Who follows, as people would call them, newest first. */
export async function followersOf(
  db: Db,
  { followed, limit }: { followed: string; limit: number },
): Promise<{ id: string; name: string; handle: string; host: string; url: string; since: string }[]> {
  return await db
    .selectFrom('followers')
    .innerJoin('actors', 'actors.id', 'followers.actor')
    .select(['actors.id', 'actors.name', 'actors.handle', 'actors.host', 'actors.url', 'followers.since'])
    .where('followers.followed', '=', followed)
    .orderBy('followers.since', 'desc')
    .orderBy('actors.id')
    .limit(limit)
    .execute();
}

/** Who follows under this name (`actorsNamed`); null when nobody. */
export async function followerNamed(
  db: Db,
  { followed, account }: { followed: string; account: string },
): Promise<{ id: string; handle: string; host: string } | null> {
  for (const actor of await actorsNamed(db, { account })) {
    if (await follows(db, { followed, actor: actor.id })) return actor;
  }
  return null;
}

/** The inbox of one actor, or null when it is unknown or gone. */
export async function inboxOf(db: Db, { actor }: { actor: string }): Promise<string | null> {
  const row = await db
    .selectFrom('actors')
    .select('inbox')
    .where('id', '=', actor)
    .where('gone', 'is', null)
    .executeTakeFirst();
  return row?.inbox ?? null;
}
