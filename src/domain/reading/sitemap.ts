// What a sitemap names: everything that is published, with the day of its last change. Entries are parted by their numbers,
// which never change, so that a part is found by key however many there are. The days of parts, blogs and series are kept by the
// database (migrations/0019_at_scale.ts).
import { setImmediate as othersTurn } from 'node:timers/promises';
import type { Db } from '../../storage/database.ts';

/** A place with the instant of its last change. */
export interface Changed {
  changed: string;
}

/** Numbers in a part, as the migration counts them. The protocol allows 50,000; a tenth of it is an answer that fits into memory. */
export const PART = 5_000;
/** A millisecond's work or two. */
const SLICE = 500;

/** The parts that have published entries, in order; each begins after the number `after`. */
export async function entryParts(db: Db): Promise<({ after: number } & Changed)[]> {
  const rows = await db
    .selectFrom('latest')
    .select(['owner', 'changed'])
    .where('kind', '=', 'part')
    .where('entries', '>', 0)
    .execute();
  return rows
    .map(({ owner, changed }) => ({ after: Number(owner) * PART, changed }))
    .sort((one, other) => one.after - other.after);
}

/** The published entries of a part, read a slice at a time, so that others have their turn. */
export async function* entriesOfPart(
  db: Db,
  { after }: { after: number },
): AsyncGenerator<({ handle: string; number: number } & Changed)[]> {
  for (let from: number | undefined = after; from !== undefined; await othersTurn()) {
    const slice: SliceRow[] = await sliceOf(db, { from, to: after + PART });
    if (slice.length > 0) yield slice.map((row) => ({ ...row, changed: row.changed ?? '' }));
    from = slice.length < SLICE ? undefined : slice.at(-1)?.number;
  }
}

interface SliceRow {
  handle: string;
  number: number;
  changed: string | null;
}

/** Numbers behind `from`, up to `to`. */
async function sliceOf(db: Db, { from, to }: { from: number; to: number }): Promise<SliceRow[]> {
  return await db
    .selectFrom('entries')
    .innerJoin('blogs', 'blogs.id', 'entries.blog')
    .select(['blogs.handle', 'entries.number'])
    .select((e) => e.fn.coalesce('entries.revised', 'entries.published').as('changed'))
    .where('entries.state', '=', 'published')
    .where('entries.number', '>', from)
    .where('entries.number', '<=', to)
    .orderBy('entries.number')
    .limit(SLICE)
    .execute();
}

/** Blogs with published entries, by their handles. */
export async function blogsRead(db: Db, { limit }: { limit: number }): Promise<({ handle: string } & Changed)[]> {
  return await db
    .selectFrom('latest')
    .innerJoin('blogs', 'blogs.id', 'latest.owner')
    .select(['blogs.handle', 'latest.changed'])
    .where('latest.kind', '=', 'blog')
    .where('latest.entries', '>', 0)
    .orderBy('blogs.handle')
    .limit(limit)
    .execute();
}

/** Series with published parts, by their ids. */
export async function seriesRead(db: Db, { limit }: { limit: number }): Promise<({ id: string } & Changed)[]> {
  return await db
    .selectFrom('latest')
    .select(['latest.owner as id', 'latest.changed'])
    .where('latest.kind', '=', 'series')
    .where('latest.entries', '>', 0)
    .orderBy('latest.owner')
    .limit(limit)
    .execute();
}
