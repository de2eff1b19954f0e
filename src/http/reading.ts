// What those whom our blogs follow have written.
import { Hono } from 'hono';
import { followingsOf } from '../domain/following.ts';
import { blogsOf } from '../domain/reading/desk.ts';
import { postsPage } from '../domain/reading/posts.ts';
import { path } from '../urls.ts';
import { type FollowedActor, readingPage } from '../views/reading-page.ts';
import { cursorOf, pagerOf, postCard } from './cards.ts';
import type { Env } from './door.ts';
import { shellOf, show } from './pages.ts';
import { personOf } from './session.ts';
import { signedIn } from './signed-in.ts';

const POSTS = 20;
const FOLLOWED = 100;

export const reading = new Hono<Env>().get(path.reading(), signedIn, async (c) => {
  const { pages } = c.var.deps;
  const { viewer } = await personOf(c);
  const blogs = await blogsOf(pages, { viewer });
  const after = cursorOf(c);
  const { items, next } = await postsPage(pages, { followers: blogs.map(({ id }) => id), after, limit: POSTS });
  const titles = new Map(blogs.map(({ id, title }) => [id, title]));
  const followings = await followingsOf(pages, { followers: [...titles.keys()], limit: FOLLOWED });
  const following: FollowedActor[] = followings.map(({ follower, handle, name, ...actor }) => ({
    ...actor,
    user: handle,
    name: name || handle,
    by: titles.get(follower) ?? '',
  }));
  return await show(
    c,
    readingPage(await shellOf(c), {
      posts: items.map(postCard),
      pager: pagerOf(path.reading(), { after, next }),
      following,
    }),
  );
});
