// A blog answers under an entry of this node: shown at once, told to the followers and to whoever is answered.
import type { Db } from '../../storage/database.ts';
import type { CommentRow } from '../../storage/tables.ts';
import { inTransaction } from '../../storage/transaction.ts';
import { path } from '../../urls.ts';
import { type Clock, instant, laterThan } from '../clock.ts';
import { tell } from '../happenings.ts';
import { newId } from '../ids.ts';
import { Refusal } from '../refusal.ts';
import { renderMarkdown } from '../text/markdown.ts';
import { entomb } from '../tombstones.ts';
import type { Place } from './receive.ts';
import { bumpEntry } from './thread.ts';

/** Longest comment in bytes of UTF-8; about 6,000 Thai letters. */
const SOURCE_BYTES_MAX = 20_000;

/** Writes a comment as one of this node's blogs. @throws Refusal `invalid` when it is empty or too long. */
export async function writeComment(
  db: Db,
  {
    blog,
    place,
    source,
    language,
    origin,
    clock,
  }: { blog: string; place: Place; source: string; language: string; origin: string; clock: Clock },
): Promise<CommentRow> {
  checkCommentSource(source);
  return await inTransaction(db, async (db) => {
    await checkTakesComments(db, place.entry);
    const comment: CommentRow = {
      id: newId(),
      entry: place.entry,
      parent: place.parent,
      uri: null,
      url: null,
      blog,
      actor: null,
      guest: null,
      source,
      html: Buffer.from(renderMarkdown(source, { origin })),
      language,
      state: 'shown',
      imported: 0,
      published: instant(clock),
      revised: null,
      received: instant(clock),
      version: 1,
    };
    await db.insertInto('comments').values(comment).execute();
    await bumpEntry(db, { id: place.entry });
    await tell(db, { verb: 'comment.written', actor: blog, object: comment.id, clock });
    return comment;
  });
}

/** Revises a comment of this node's own. @throws Refusal `not-found` for others' comments. */
export async function reviseComment(
  db: Db,
  { id, source, origin, clock }: { id: string; source: string; origin: string; clock: Clock },
): Promise<void> {
  checkCommentSource(source);
  await inTransaction(db, async (db) => {
    const standing = await ownComment(db, id);
    await db
      .updateTable('comments')
      .set({
        source,
        html: Buffer.from(renderMarkdown(source, { origin })),
        revised: laterThan(standing.revised ?? standing.published ?? standing.received, instant(clock)),
        version: standing.version + 1,
      })
      .where('id', '=', id)
      .execute();
    await bumpEntry(db, { id: standing.entry });
    await tell(db, {
      verb: 'comment.revised',
      actor: standing.blog,
      object: id,
      revision: standing.version + 1,
      clock,
    });
  });
}

/** Deletes a comment of this node's own, everywhere. @throws Refusal `not-found` for others' comments. */
export async function deleteComment(db: Db, { id, clock }: { id: string; clock: Clock }): Promise<void> {
  await inTransaction(db, async (db) => {
    const standing = await ownComment(db, id);
    await db
      .updateTable('comments')
      .set({
        state: 'deleted',
        source: null,
        html: new Uint8Array(),
        revised: instant(clock),
        version: standing.version + 1,
      })
      .where('id', '=', id)
      .execute();
    await entomb(db, { id: path.note(id), actor: standing.blog, formerType: 'Note', clock });
    await bumpEntry(db, { id: standing.entry });
    await tell(db, { verb: 'comment.deleted', actor: standing.blog, object: id, clock });
  });
}

/** @throws Refusal `invalid` with what to do. */
export function checkCommentSource(source: string): void {
  if (source.trim() === '') {
    throw new Refusal('invalid', { th: 'เขียนความเห็นก่อนส่ง', en: 'write something before you send' }, 'source');
  }
  if (Buffer.byteLength(source) > SOURCE_BYTES_MAX) {
    throw new Refusal(
      'too-large',
      { th: 'ความเห็นยาวเกินไป เขียนเป็นบันทึกแล้ววางลิงก์แทน', en: 'the comment is too long; write an entry and link to it' },
      'source',
    );
  }
}

/** @throws Refusal `forbidden` when the entry's blog takes no comments. */
async function checkTakesComments(db: Db, entry: string): Promise<void> {
  const blog = await db
    .selectFrom('entries')
    .innerJoin('blogs', 'blogs.id', 'entries.blog')
    .select(['blogs.comments', 'blogs.closed'])
    .where('entries.id', '=', entry)
    .executeTakeFirst();
  if (blog !== undefined && blog.comments !== 'closed' && blog.closed === null) return;
  throw new Refusal('forbidden', {
    th: 'บล็อกนี้ปิดรับความเห็นแล้ว เขียนเป็นบันทึกของคุณเองแล้ววางลิงก์แทน',
    en: 'this blog takes no comments; write an entry of your own and link to it instead',
  });
}

async function ownComment(db: Db, id: string): Promise<CommentRow & { blog: string }> {
  const row = await db
    .selectFrom('comments')
    .selectAll()
    .where('id', '=', id)
    .where('state', '!=', 'deleted')
    .executeTakeFirst();
  if (row === undefined || row.blog === null) {
    throw new Refusal('not-found', { th: 'ไม่พบความเห็นนี้ของเวทีนี้', en: 'this node wrote no such comment' });
  }
  return { ...row, blog: row.blog };
}
