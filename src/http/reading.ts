// What those whom our blogs follow have written.
import { Hono } from 'hono';
import { knownActor } from '../domain/actors.ts';
import type { Blog } from '../domain/blogs.ts';
import { followingOf, followingPage } from '../domain/following.ts';
import { blogsOf } from '../domain/reading/desk.ts';
import { postsPage } from '../domain/reading/posts.ts';
import { path } from '../urls.ts';
import { type FollowedActor, readingPage } from '../views/reading-page.ts';
import { cursorOf, pagerOf, postCard } from './cards.ts';
import type { Asking, Env } from './door.ts';
import { shellOf, show } from './pages.ts';
import { personOf, signedIn } from './session.ts';

const POSTS = 20;
const FOLLOWED = 100;

export const reading = new Hono<Env>().get(path.reading(), signedIn, async (c) => {
  const { pages } = c.var.deps;
  const { viewer } = await personOf(c);
  const blogs = await blogsOf(pages, { viewer });
  const after = cursorOf(c);
  const { items, next } = await postsPage(pages, { followers: blogs.map(({ id }) => id), after, limit: POSTS });
  const following: FollowedActor[] = [];
  for (const blog of blogs) following.push(...(await followedBy(c, blog)));
  return await show(
    c,
    readingPage(await shellOf(c), {
      posts: items.map(postCard),
      pager: pagerOf(path.reading(), { after, next }),
      following,
    }),
  );
});

async function followedBy(c: Asking, blog: Blog): Promise<FollowedActor[]> {
  const { pages } = c.var.deps;
  const followed: FollowedActor[] = [];
  for (const id of await followingPage(pages, { follower: blog.id, after: '', limit: FOLLOWED })) {
    const actor = await knownActor(pages, { id });
    const standing = await followingOf(pages, { follower: blog.id, actor: id });
    if (actor === null || standing === null) continue;
    const { handle, host, name, url } = actor;
    followed.push({ name: name || handle, user: handle, host, url, state: standing.state, by: blog.title });
  }
  return followed;
}
