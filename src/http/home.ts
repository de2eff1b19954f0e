// The front page of the organisation.
import { Hono } from 'hono';
import { linksOf } from '../domain/links.ts';
import { ORGANISATION } from '../domain/organisations.ts';
import { entriesPage } from '../domain/reading/lists.ts';
import { blogCards, nodeFigures, topTags } from '../domain/reading/node.ts';
import { path } from '../urls.ts';
import { homePage } from '../views/home-page.ts';
import { cursorOf, pagerOf } from './cards.ts';
import type { Env } from './door.ts';
import { linkActivity, negotiated, toActivity, wantsActivity } from './negotiation.ts';
import { shellOf, showToAll } from './pages.ts';

const ENTRIES = 20;
const BLOGS = 6;
const TAGS = 30;

export const home = new Hono<Env>().get(path.home(), negotiated, async (c) => {
  const actor = path.actor(ORGANISATION);
  if (wantsActivity(c)) return toActivity(c, actor);
  const { pages } = c.var.deps;
  const after = cursorOf(c);
  const { items, next } = await entriesPage(pages, { after, limit: ENTRIES });
  const blogs = await blogCards(pages, { limit: BLOGS });
  linkActivity(c, actor);
  return await showToAll(
    c,
    homePage(await shellOf(c), {
      featured: null,
      entries: items,
      pager: pagerOf(path.home(), { after, next }),
      blogs: blogs,
      tags: await topTags(pages, { limit: TAGS }),
      figures: await nodeFigures(pages),
      links: await linksOf(pages, { actor: ORGANISATION }),
    }),
  );
});
