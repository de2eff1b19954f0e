// The page of a series, for other servers the collection of its parts.
import { Hono } from 'hono';
import { blogById } from '../domain/blogs.ts';
import { seriesParts } from '../domain/reading/series.ts';
import { seriesById } from '../domain/series.ts';
import { path, pattern } from '../urls.ts';
import { seriesPage } from '../views/series-page.ts';
import type { Env } from './door.ts';
import { toCollection } from './federation.ts';
import { negotiated, wantsActivity } from './negotiation.ts';
import { shellOf, showToAll } from './pages.ts';
import { nothingHere } from './tellings.ts';

export const series = new Hono<Env>().get(pattern.series, negotiated, async (c) => {
  const { pages } = c.var.deps;
  const found = await seriesById(pages, { id: c.req.param('id') });
  const blog = found === null ? null : await blogById(pages, { id: found.blog });
  if (found === null || blog === null) throw nothingHere();
  const parts = await seriesParts(pages, { series: found.id });
  // A series that only drafts belong to is nobody's business yet.
  if (parts.length === 0) throw nothingHere();
  if (wantsActivity(c)) return await toCollection(c, path.series(found.id));
  return await showToAll(c, seriesPage(await shellOf(c), { id: found.id, title: found.title, blog, parts }));
});
