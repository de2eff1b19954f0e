// The follow box of a blog or of the organisation: a visitor is sent to their own server to press follow there.
import { Hono } from 'hono';
import { blogByHandle } from '../domain/blogs.ts';
import { pattern } from '../urls.ts';
import { type FollowPageProps, followPage } from '../views/follow-page.ts';
import { handleOf } from './blogs.ts';
import type { Asking, Env } from './door.ts';
import { formOf } from './forms.ts';
import { organisationOf, shellOf, show } from './pages.ts';
import { goAway } from './redirects.ts';
import { tooMany } from './refusals.ts';
import { wayToTheirServer } from './remote.ts';
import { blogClosed, nothingHere } from './tellings.ts';

export const follow = new Hono<Env>()
  .get(pattern.follow, async (c) => {
    const followed = await followedOf(c);
    return await show(c, followPage(await shellOf(c), { followed, values: { account: '' }, errors: {} }));
  })
  .post(pattern.follow, async (c) => {
    const followed = await followedOf(c);
    const account = (await formOf(c)).text('account');
    const object = `acct:${followed.handle}@${new URL(c.var.deps.origin).host}`;
    const way = await wayToTheirServer(c, { account, object });
    if (way.kind === 'found') return goAway(c, way.url);
    if (way.kind === 'too-many') return await tooMany(c, way.seconds);
    const shell = await shellOf(c);
    const errors = { account: way.telling[shell.language] };
    return await show(c, followPage(shell, { followed, values: { account }, errors }), 422);
  });

/** Whom the address names. @throws Refusal `not-found`, or `gone` for a closed blog. */
async function followedOf(c: Asking): Promise<FollowPageProps['followed']> {
  const handle = handleOf(c);
  const owner = await organisationOf(c);
  if (owner?.handle === handle) {
    return { handle, kind: 'organisation', title: owner.name, language: owner.language };
  }
  const blog = await blogByHandle(c.var.deps.pages, { handle });
  if (blog === null) throw nothingHere();
  if (blog.closed !== null) throw blogClosed();
  return { handle, kind: blog.kind, title: blog.title, language: blog.language };
}
