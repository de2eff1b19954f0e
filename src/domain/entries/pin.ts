// Pinning: what stands first on a blog and in its `featured` collection, so that a new follower's server shows something.
import type { Db } from '../../storage/database.ts';
import { inTransaction } from '../../storage/transaction.ts';
import { entryOrRefuse } from './write.ts';

/** Pins an entry, or takes the pin out. @throws Refusal `not-found` or `gone`. */
export async function pinEntry(
  db: Db,
  { id, place }: { id: string; place: 'first' | 'with-the-others' },
): Promise<void> {
  await inTransaction(db, async (db) => {
    const entry = await entryOrRefuse(db, { id });
    await db
      .updateTable('entries')
      .set({ pinned: place === 'first' ? 1 : 0, version: entry.version + 1 })
      .where('id', '=', id)
      .execute();
  });
}
