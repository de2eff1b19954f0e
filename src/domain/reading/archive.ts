// What was written when: years and months as people in Thailand count them, with how much is in each.
import type { ExpressionBuilder } from 'kysely';
import type { Db } from '../../storage/database.ts';
import type { Instant, Tables } from '../../storage/tables.ts';
import { monthStart, yearOf } from '../text/dates.ts';
import { type Cursor, type EntryPage, entriesPage } from './lists.ts';

export interface ArchiveYear {
  /** Of the Buddhist era. */
  year: number;
  starts: Instant;
  entries: number;
}

export interface ArchiveMonth {
  /** 1 to 12. */
  month: number;
  starts: Instant;
  entries: number;
  /** Where the year's list goes on with this month's newest entry. */
  cursor: Cursor;
}

/** A blog's own archive, or the node's where no blog is named. */
interface Whose {
  blog?: string;
}

/** Years with published entries, newest first. Two statements, however many years there are. */
export async function archiveYears(db: Db, { blog }: Whose): Promise<ArchiveYear[]> {
  let ends = db.selectFrom('entries').where('state', '=', 'published');
  if (blog !== undefined) ends = ends.where('blog', '=', blog);
  // One end of the index each; asked for together, both would be looked for in all of it.
  const { oldest, newest } = await db
    .selectNoFrom([
      ends.select((e) => e.fn.min('published').as('at')).as('oldest'),
      ends.select((e) => e.fn.max('published').as('at')).as('newest'),
    ])
    .executeTakeFirstOrThrow();
  if (oldest === null || newest === null) return [];
  const first = yearOf(oldest);
  const years = Array.from({ length: yearOf(newest) - first + 1 }, (_, n) => first + n);
  const bounds = [...years, first + years.length].map((year) => monthStart({ year, month: 1 }));
  const counts = await countsBetween(db, { blog, bounds });
  return years
    .map((year, n) => ({ year, starts: bounds[n] ?? '', entries: counts[n] ?? 0 }))
    .filter(({ entries }) => entries > 0)
    .reverse();
}

/** The months of a Buddhist year that have published entries, January first; none for a year in which nobody wrote. */
export async function archiveMonths(db: Db, { blog, year }: Whose & { year: number }): Promise<ArchiveMonth[]> {
  const bounds = Array.from({ length: 13 }, (_, n) => monthStart({ year, month: n + 1 }));
  const counts = await countsBetween(db, { blog, bounds });
  return counts
    .map((entries, n) => ({ month: n + 1, starts: bounds[n] ?? '', entries, cursor: `${bounds[n + 1]}_0` }))
    .filter(({ entries }) => entries > 0);
}

/** Published entries of a Buddhist year, newest first. */
export async function archivePage(
  db: Db,
  { blog, year, after, limit }: Whose & { year: number; after: Cursor | null; limit: number },
): Promise<EntryPage> {
  const span = { from: monthStart({ year, month: 1 }), before: monthStart({ year, month: 13 }) };
  return await entriesPage(db, { ...(blog !== undefined && { blog }), span, after, limit });
}

/** How many entries were published from each bound to the next, in one statement of index ranges. */
async function countsBetween(
  db: Db,
  { blog, bounds }: { blog: string | undefined; bounds: Instant[] },
): Promise<number[]> {
  const between = (e: ExpressionBuilder<Tables, never>, from: Instant, before: Instant) => {
    const range = e
      .selectFrom('entries')
      .select((e) => e.fn.countAll().as('n'))
      .where('state', '=', 'published')
      .where('published', '>=', from)
      .where('published', '<', before);
    return blog === undefined ? range : range.where('blog', '=', blog);
  };
  const spans = bounds.slice(1).map((before, n) => ({ from: bounds[n] ?? before, before }));
  const row: Record<string, unknown> = await db
    .selectNoFrom((e) => spans.map(({ from, before }, n) => between(e, from, before).as(`n${n}`)))
    .executeTakeFirstOrThrow();
  return spans.map((_, n) => Number(row[`n${n}`]));
}
