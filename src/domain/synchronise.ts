// Mending followings that two servers remember differently (FEP-8fcf): the followed actor's server says which of our actors it
// counts as followers, and its word ends what only we believed, or what only it believed.
import type { Db } from '../storage/database.ts';
import { inTransaction } from '../storage/transaction.ts';
import { path } from '../urls.ts';
import type { Clock } from './clock.ts';
import { unfollow } from './following.ts';
import { tell } from './happenings.ts';
import { newId } from './ids.ts';
import { INSTANCE, ORGANISATION, organisation } from './organisations.ts';

/** More of one node follow nobody. */
export const FOLLOWERS_MAX = 10_000;
/** Ids looked up in one question. */
const AT_ONCE = 500;

/** Which of these ids are of local actors who can follow somebody: blogs, closed ones too, and the organisation. */
export async function followersAmong(db: Db, { ids }: { ids: string[] }): Promise<string[]> {
  const found: string[] = [];
  if (ids.includes(ORGANISATION) && (await organisation(db)) !== null) found.push(ORGANISATION);
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    const some = ids.slice(at, at + AT_ONCE);
    const rows = await db.selectFrom('blogs').select('id').where('id', 'in', some).execute();
    found.push(...rows.map(({ id }) => id));
  }
  return found;
}

/** The local actors who follow `actor` with its consent, as far as we know. */
export async function followersHere(db: Db, { actor }: { actor: string }): Promise<string[]> {
  const rows = await db
    .selectFrom('following')
    .select('follower')
    .where('actor', '=', actor)
    .where('state', '=', 'accepted')
    .orderBy('follower')
    .limit(FOLLOWERS_MAX)
    .execute();
  return rows.map(({ follower }) => follower);
}

/**
 * The followers of a local actor whose ids stand on one origin, in the order of their ids: what that server is told of its own
 * people (FEP-8fcf: an id's scheme and authority). Null when there are more than we say at once: a list that is cut short would
 * end the others' followings.
 */
export async function followersAt(
  db: Db,
  { followed, origin }: { followed: string; origin: string },
): Promise<string[] | null> {
  const rows = await db
    .selectFrom('followers')
    .select('actor')
    .where('followed', '=', followed)
    // A stretch of the table's own key. Behind the slash comes the zero.
    .where('actor', '>=', `${origin}/`)
    .where('actor', '<', `${origin}0`)
    .orderBy('actor')
    .limit(FOLLOWERS_MAX + 1)
    .execute();
  return rows.length > FOLLOWERS_MAX ? null : rows.map(({ actor }) => actor);
}

/**
 * Brings our followings of `actor` to what its server counts: `listed` are the local actors there. One that is not listed ends
 * with an Undo; one that waited for an Accept has it now; one of whom we know nothing is taken back, by an Undo of a Follow
 * that names the two.
 */
export async function mendFollowings(
  db: Db,
  { actor, listed, clock }: { actor: string; listed: string[]; clock: Clock },
): Promise<{ ended: number; accepted: number; takenBack: number }> {
  return await inTransaction(db, async (db) => {
    const standing = await db
      .selectFrom('following')
      .select(['follower', 'state'])
      .where('actor', '=', actor)
      .limit(FOLLOWERS_MAX)
      .execute();
    const states = new Map(standing.map(({ follower, state }) => [follower, state]));
    const there = new Set(listed);
    const mended = { ended: 0, accepted: 0, takenBack: 0 };
    for (const [follower, state] of states) {
      if (state !== 'accepted' || there.has(follower)) continue;
      await unfollow(db, { follower, actor, clock });
      mended.ended++;
    }
    for (const follower of there) {
      // What the node itself follows stands with the relays, not here.
      if (follower === INSTANCE) continue;
      const state = states.get(follower);
      if (state === 'accepted') continue;
      if (state === 'requested') {
        await accept(db, { follower, actor });
        mended.accepted++;
        continue;
      }
      const facts = { activity: path.activity(`follow-${newId()}`) };
      await tell(db, { verb: 'follow.undone', actor: follower, object: actor, facts, clock });
      mended.takenBack++;
    }
    return mended;
  });
}

async function accept(db: Db, { follower, actor }: { follower: string; actor: string }): Promise<void> {
  await db
    .updateTable('following')
    .set({ state: 'accepted' })
    .where('follower', '=', follower)
    .where('actor', '=', actor)
    .execute();
}
