// Finding comments as others may see them from outside: by id, and as a list of addresses.
import type { Db } from '../../storage/database.ts';
import type { CommentRow } from '../../storage/tables.ts';

/** A comment in whatever state, or null. */
export async function commentById(db: Db, { id }: { id: string }): Promise<CommentRow | null> {
  return (await db.selectFrom('comments').selectAll().where('id', '=', id).executeTakeFirst()) ?? null;
}

/** Whether a text from afar stands here under this id: as a comment or as a post. */
export async function textStandsHere(db: Db, { uri }: { uri: string }): Promise<boolean> {
  const comment = await db.selectFrom('comments').select('id').where('uri', '=', uri).executeTakeFirst();
  if (comment !== undefined) return true;
  return (await db.selectFrom('posts').select('id').where('id', '=', uri).executeTakeFirst()) !== undefined;
}

/** Whose answers are meant: everything under an entry, or only what answers one comment (`parent`). */
interface Below {
  entry: string;
  parent?: string;
}

/** Shown comments that have an address (guests' words have none), oldest first; `after` is the last id of the page before. */
export async function addressedComments(
  db: Db,
  { entry, parent, after, limit }: Below & { after: string; limit: number },
): Promise<{ id: string; uri: string | null }[]> {
  return await addressed(db, { entry, parent })
    .select(['id', 'uri'])
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute();
}

/** How many `addressedComments` there are. */
export async function addressedCount(db: Db, { entry, parent }: Below): Promise<number> {
  const row = await addressed(db, { entry, parent })
    .select((e) => e.fn.countAll().as('n'))
    .executeTakeFirstOrThrow();
  return Number(row.n);
}

function addressed(db: Db, { entry, parent }: { entry: string; parent: string | undefined }) {
  const shown = db
    .selectFrom('comments')
    .where('entry', '=', entry)
    .where('state', '=', 'shown')
    .where((e) => e.or([e('uri', 'is not', null), e('blog', 'is not', null)]));
  return parent === undefined ? shown : shown.where('parent', '=', parent);
}
