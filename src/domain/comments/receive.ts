// Comments from afar, after the federation ring verified who sent them: kept, revised and deleted here.
import type { Db } from '../../storage/database.ts';
import type { CommentRow } from '../../storage/tables.ts';
import { inTransaction } from '../../storage/transaction.ts';
import { named } from '../../urls.ts';
import { type Clock, instant } from '../clock.ts';
import { newId } from '../ids.ts';
import { admit } from '../moderation/admission.ts';
import type { SafeHtml } from '../text/sanitise.ts';
import { entomb, isBuried } from '../tombstones.ts';
import { bumpEntry } from './thread.ts';

export type Comment = CommentRow;

/** The place that an `inReplyTo` names in our threads. */
export interface Place {
  entry: string;
  /** The comment answered, or null for the entry itself. */
  parent: string | null;
}

/** What arrives, as plain data; `html` sanitised, times ISO instants clamped by the caller. */
export interface Arriving {
  uri: string;
  url: string;
  actor: string;
  html: SafeHtml;
  language: string | null;
  published: string;
}

export type Receipt = 'shown' | 'held' | 'closed' | 'buried' | 'known';

/** Finds what an `inReplyTo` names: an entry of ours by id or page, or a comment in a thread of ours. Null for others. */
export async function placeOf(
  db: Db,
  { origin, inReplyTo }: { origin: string; inReplyTo: string },
): Promise<Place | null> {
  const ours = named(origin, inReplyTo);
  if (ours?.kind === 'article' || ours?.kind === 'entry') {
    const query = db
      .selectFrom('entries')
      .innerJoin('blogs', 'blogs.id', 'entries.blog')
      .select('entries.id')
      .where('entries.state', '=', 'published');
    const entry = await (ours.kind === 'article'
      ? query.where('entries.id', '=', ours.id)
      : query.where('entries.number', '=', ours.number).where('blogs.handle', '=', ours.handle)
    ).executeTakeFirst();
    return entry === undefined ? null : { entry: entry.id, parent: null };
  }
  const query = db
    .selectFrom('comments')
    .innerJoin('entries', 'entries.id', 'comments.entry')
    .select(['comments.id', 'comments.entry'])
    .where('comments.state', '!=', 'hidden')
    .where('entries.state', '=', 'published');
  const comment = await (ours?.kind === 'note'
    ? query.where('comments.id', '=', ours.id)
    : query.where('comments.uri', '=', inReplyTo)
  ).executeTakeFirst();
  return comment === undefined ? null : { entry: comment.entry, parent: comment.id };
}

/**
 * Keeps a comment. Whether it shows at once is the blog's policy: open, closed, or hold the first of an unknown author.
 * A comment that its author deleted before it came stays buried (federation.md item 79).
 */
export async function receiveComment(
  db: Db,
  { comment, place, clock }: { comment: Arriving; place: Place; clock: Clock },
): Promise<Receipt> {
  return await inTransaction(db, async (db) => {
    if (await isBuried(db, { id: comment.uri, actor: comment.actor })) return 'buried';
    const entry = await db
      .selectFrom('entries')
      .select(['id', 'blog'])
      .where('id', '=', place.entry)
      .executeTakeFirstOrThrow();
    const state = await admit(db, { blog: entry.blog, speaker: { kind: 'actor', id: comment.actor } });
    if (state === 'closed') return 'closed';
    const kept = await db
      .insertInto('comments')
      .values({
        id: newId(),
        entry: place.entry,
        parent: place.parent,
        uri: comment.uri,
        url: comment.url,
        blog: null,
        actor: comment.actor,
        guest: null,
        source: null,
        html: Buffer.from(comment.html),
        language: comment.language,
        state,
        imported: 0,
        published: comment.published,
        revised: null,
        received: instant(clock),
        version: 1,
      })
      .onConflict((c) => c.column('uri').doNothing())
      .executeTakeFirst();
    if (Number(kept.numInsertedOrUpdatedRows ?? 0n) === 0) return 'known';
    await bumpEntry(db, { id: entry.id });
    return state;
  });
}

/**
 * Keeps comments that answer each other, the topmost first. What is not kept, such as one that its author deleted before,
 * leaves its place to what answers it. @returns what became of the last; there must be one.
 */
export async function receiveTalk(
  db: Db,
  { comments, place, clock }: { comments: Arriving[]; place: Place; clock: Clock },
): Promise<Receipt> {
  return await inTransaction(db, async (db) => {
    let above = place;
    let receipt: Receipt | null = null;
    for (const comment of comments) {
      receipt = await receiveComment(db, { comment, place: above, clock });
      const kept = await db.selectFrom('comments').select('id').where('uri', '=', comment.uri).executeTakeFirst();
      if (kept !== undefined) above = { ...above, parent: kept.id };
    }
    if (receipt === null) throw new Error('a talk of nothing was received');
    return receipt;
  });
}

/**
 * Applies an edit by the comment's own author; anybody else's changes nothing. An edit older than what we have is late
 * and is left out. @returns whether it was applied.
 */
export async function reviseReceived(
  db: Db,
  { uri, actor, html, revised }: { uri: string; actor: string; html: SafeHtml; revised: string },
): Promise<boolean> {
  return await inTransaction(db, async (db) => {
    const standing = await db.selectFrom('comments').selectAll().where('uri', '=', uri).executeTakeFirst();
    if (standing === undefined || standing.actor !== actor || standing.state === 'deleted') return false;
    if (standing.revised !== null && standing.revised >= revised) return false;
    await db
      .updateTable('comments')
      .set({ html: Buffer.from(html), revised, version: standing.version + 1 })
      .where('id', '=', standing.id)
      .execute();
    await bumpEntry(db, { id: standing.entry });
    return true;
  });
}

/** Deletes by the comment's own author, and remembers the id even when the comment has not come yet. */
export async function deleteReceived(
  db: Db,
  { uri, actor, clock }: { uri: string; actor: string; clock: Clock },
): Promise<boolean> {
  return await inTransaction(db, async (db) => {
    const standing = await db.selectFrom('comments').selectAll().where('uri', '=', uri).executeTakeFirst();
    if (standing !== undefined && standing.actor !== actor) return false;
    await entomb(db, { id: uri, actor, formerType: 'Note', clock });
    if (standing === undefined) return false;
    await db
      .updateTable('comments')
      .set({
        state: 'deleted',
        html: new Uint8Array(),
        source: null,
        revised: instant(clock),
        version: standing.version + 1,
      })
      .where('id', '=', standing.id)
      .execute();
    await bumpEntry(db, { id: standing.entry });
    return true;
  });
}
