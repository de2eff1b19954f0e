// Who elsewhere will not hear from somebody here. It is their word, so nothing is answered and nothing more is sent to them.
import { setImmediate as othersTurn } from 'node:timers/promises';
import type { Db } from '../storage/database.ts';
import { inTransaction } from '../storage/transaction.ts';
import { type Clock, instant } from './clock.ts';
import { removeFollower } from './followers.ts';

/** As many as one question may name on every database, and a few milliseconds' work; between two, others have their turn. */
const INBOXES_AT_ONCE = 500;

/** Notes that `actor` blocks a local actor: the following ends both ways, and nobody is told (ActivityPub §6.9). */
export async function receiveBlock(
  db: Db,
  { blocked, actor, activity, clock }: { blocked: string; actor: string; activity: string; clock: Clock },
): Promise<void> {
  await inTransaction(db, async (db) => {
    await removeFollower(db, { followed: blocked, actor });
    await db.deleteFrom('following').where('follower', '=', blocked).where('actor', '=', actor).execute();
    await db
      .insertInto('blocks')
      .values({ blocked, actor, activity, since: instant(clock) })
      .onConflict((c) => c.columns(['blocked', 'actor']).doUpdateSet({ activity }))
      .execute();
  });
}

/** Lifts an actor's block: the one of `blocked`, or the one that came under `activity`; neither named: all of theirs. */
export async function liftBlock(
  db: Db,
  { blocked, actor, activity }: { blocked?: string; actor: string; activity?: string },
): Promise<void> {
  let query = db.deleteFrom('blocks').where('actor', '=', actor);
  if (blocked !== undefined) query = query.where('blocked', '=', blocked);
  if (activity !== undefined) query = query.where('activity', '=', activity);
  await query.execute();
}

/**
 * The inboxes without those that belong to somebody alone who blocks `speaker`. One that is others' too stays: most servers have a
 * shared one, and Lemmy gives the same to all its people.
 */
export async function inboxesThatListen(
  db: Db,
  { speaker, inboxes }: { speaker: string; inboxes: string[] },
): Promise<string[]> {
  const closed = new Set<string>();
  for (let at = 0; at < inboxes.length; at += INBOXES_AT_ONCE) {
    if (at > 0) await othersTurn();
    const some = inboxes.slice(at, at + INBOXES_AT_ONCE);
    for (const inbox of await inboxesOfBlockers(db, { speaker, inboxes: some })) closed.add(inbox);
  }
  return inboxes.filter((inbox) => !closed.has(inbox));
}

/** Asked from the inboxes, by an index on each side: neither who blocks nor who is known of a host may make it slow. */
async function inboxesOfBlockers(
  db: Db,
  { speaker, inboxes }: { speaker: string; inboxes: string[] },
): Promise<string[]> {
  const rows = await db
    .selectFrom('actors as blocker')
    .select('blocker.inbox')
    .where('blocker.inbox', 'in', inboxes)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('blocks')
          .select('blocks.actor')
          .where('blocks.blocked', '=', speaker)
          .whereRef('blocks.actor', '=', 'blocker.id'),
      ),
    )
    .where(({ and, not, exists, selectFrom }) =>
      and(
        (['other.inbox', 'other.sharedInbox'] as const).map((column) =>
          not(
            exists(
              selectFrom('actors as other')
                .select('other.id')
                .whereRef(column, '=', 'blocker.inbox')
                .whereRef('other.host', '=', 'blocker.host')
                .whereRef('other.id', '!=', 'blocker.id'),
            ),
          ),
        ),
      ),
    )
    .execute();
  return rows.map(({ inbox }) => inbox);
}
