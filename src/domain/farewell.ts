// An actor from afar is gone for good: what they said here goes with them (federation.md item 80).
import type { Db } from '../storage/database.ts';
import { inTransaction } from '../storage/transaction.ts';
import { liftBlock } from './blocks.ts';
import { forgetBoosts } from './boosts.ts';
import { type Clock, instant } from './clock.ts';
import { bumpEntry } from './comments/thread.ts';
import { removeFollower } from './followers.ts';
import { forgetLikes } from './likes.ts';
import { forgetQuotes } from './quotes.ts';
import { forgetReactions } from './reactions.ts';

/**
 * Forgets an actor who deleted themselves: words, likes, boosts, posts and the following both ways. Nothing of it is told.
 * Words of an account from which they moved go too: both accounts said that they are one person, the words stood under the name
 * of who is gone, and clearing the name alone would leave them there without one. That account is itself again.
 */
export async function bidFarewell(db: Db, { actor, clock }: { actor: string; clock: Clock }): Promise<void> {
  await inTransaction(db, async (db) => {
    const earlier = await db.selectFrom('actors').select('id').where('movedTo', '=', actor).execute();
    const names = [actor, ...earlier.map(({ id }) => id)];
    const spoken = await db.selectFrom('comments').select('entry').distinct().where('actor', 'in', names).execute();
    await db
      .updateTable('comments')
      .set({ state: 'deleted', html: new Uint8Array(), source: null, revised: instant(clock) })
      .where('actor', 'in', names)
      .execute();
    for (const { entry } of spoken) await bumpEntry(db, { id: entry });
    await db.updateTable('actors').set({ movedTo: null }).where('movedTo', '=', actor).execute();
    const posts = db.selectFrom('posts').select('id').where('actor', '=', actor);
    await db.deleteFrom('postTags').where('post', 'in', posts).execute();
    await db.deleteFrom('posts').where('actor', '=', actor).execute();
    await forgetLikes(db, { actor });
    await forgetReactions(db, { actor });
    await forgetBoosts(db, { actor });
    await forgetQuotes(db, { actor });
    await db.deleteFrom('following').where('actor', '=', actor).execute();
    await removeFollower(db, { actor });
    await liftBlock(db, { actor });
    await db
      .updateTable('actors')
      .set({ name: '', summary: '', icon: null, gone: instant(clock) })
      .where('id', '=', actor)
      .execute();
  });
}
