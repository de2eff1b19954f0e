// Withdrawing an entry: the words go, the number, the title for the operator's list and a tombstone stay, and whoever got
// it is told.

import type { Db } from '../../storage/database.ts';
import { inTransaction } from '../../storage/transaction.ts';
import { path } from '../../urls.ts';
import { unboostWithdrawn } from '../boosts.ts';
import { type Clock, instant } from '../clock.ts';
import { tell } from '../happenings.ts';
import { noteFeedChanges } from '../hub.ts';
import { forgetFindable } from '../search/keep.ts';
import { entomb } from '../tombstones.ts';
import { entryOrRefuse } from './write.ts';

/** Withdraws an entry for good; its id can never come back. A draft that nobody saw leaves no word outside. */
export async function withdrawEntry(db: Db, { id, clock }: { id: string; clock: Clock }): Promise<void> {
  await inTransaction(db, async (db) => {
    const entry = await entryOrRefuse(db, { id });
    if (entry.state === 'published') await noteFeedChanges(db, { entry });
    await db
      .updateTable('entries')
      .set({
        state: 'withdrawn',
        withdrawn: instant(clock),
        highlight: '',
        source: new Uint8Array(),
        html: new Uint8Array(),
        pinned: 0,
        version: entry.version + 1,
      })
      .where('id', '=', id)
      .execute();
    await forgetFindable(db, { entry: id });
    await db.deleteFrom('entryTags').where('entry', '=', id).execute();
    // The raw text of an import holds the same words, and other people's comments.
    await db.updateTable('imports').set({ raw: new Uint8Array() }).where('entry', '=', id).execute();
    if (entry.state !== 'published') return;
    await entomb(db, { id: path.article(id), actor: entry.blog, formerType: 'Article', clock });
    await unboostWithdrawn(db, { entry: id, clock });
    await tell(db, { verb: 'entry.withdrawn', actor: entry.blog, object: id, clock });
  });
}
