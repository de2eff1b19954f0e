// Whom our blogs listen to: asked, accepted or refused.
import type { Db } from '../storage/database.ts';
import type { FollowingRow } from '../storage/tables.ts';
import { inTransaction } from '../storage/transaction.ts';
import { path } from '../urls.ts';
import { actorsNamed } from './actors.ts';
import { type Clock, instant } from './clock.ts';
import { tell } from './happenings.ts';
import { newId } from './ids.ts';

export type Following = FollowingRow;

/** Asks to follow an actor that is known already (`rememberActor`). Asking again after a refusal asks anew. */
export async function askToFollow(
  db: Db,
  { follower, actor, clock }: { follower: string; actor: string; clock: Clock },
): Promise<Following> {
  return await inTransaction(db, async (db) => {
    const standing = await followingOf(db, { follower, actor });
    if (standing !== null && standing.state !== 'rejected') return standing;
    const id = `follow-${newId()}`;
    const following: Following = {
      follower,
      actor,
      activity: path.activity(id),
      state: 'requested',
      since: instant(clock),
    };
    await db
      .insertInto('following')
      .values(following)
      .onConflict((c) =>
        c
          .columns(['follower', 'actor'])
          .doUpdateSet({ activity: following.activity, state: 'requested', since: following.since }),
      )
      .execute();
    await tell(db, {
      verb: 'follow.asked',
      actor: follower,
      object: actor,
      facts: { activity: following.activity },
      clock,
    });
    return following;
  });
}

/** Stops following and says so. */
export async function unfollow(
  db: Db,
  { follower, actor, clock }: { follower: string; actor: string; clock: Clock },
): Promise<void> {
  await inTransaction(db, async (db) => {
    const standing = await followingOf(db, { follower, actor });
    if (standing === null) return;
    await db.deleteFrom('following').where('follower', '=', follower).where('actor', '=', actor).execute();
    await tell(db, {
      verb: 'follow.undone',
      actor: follower,
      object: actor,
      facts: { activity: standing.activity },
      clock,
    });
  });
}

/**
 * Notes the other side's answer. `activity` is our Follow's path where the answer names it; servers that answer with the
 * actors alone are matched by `follower` and `actor`. Only the one who was asked can answer.
 */
export async function noteFollowAnswer(
  db: Db,
  {
    actor,
    activity,
    follower,
    answer,
  }: { actor: string; activity: string | null; follower: string | null; answer: 'accepted' | 'rejected' },
): Promise<boolean> {
  let query = db.updateTable('following').set({ state: answer }).where('actor', '=', actor);
  if (activity !== null) query = query.where('activity', '=', activity);
  else if (follower !== null) query = query.where('follower', '=', follower);
  else return false;
  return (await query.executeTakeFirst()).numUpdatedRows > 0n;
}

/** One following, or null. */
export async function followingOf(
  db: Db,
  { follower, actor }: { follower: string; actor: string },
): Promise<Following | null> {
  const row = await db
    .selectFrom('following')
    .selectAll()
    .where('follower', '=', follower)
    .where('actor', '=', actor)
    .executeTakeFirst();
  return row ?? null;
}

/** Whether any blog here follows the actor with its consent. */
export async function isFollowed(db: Db, { actor }: { actor: string }): Promise<boolean> {
  const row = await db
    .selectFrom('following')
    .select('actor')
    .where('actor', '=', actor)
    .where('state', '=', 'accepted')
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Everybody whom these local actors follow or asked to, with the answer so far, newest first. */
export async function followingsOf(
  db: Db,
  { followers, limit }: { followers: string[]; limit: number },
): Promise<(Pick<Following, 'follower' | 'state'> & { name: string; handle: string; host: string; url: string })[]> {
  if (followers.length === 0) return [];
  return await db
    .selectFrom('following')
    .innerJoin('actors', 'actors.id', 'following.actor')
    .select(['following.follower', 'following.state', 'actors.name', 'actors.handle', 'actors.host', 'actors.url'])
    .where('following.follower', 'in', followers)
    .orderBy('following.since', 'desc')
    .limit(limit)
    .execute();
}

/** How many a local actor follows. */
export async function followingCount(db: Db, { follower }: { follower: string }): Promise<number> {
  const row = await db
    .selectFrom('following')
    .select((e) => e.fn.countAll().as('n'))
    .where('follower', '=', follower)
    .where('state', '=', 'accepted')
    .executeTakeFirstOrThrow();
  return Number(row.n);
}

/** A page of the actors that a local actor follows, in the order of their ids. */
export async function followingPage(
  db: Db,
  { follower, after, limit }: { follower: string; after: string; limit: number },
): Promise<string[]> {
  const rows = await db
    .selectFrom('following')
    .select('actor')
    .where('follower', '=', follower)
    .where('state', '=', 'accepted')
    .where('actor', '>', after)
    .orderBy('actor')
    .limit(limit)
    .execute();
  return rows.map((row) => row.actor);
}

/** Whom a blog follows under this name (`actorsNamed`); null when nobody. */
export async function followedNamed(
  db: Db,
  { follower, account }: { follower: string; account: string },
): Promise<{ id: string; handle: string; host: string } | null> {
  for (const actor of await actorsNamed(db, { account })) {
    if ((await followingOf(db, { follower, actor: actor.id })) !== null) return actor;
  }
  return null;
}
