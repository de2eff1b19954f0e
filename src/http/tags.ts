// The list of tags and the page of each: what was written here first, then what came from afar. Other servers get the
// entries as a collection, because `href` of a Hashtag names this address (federation.md item 43).
import { Hono } from 'hono';
import { entriesPage } from '../domain/reading/lists.ts';
import { tagReading, topTags } from '../domain/reading/node.ts';
import { postsPage } from '../domain/reading/posts.ts';
import { path, pattern } from '../urls.ts';
import { tagPage } from '../views/tag-page.ts';
import { tagsPage } from '../views/tags-page.ts';
import { cursorOf, pagerOf, postCard } from './cards.ts';
import type { Env } from './door.ts';
import { toCollection } from './federation.ts';
import { negotiated, wantsActivity } from './negotiation.ts';
import { shellOf, showToAll } from './pages.ts';
import { nothingHere } from './tellings.ts';

const TAGS = 1_000;
const ENTRIES = 20;
const POSTS = 20;

export const tags = new Hono<Env>()
  .get(path.tags(), async (c) => {
    const counted = await topTags(c.var.deps.pages, { limit: TAGS });
    return await showToAll(c, tagsPage(await shellOf(c), { tags: counted }));
  })
  .get(pattern.tag, negotiated, async (c) => {
    const { pages } = c.var.deps;
    const tag = await tagReading(pages, { name: c.req.param('tag') });
    if (tag === null) throw nothingHere();
    if (wantsActivity(c)) return await toCollection(c, path.tag(tag.shown));
    const after = cursorOf(c);
    const { items, next } = await entriesPage(pages, { tag: tag.key, after, limit: ENTRIES });
    const posts = await postsPage(pages, { tag: tag.key, after: null, limit: POSTS });
    return await showToAll(
      c,
      tagPage(await shellOf(c), {
        key: tag.key,
        shown: tag.shown,
        figures: { entries: tag.entries, posts: tag.posts },
        entries: items,
        pager: pagerOf(path.tag(tag.shown), { after, next }),
        posts: posts.items.map(postCard),
      }),
    );
  });
