// Who asks for a page and who for an ActivityPub document, and what a shared cache must know about it.
import { accepts } from 'hono/accepts';
import { createMiddleware } from 'hono/factory';
import { absolute } from '../urls.ts';
import type { Asking, Env } from './door.ts';

const ACTIVITY = ['application/activity+json', 'application/ld+json'];

/** Whether the request would rather have an ActivityPub document than a page (the Accept strings of federation.md §7). */
export function wantsActivity(c: Asking): boolean {
  const page = 'text/html';
  const supports = [page, 'application/xhtml+xml', ...ACTIVITY];
  return ACTIVITY.includes(accepts(c, { header: 'Accept', supports, default: page }));
}

/** Says `Vary: Accept` on everything below, refusals and redirects too, or a cache would hand pages to servers (T54). */
export const negotiated = createMiddleware<Env>(async (c, next) => {
  await next();
  const said = c.res.headers.get('Vary')?.toLowerCase() ?? '';
  const names = said.split(',').map((name) => name.trim());
  // Not by `c.header`, which makes the answer anew around its body.
  if (!names.includes('accept')) c.res.headers.append('Vary', 'Accept');
});

/** Names the document that a page is about, by its exact id (federation.md items 11 and §7). `activity` is a path. */
export function linkActivity(c: Asking, activity: string): void {
  c.header('Link', `<${absolute(c.var.deps.origin, activity)}>; rel="alternate"; type="application/activity+json"`);
}

/**
 * Sends a server that asked a page's address for its document to the document's own id. Mastodon and the others follow
 * one hop; answering in place would give a body whose `id` is not the requested URL, which they refuse.
 */
export function toActivity(c: Asking, activity: string): Response {
  c.header('Cache-Control', 'public, max-age=60');
  return c.redirect(absolute(c.var.deps.origin, activity), 302);
}
