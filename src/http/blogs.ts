// The list of blogs and the page of each, which for other servers is the way to its actor.
import { Hono } from 'hono';
import { type Blog, blogByHandle } from '../domain/blogs.ts';
import { followerCount } from '../domain/followers.ts';
import { ORGANISATION } from '../domain/organisations.ts';
import { entriesPage, entryCount } from '../domain/reading/lists.ts';
import { blogCards, blogSeries, topTags } from '../domain/reading/node.ts';
import { mayWrite } from '../domain/visibility.ts';
import { absolute, path, pattern } from '../urls.ts';
import { blogPage } from '../views/blog-page.ts';
import { blogsPage } from '../views/blogs-page.ts';
import { blogCard, blogLanguages, cursorOf, entryCard, pagerOf } from './cards.ts';
import type { Asking, Env } from './door.ts';
import { linkActivity, negotiated, toActivity, wantsActivity } from './negotiation.ts';
import { organisationOf, shellOf, showToAll } from './pages.ts';
import { goTo } from './redirects.ts';
import { visitorOf } from './session.ts';
import { nothingHere } from './tellings.ts';

const BLOGS = 1_000;
const ENTRIES = 20;
const TAGS = 30;
const COUNTED_AT_ONCE = 500;

export const blogs = new Hono<Env>()
  .get(path.blogs(), async (c) => {
    const languages = await blogLanguages(c);
    const cards = await blogCards(c.var.deps.pages, { limit: BLOGS });
    return await showToAll(c, blogsPage(await shellOf(c), { blogs: cards.map((blog) => blogCard(blog, languages)) }));
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

async function showBlog(c: Asking, blog: Blog): Promise<Response> {
  const { pages, origin } = c.var.deps;
  const { viewer } = await visitorOf(c);
  const after = cursorOf(c);
  const { items, next } = await entriesPage(pages, { blog: blog.id, after, limit: ENTRIES });
  const languages = new Map([[blog.handle, blog.language]]);
  const figures = {
    entries: await entryCount(pages, { blog: blog.id }),
    comments: await commentsUnder(c, blog),
    followers: await followerCount(pages, { followed: blog.id }),
  };
  return await showToAll(
    c,
    blogPage(await shellOf(c), {
      blog: { ...blog, activity: absolute(origin, path.actor(blog.id)), closed: blog.closed !== null },
      figures,
      entries: items.map((entry) => entryCard(entry, languages)),
      pager: pagerOf(path.blog(blog.handle), { after, next }),
      series: await blogSeries(pages, { blog: blog.id }),
      tags: await topTags(pages, { blog: blog.id, limit: TAGS }),
      mayWrite: mayWrite(viewer, blog.id),
    }),
  );
}

/** Shown comments under the entries of a blog. */
async function commentsUnder(c: Asking, blog: Blog): Promise<number> {
  let comments = 0;
  let after: string | null = null;
  do {
    const page = await entriesPage(c.var.deps.pages, { blog: blog.id, after, limit: COUNTED_AT_ONCE });
    comments += page.items.reduce((sum, entry) => sum + entry.comments, 0);
    after = page.next;
  } while (after !== null);
  return comments;
}
