// Pinning: what stands first on a blog and in its `featured` collection, so that a new follower's server shows something.
import type { Db } from '../../storage/database.ts';
import { inTransaction } from '../../storage/transaction.ts';
import { changeBlog } from '../blogs.ts';
import type { Clock } from '../clock.ts';
import { Refusal } from '../refusal.ts';
import { entryOrRefuse } from './write.ts';

/**
 * Pins an entry, or takes the pin out, and has the blog's followers look at `featured` anew: Mastodon reads it again
 * whenever the actor's Update comes. @throws Refusal `not-found` or `gone`.
 */
export async function pinEntry(
  db: Db,
  { id, place, clock }: { id: string; place: 'first' | 'with-the-others'; clock: Clock },
): Promise<void> {
  await inTransaction(db, async (db) => {
    const entry = await entryOrRefuse(db, { id });
    if (entry.state === 'draft') {
      throw new Refusal('invalid', {
        th: 'ปักหมุดได้เฉพาะบันทึกที่เผยแพร่แล้ว เผยแพร่ก่อน',
        en: 'only a published entry can be pinned; publish it first',
      });
    }
    await db
      .updateTable('entries')
      .set({ pinned: place === 'first' ? 1 : 0, version: entry.version + 1 })
      .where('id', '=', id)
      .execute();
    await changeBlog(db, { id: entry.blog, changes: {}, clock });
  });
}
