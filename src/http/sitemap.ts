// Doors for crawlers: an index, the pages that lists lead to, and every entry.
import { Hono } from 'hono';
import { topTags } from '../domain/reading/node.ts';
import { blogsRead, entriesOfPart, entryParts, PART, seriesRead } from '../domain/reading/sitemap.ts';
import { absolute, path, pattern } from '../urls.ts';
import { sitemapIndex, sitemap as sitemapOf } from '../views/sitemap.ts';
import type { Asking, Env } from './door.ts';
import { nothingHere } from './tellings.ts';

/** As many of each as the pages that list them. */
const LISTED = 1_000;

export const sitemap = new Hono<Env>()
  .get(path.sitemap(), async (c) => {
    const parts = await entryParts(c.var.deps.pages);
    return answer(
      c,
      sitemapIndex([
        { address: at(c, path.sitemapPages()) },
        ...parts.map(({ after, changed }) => ({ address: at(c, path.sitemapEntries(after)), changed })),
      ]),
    );
  })
  .get(path.sitemapPages(), async (c) => {
    const { pages } = c.var.deps;
    const blogs = await blogsRead(pages, { limit: LISTED });
    const series = await seriesRead(pages, { limit: LISTED });
    const tags = await topTags(pages, { limit: LISTED });
    return answer(
      c,
      sitemapOf([
        ...[path.home(), path.blogs(), path.tags()].map((page) => ({ address: at(c, page) })),
        ...blogs.map(({ handle, changed }) => ({ address: at(c, path.blog(handle)), changed })),
        ...series.map(({ id, changed }) => ({ address: at(c, path.series(id)), changed })),
        ...tags.map(({ shown }) => ({ address: at(c, path.tag(shown)) })),
      ]),
    );
  })
  .get(pattern.sitemapEntries, async (c) => {
    const after = Number(c.req.param('sitemap').match(/[0-9]+/)?.[0]);
    // Only the addresses that the index names, so that nobody can have us make thousands of almost the same.
    const entries = after % PART === 0 ? await entriesOfPart(c.var.deps.pages, { after }) : [];
    if (entries.length === 0) throw nothingHere();
    return answer(
      c,
      sitemapOf(
        entries.map(({ handle, number, changed }) => ({ address: at(c, path.entry(handle, number)), changed })),
      ),
    );
  });

function at(c: Asking, page: string): string {
  return absolute(c.var.deps.origin, page);
}

function answer(c: Asking, body: string): Response {
  c.header('Cache-Control', 'public, no-cache');
  return c.body(body, 200, { 'Content-Type': 'application/xml; charset=utf-8' });
}
