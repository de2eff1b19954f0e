// The guard before what only signed-in people may do. Whoever's session ended meanwhile loses nothing that they sent.
import { createMiddleware } from 'hono/factory';
import { path } from '../urls.ts';
import { signInPage } from '../views/sign-in-page.ts';
import type { Asking, Env } from './door.ts';
import { formOf, isSafe } from './forms.ts';
import { shellOf, show } from './pages.ts';
import { goTo } from './redirects.ts';
import { visitorOf } from './session.ts';

/** Lets only signed-in people through; sends others to sign in and then back to what they were reading or sending. */
export const signedIn = createMiddleware<Env>(async (c, next) => {
  if ((await visitorOf(c)).person !== null) return await next();
  return isSafe(c.req.method) ? goTo(c, path.signInThen(here(c))) : await signInFirst(c);
});

/** Asks to sign in, with 401, and carries the form that was sent along: `sign-in.ts` sends it on. */
export async function signInFirst(c: Asking): Promise<Response> {
  const { fields } = await formOf(c);
  const props = { values: { username: '' }, next: null, sent: { to: here(c), fields }, problem: null };
  return await show(c, signInPage(await shellOf(c), props), 401);
}

/** This page's own path with its query, without the language. */
function here(c: Asking): string {
  return c.req.path + new URL(c.req.url).search;
}
