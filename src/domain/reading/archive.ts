// What was written when: years and months as people in Thailand count them, with how much is in each.
import type { Db } from '../../storage/database.ts';
import type { Instant } from '../../storage/tables.ts';
import { ERA_AHEAD, monthStart } from '../text/dates.ts';
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

/** Years with published entries, newest first. */
export async function archiveYears(db: Db, whose: Whose): Promise<ArchiveYear[]> {
  const rows = await months(db, whose).execute();
  const years = Map.groupBy(rows, ({ month }) => Number(month.slice(0, 4)) + ERA_AHEAD);
  return [...years]
    .map(([year, months]) => ({
      year,
      starts: monthStart({ year, month: 1 }),
      entries: months.reduce((sum, { entries }) => sum + entries, 0),
    }))
    .reverse();
}

/** The months of a Buddhist year that have published entries, January first; none for a year in which nobody wrote. */
export async function archiveMonths(db: Db, { year, ...whose }: Whose & { year: number }): Promise<ArchiveMonth[]> {
  const common = String(year - ERA_AHEAD).padStart(4, '0');
  const rows = await months(db, whose).where('month', '>', common).where('month', '<', `${common}-99`).execute();
  return rows.map(({ month: name, entries }) => {
    const month = Number(name.slice(5));
    const next = monthStart({ year, month: month + 1 });
    return { month, starts: monthStart({ year, month }), entries, cursor: `${next}_0` };
  });
}

/** Published entries of a Buddhist year, newest first. */
export async function archivePage(
  db: Db,
  { blog, year, after, limit }: Whose & { year: number; after: Cursor | null; limit: number },
): Promise<EntryPage> {
  const span = { from: monthStart({ year, month: 1 }), before: monthStart({ year, month: 13 }) };
  return await entriesPage(db, { ...(blog !== undefined && { blog }), span, after, limit });
}

/** Months in which something was published, oldest first, as they are kept. */
function months(db: Db, { blog }: Whose) {
  return db
    .selectFrom('months')
    .select(['month', 'entries'])
    .where('owner', '=', blog ?? '')
    .where('entries', '>', 0)
    .orderBy('month');
}
