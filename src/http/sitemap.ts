// Doors for crawlers: an index, the pages that lists lead to, and every entry.
import { Hono } from 'hono';
import { createMiddleware } from 'hono/factory';
import { topTags } from '../domain/reading/node.ts';
import { blogsRead, entriesOfPart, entryParts, PART, seriesRead } from '../domain/reading/sitemap.ts';
import { absolute, path, pattern } from '../urls.ts';
import { sitemapIndex, sitemapLine, sitemap as sitemapOf } from '../views/sitemap.ts';
import type { Asking, Env } from './door.ts';
import { nothingHere } from './tellings.ts';

/** As many of each as the pages that list them. */
const LISTED = 1_000;

/** Each has one address: with a question behind it, it would be made anew for each stranger's invention. */
const plainly = createMiddleware<Env>(async (c, next) => {
  const { search, pathname } = new URL(c.req.url);
  if (search !== '') return c.redirect(at(c, pathname), 301);
  await next();
});

export const sitemap = new Hono<Env>()
  .get(path.sitemap(), plainly, async (c) => {
    const parts = await entryParts(c.var.deps.pages);
    return answer(
      c,
      sitemapIndex([
        { address: at(c, path.sitemapPages()) },
        ...parts.map(({ after, changed }) => ({ address: at(c, path.sitemapEntries(after)), changed })),
      ]),
    );
  })
  .get(path.sitemapPages(), plainly, async (c) => {
    const { pages } = c.var.deps;
    const blogs = await blogsRead(pages, { limit: LISTED });
    const series = await seriesRead(pages, { limit: LISTED });
    const tags = await topTags(pages, { limit: LISTED });
    const locations = [
      ...[path.home(), path.blogs(), path.tags()].map((page) => ({ address: at(c, page) })),
      ...blogs.map(({ handle, changed }) => ({ address: at(c, path.blog(handle)), changed })),
      ...series.map(({ id, changed }) => ({ address: at(c, path.series(id)), changed })),
      ...tags.map(({ shown }) => ({ address: at(c, path.tag(shown)) })),
    ];
    return answer(c, sitemapOf(locations.map(sitemapLine)));
  })
  .get(pattern.sitemapEntries, plainly, async (c) => {
    const after = Number(c.req.param('sitemap').match(/[0-9]+/)?.[0]);
    // Only the addresses that the index names, so that nobody can have us make thousands of almost the same.
    if (after % PART !== 0) throw nothingHere();
    const lines: string[] = [];
    for await (const slice of entriesOfPart(c.var.deps.pages, { after })) {
      for (const { handle, number, changed } of slice) {
        lines.push(sitemapLine({ address: at(c, path.entry(handle, number)), changed }));
      }
    }
    if (lines.length === 0) throw nothingHere();
    return answer(c, sitemapOf(lines));
  });

function at(c: Asking, page: string): string {
  return absolute(c.var.deps.origin, page);
}

function answer(c: Asking, body: string): Response {
  c.header('Cache-Control', 'public, no-cache');
  return c.body(body, 200, { 'Content-Type': 'application/xml; charset=utf-8' });
}
