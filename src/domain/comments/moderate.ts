// Deciding about a comment: show it or hide it. Both can be taken back.
import type { Db } from '../../storage/database.ts';
import type { CommentRow } from '../../storage/tables.ts';
import { inTransaction } from '../../storage/transaction.ts';
import { Refusal } from '../refusal.ts';
import { checkMayModerate, type Viewer } from '../visibility.ts';
import { bumpEntry } from './thread.ts';

/** A comment by id with the blog that it stands in. @throws Refusal `not-found`. */
export async function commentOrRefuse(db: Db, { id }: { id: string }): Promise<CommentRow & { home: string }> {
  const row = await db
    .selectFrom('comments')
    .innerJoin('entries', 'entries.id', 'comments.entry')
    .selectAll('comments')
    .select('entries.blog as home')
    .where('comments.id', '=', id)
    .executeTakeFirst();
  if (row !== undefined) return row;
  throw new Refusal('not-found', {
    th: 'ไม่พบความเห็นนี้ ดูรายการด้วย wethi comment list',
    en: 'there is no such comment; see wethi comment list',
  });
}

/**
 * Shows or hides a comment, as whoever looks after the blog (`viewer`), or as the operator at the command line.
 * @throws Refusal `not-found`, `forbidden`, or `gone` when its author deleted it.
 */
export async function decideComment(
  db: Db,
  { id, decision, viewer }: { id: string; decision: 'show' | 'hide'; viewer: Viewer | 'operator' },
): Promise<void> {
  await inTransaction(db, async (db) => {
    const comment = await commentOrRefuse(db, { id });
    if (viewer !== 'operator') checkMayModerate(viewer, comment.home);
    if (comment.state === 'deleted') {
      throw new Refusal('gone', { th: 'ผู้เขียนลบความเห็นนี้แล้ว', en: 'its author deleted this comment' });
    }
    const state = decision === 'show' ? 'shown' : 'hidden';
    if (comment.state === state) return;
    await db
      .updateTable('comments')
      .set({ state, version: comment.version + 1 })
      .where('id', '=', id)
      .execute();
    await bumpEntry(db, { id: comment.entry });
  });
}
