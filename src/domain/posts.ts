// Posts of those whom our blogs follow: kept to be read here, revised and deleted as their authors do.
import type { Db } from '../storage/database.ts';
import type { PostRow } from '../storage/tables.ts';
import { inTransaction } from '../storage/transaction.ts';
import { type Clock, instant } from './clock.ts';
import { setPostTags } from './tags.ts';
import { shortText } from './text/excerpt.ts';
import type { SafeHtml } from './text/sanitise.ts';
import { entomb, isBuried } from './tombstones.ts';

/** A post as it arrives, verified; `html` sanitised, title and summary plain. */
export type ArrivingPost = Omit<PostRow, 'html' | 'received' | 'revised'> & {
  html: SafeHtml;
  revised: string | null;
  tags: string[];
};

/** Longest texts kept of somebody else's post, in UTF-16 units. */
const TITLE_MAX = 300;
const SUMMARY_MAX = 2_000;

/** Keeps a post. One that its author deleted before it came stays buried. @returns whether it is kept now. */
export async function receivePost(db: Db, { post, clock }: { post: ArrivingPost; clock: Clock }): Promise<boolean> {
  return await inTransaction(db, async (db) => {
    if (await isBuried(db, { id: post.id, actor: post.actor })) return false;
    const row = rowOf(post, instant(clock));
    const kept = await db
      .insertInto('posts')
      .values(row)
      .onConflict((c) => c.column('id').doNothing())
      .executeTakeFirst();
    if (Number(kept.numInsertedOrUpdatedRows ?? 0n) === 0) return false;
    await setPostTags(db, { post: post.id, tags: post.tags });
    return true;
  });
}

/** Applies an author's own edit; others' and late ones change nothing. @returns whether it was applied. */
export async function revisePost(db: Db, { post, clock }: { post: ArrivingPost; clock: Clock }): Promise<boolean> {
  return await inTransaction(db, async (db) => {
    const standing = await db.selectFrom('posts').selectAll().where('id', '=', post.id).executeTakeFirst();
    if (standing === undefined || standing.actor !== post.actor) return false;
    const revised = post.revised ?? instant(clock);
    if (standing.revised !== null && standing.revised >= revised) return false;
    const { id: _, received: __, published: ___, ...changes } = rowOf({ ...post, revised }, instant(clock));
    await db.updateTable('posts').set(changes).where('id', '=', post.id).execute();
    await setPostTags(db, { post: post.id, tags: post.tags });
    return true;
  });
}

/** Deletes by the post's own author. @returns whether something was deleted. */
export async function deletePost(
  db: Db,
  { id, actor, clock }: { id: string; actor: string; clock: Clock },
): Promise<boolean> {
  return await inTransaction(db, async (db) => {
    const standing = await db
      .selectFrom('posts')
      .select(['id', 'actor', 'type'])
      .where('id', '=', id)
      .executeTakeFirst();
    if (standing === undefined || standing.actor !== actor) return false;
    await entomb(db, { id, actor, formerType: standing.type, clock });
    await db.deleteFrom('postTags').where('post', '=', id).execute();
    await db.deleteFrom('posts').where('id', '=', id).execute();
    return true;
  });
}

/** A post by its ActivityPub id, or null. */
export async function postById(db: Db, { id }: { id: string }): Promise<PostRow | null> {
  return (await db.selectFrom('posts').selectAll().where('id', '=', id).executeTakeFirst()) ?? null;
}

function rowOf({ tags: _, ...post }: ArrivingPost, received: string): PostRow {
  return {
    ...post,
    title: post.title === null ? null : shortText(post.title, { units: TITLE_MAX }),
    summary: post.summary === null ? null : shortText(post.summary, { units: SUMMARY_MAX }),
    html: Buffer.from(post.html),
    received,
  };
}
