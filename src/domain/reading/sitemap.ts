// What a sitemap names: everything that is published, with the day of its last change. Entries are parted by their numbers,
// which never change, so that a part is found by key however many there are.
import { type SelectQueryBuilder, sql } from 'kysely';
import type { Db } from '../../storage/database.ts';
import type { Tables } from '../../storage/tables.ts';

/** A place with the instant of its last change. */
export interface Changed {
  changed: string;
}

/** Numbers in a part. The protocol allows 50,000; a tenth of it is an answer that fits into memory. */
export const PART = 5_000;

/** The parts that have published entries, in order; each begins after the number `after`. */
export async function entryParts(db: Db): Promise<({ after: number } & Changed)[]> {
  const part = sql<number>`(entries.number - 1) / ${sql.lit(PART)}`;
  const rows = await dated(db).select(part.as('part')).groupBy(part).orderBy(part).execute();
  return rows.map((row) => ({ after: Number(row.part) * PART, changed: row.changed ?? '' }));
}

/** The published entries of a part. */
export async function entriesOfPart(
  db: Db,
  { after }: { after: number },
): Promise<({ handle: string; number: number } & Changed)[]> {
  const rows = await db
    .selectFrom('entries')
    .innerJoin('blogs', 'blogs.id', 'entries.blog')
    .select(['blogs.handle', 'entries.number'])
    .select((e) => e.fn.coalesce('entries.revised', 'entries.published').as('changed'))
    .where('entries.state', '=', 'published')
    .where('entries.number', '>', after)
    .where('entries.number', '<=', after + PART)
    .orderBy('entries.number')
    .execute();
  return rows.map((row) => ({ ...row, changed: row.changed ?? '' }));
}

/** Blogs with published entries. */
export async function blogsRead(db: Db, { limit }: { limit: number }): Promise<({ handle: string } & Changed)[]> {
  const rows = await dated(db)
    .innerJoin('blogs', 'blogs.id', 'entries.blog')
    .select('blogs.handle')
    .groupBy('blogs.handle')
    .orderBy('blogs.handle')
    .limit(limit)
    .execute();
  return rows.map(({ handle, changed }) => ({ handle, changed: changed ?? '' }));
}

/** Series with published parts. */
export async function seriesRead(db: Db, { limit }: { limit: number }): Promise<({ id: string } & Changed)[]> {
  const rows = await dated(db)
    .innerJoin('series', 'series.id', 'entries.series')
    .select('series.id')
    .groupBy('series.id')
    .orderBy('series.id')
    .limit(limit)
    .execute();
  return rows.map(({ id, changed }) => ({ id, changed: changed ?? '' }));
}

/** Published entries, to be grouped, with the latest change in each group. */
function dated(db: Db): SelectQueryBuilder<Tables, 'entries', { changed: string | null }> {
  return db
    .selectFrom('entries')
    .select((e) => e.fn.max(e.fn.coalesce('entries.revised', 'entries.published')).as('changed'))
    .where('entries.state', '=', 'published');
}
