// Series: numbered parts of one telling, "ตอนที่ 9". A missing part keeps its number.
import type { Db } from '../storage/database.ts';
import type { SeriesRow } from '../storage/tables.ts';
import { type Clock, instant } from './clock.ts';
import { newId } from './ids.ts';
import { foldText } from './text/thai.ts';

/** The blog's series of this title, made when it is new. Titles that fold alike are one series. */
export async function seriesTitled(
  db: Db,
  { blog, title, clock }: { blog: string; title: string; clock: Clock },
): Promise<SeriesRow> {
  const titleKey = foldText(title);
  const fresh: SeriesRow = { id: newId(), blog, title: title.trim(), titleKey, created: instant(clock) };
  await db
    .insertInto('series')
    .values(fresh)
    .onConflict((c) => c.columns(['blog', 'titleKey']).doNothing())
    .execute();
  return await db
    .selectFrom('series')
    .selectAll()
    .where('blog', '=', blog)
    .where('titleKey', '=', titleKey)
    .executeTakeFirstOrThrow();
}

/** A series by id, or null. */
export async function seriesById(db: Db, { id }: { id: string }): Promise<SeriesRow | null> {
  return (await db.selectFrom('series').selectAll().where('id', '=', id).executeTakeFirst()) ?? null;
}

/** The titles that a blog has used, for the form's suggestions. */
export async function seriesOfBlog(db: Db, { blog }: { blog: string }): Promise<SeriesRow[]> {
  return await db
    .selectFrom('series')
    .selectAll()
    .where('blog', '=', blog)
    .orderBy('created', 'desc')
    .limit(100)
    .execute();
}
