// The archive of the node and of each blog, by year of the Buddhist era.
import { Hono } from 'hono';
import { type Blog, blogByHandle } from '../domain/blogs.ts';
import { archivePage as archiveEntries, archiveMonths, archiveYears } from '../domain/reading/archive.ts';
import type { EntryItem } from '../domain/reading/lists.ts';
import { monthOf, monthStart } from '../domain/text/dates.ts';
import { pageAfter, path, pattern } from '../urls.ts';
import { archivePage, archiveYearPage } from '../views/archive-page.ts';
import { handleOf } from './blogs.ts';
import { cursorOf, pagerOf } from './cards.ts';
import type { Asking, Env } from './door.ts';
import { shellOf, showToAll } from './pages.ts';
import { nothingHere } from './tellings.ts';

const ENTRIES = 50;

export const archive = new Hono<Env>()
  .get(path.archive(), async (c) => await showYears(c, null))
  .get(pattern.blogArchive, async (c) => await showYears(c, await blogOf(c)))
  .get(pattern.archiveYear, async (c) => await showYear(c, null))
  .get(pattern.blogArchiveYear, async (c) => await showYear(c, await blogOf(c)));

async function blogOf(c: Asking): Promise<Blog> {
  const blog = await blogByHandle(c.var.deps.pages, { handle: handleOf(c) });
  if (blog === null) throw nothingHere();
  return blog;
}

async function showYears(c: Asking, blog: Blog | null): Promise<Response> {
  const years = await archiveYears(c.var.deps.pages, whose(blog));
  return await showToAll(c, archivePage(await shellOf(c), { blog, years }));
}

async function showYear(c: Asking, blog: Blog | null): Promise<Response> {
  const { pages } = c.var.deps;
  const year = Number(c.req.param('year'));
  const list = blog === null ? path.archiveYear(year) : path.blogArchiveYear(blog.handle, year);
  const months = await archiveMonths(pages, { ...whose(blog), year });
  // A year in which nobody wrote, such as 2006 of the common era, has no page.
  if (months.length === 0) throw nothingHere();
  const after = cursorOf(c);
  const { items, next } = await archiveEntries(pages, { ...whose(blog), year, after, limit: ENTRIES });
  return await showToAll(
    c,
    archiveYearPage(await shellOf(c), {
      blog,
      year,
      starts: monthStart({ year, month: 1 }),
      months: months.map(({ starts, entries, cursor }) => ({ starts, entries, at: pageAfter(list, cursor) })),
      entries: byMonth(year, items),
      pager: pagerOf(list, { after, next }),
    }),
  );
}

function whose(blog: Blog | null): { blog?: string } {
  return blog === null ? {} : { blog: blog.id };
}

/** Entries in their order, a new group where the month changes. */
function byMonth(year: number, items: EntryItem[]): { starts: string; entries: EntryItem[] }[] {
  const months = Map.groupBy(items, ({ published }) => monthOf(published));
  return [...months].map(([month, entries]) => ({ starts: monthStart({ year, month }), entries }));
}
