// What our blogs answer under other servers' posts. Comments under our own entries are in comments/.
import type { Db } from '../storage/database.ts';
import type { ReplyRow } from '../storage/tables.ts';
import { inTransaction } from '../storage/transaction.ts';
import { path } from '../urls.ts';
import { type Clock, instant } from './clock.ts';
import { checkCommentSource } from './comments/write.ts';
import { tell } from './happenings.ts';
import { newId } from './ids.ts';
import { Refusal } from './refusal.ts';
import { renderMarkdown } from './text/markdown.ts';
import { entomb } from './tombstones.ts';

export type Reply = ReplyRow;

/** Answers a post from afar whose author is known (`rememberActor`). @throws Refusal `invalid` when empty. */
export async function writeReply(
  db: Db,
  {
    blog,
    inReplyTo,
    actor,
    source,
    language,
    origin,
    clock,
  }: {
    blog: string;
    inReplyTo: string;
    actor: string;
    source: string;
    language: string;
    origin: string;
    clock: Clock;
  },
): Promise<Reply> {
  checkCommentSource(source);
  const reply: Reply = {
    id: newId(),
    blog,
    inReplyTo,
    actor,
    source,
    html: Buffer.from(renderMarkdown(source, { origin })),
    language,
    deleted: null,
    published: instant(clock),
    revised: null,
    version: 1,
  };
  await inTransaction(db, async (db) => {
    await db.insertInto('replies').values(reply).execute();
    await tell(db, { verb: 'reply.written', actor: blog, object: reply.id, clock });
  });
  return reply;
}

/** Deletes an answer of ours, everywhere. @throws Refusal `not-found`. */
export async function deleteReply(db: Db, { id, clock }: { id: string; clock: Clock }): Promise<void> {
  await inTransaction(db, async (db) => {
    const reply = await replyById(db, { id });
    if (reply === null || reply.deleted !== null) {
      throw new Refusal('not-found', { th: 'ไม่พบคำตอบนี้', en: 'there is no such reply' });
    }
    await db
      .updateTable('replies')
      .set({ deleted: instant(clock), source: '', html: new Uint8Array() })
      .where('id', '=', id)
      .execute();
    await entomb(db, { id: path.note(id), actor: reply.blog, formerType: 'Note', clock });
    await tell(db, { verb: 'reply.deleted', actor: reply.blog, object: id, clock });
  });
}

/** An answer of ours by id, deleted or not, or null. */
export async function replyById(db: Db, { id }: { id: string }): Promise<Reply | null> {
  return (await db.selectFrom('replies').selectAll().where('id', '=', id).executeTakeFirst()) ?? null;
}
