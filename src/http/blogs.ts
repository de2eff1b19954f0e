// The list of blogs and the page of each, which for other servers is the way to its actor.
import { Hono } from 'hono';
import { knownActor } from '../domain/actors.ts';
import { type Blog, blogByHandle } from '../domain/blogs.ts';
import { linksOf } from '../domain/links.ts';
import { ORGANISATION } from '../domain/organisations.ts';
import { entriesPage, pinnedEntries } from '../domain/reading/lists.ts';
import { blogCards, blogFigures, blogSeries, topTags } from '../domain/reading/node.ts';
import { mayWrite } from '../domain/visibility.ts';
import { absolute, path, pattern } from '../urls.ts';
import { type BlogPageProps, blogPage } from '../views/blog-page.ts';
import { blogsPage } from '../views/blogs-page.ts';
import { cursorOf, pagerOf } from './cards.ts';
import type { Asking, Env } from './door.ts';
import { linkActivity, negotiated, toActivity, wantsActivity } from './negotiation.ts';
import { organisationOf, shellOf, showToAll } from './pages.ts';
import { goTo } from './redirects.ts';
import { visitorOf } from './session.ts';
import { nothingHere } from './tellings.ts';

const BLOGS = 1_000;
const ENTRIES = 20;
const TAGS = 30;

export const blogs = new Hono<Env>()
  .get(path.blogs(), async (c) => {
    const cards = await blogCards(c.var.deps.pages, { limit: BLOGS });
    return await showToAll(c, blogsPage(await shellOf(c), { blogs: cards }));
  })
  .get(pattern.blog, negotiated, async (c) => {
    const handle = handleOf(c);
    if ((await organisationOf(c))?.handle === handle) {
      return wantsActivity(c) ? toActivity(c, path.actor(ORGANISATION)) : goTo(c, path.home());
    }
    const blog = await blogByHandle(c.var.deps.pages, { handle });
    if (blog === null) throw nothingHere();
    if (wantsActivity(c)) return toActivity(c, path.actor(blog.id));
    linkActivity(c, path.actor(blog.id));
    return await showBlog(c, blog);
  });

/** The handle that the address names, without its `@`, in lower case as handles are kept. */
export function handleOf(c: Asking): string {
  return (c.req.param('blog') ?? '').slice(1).toLowerCase();
}

async function newHomeOf(c: Asking, { movedTo }: Blog): Promise<BlogPageProps['blog']['movedTo']> {
  const actor = movedTo === null ? null : await knownActor(c.var.deps.pages, { id: movedTo });
  return actor === null ? null : { user: actor.handle, host: actor.host, url: actor.url };
}

async function showBlog(c: Asking, blog: Blog): Promise<Response> {
  const { pages, origin } = c.var.deps;
  const { viewer } = await visitorOf(c);
  const after = cursorOf(c);
  const { items, next } = await entriesPage(pages, { blog: blog.id, after, limit: ENTRIES });
  const pinned = after === null ? await pinnedEntries(pages, { blog: blog.id }) : [];
  return await showToAll(
    c,
    blogPage(await shellOf(c), {
      blog: {
        ...blog,
        activity: absolute(origin, path.actor(blog.id)),
        closed: blog.closed !== null,
        movedTo: await newHomeOf(c, blog),
      },
      figures: await blogFigures(pages, { blog: blog.id }),
      pinned,
      entries: items.filter(({ id }) => pinned.every((first) => first.id !== id)),
      pager: pagerOf(path.blog(blog.handle), { after, next }),
      series: await blogSeries(pages, { blog: blog.id }),
      tags: await topTags(pages, { blog: blog.id, limit: TAGS }),
      links: await linksOf(pages, { actor: blog.id }),
      mayWrite: mayWrite(viewer, blog.id),
    }),
  );
}
