// Looks whether the pages that our profiles link to link back with rel=me, as Mastodon does for its green tick
// (verify_link_service.rb): only then both are of the same hand, and a page shows the mark.
import { getLogger } from '@logtape/logtape';
import { blogById } from '../domain/blogs.ts';
import { linksToCheck, noteLinkChecked } from '../domain/links.ts';
import { ORGANISATION } from '../domain/organisations.ts';
import { path } from '../urls.ts';
import { attributesOf } from './egress/alternates.ts';
import { EgressRefusal } from './egress.ts';
import { at, type Here } from './here.ts';

const logger = getLogger(['wethi', 'links']);

const AT_ONCE = 10;
/** What one look may cost: a page with its redirects, in milliseconds. Its size is bounded by the way out. */
export const LOOK = { requestsMax: 4, deadline: 10_000 };

/**
 * Looks at those links whose time has come and notes what was found. `scope` runs each look under its own budget; `signal`
 * ends the round.
 */
export async function checkLinks(
  here: Here,
  { scope, signal }: { scope<T>(limits: typeof LOOK, work: () => Promise<T>): Promise<T>; signal: AbortSignal },
): Promise<void> {
  const { db, clock } = here;
  for (const { id, actor, url } of await linksToCheck(db, { limit: AT_ONCE, clock })) {
    const profiles = await profilesOf(here, actor);
    const page = await scope(LOOK, () => pageAt(url, signal));
    if (signal.aborted) return;
    const found = page === null ? 'unread' : linksBack(page, { to: profiles }) ? 'links back' : 'does not';
    await noteLinkChecked(db, { id, found, clock });
  }
}

/** The addresses that all mean this actor: its page and its id. */
async function profilesOf(here: Here, actor: string): Promise<URL[]> {
  const id = at(here, path.actor(actor));
  if (actor === ORGANISATION) return [id, at(here, path.home())];
  const blog = await blogById(here.db, { id: actor });
  return blog === null ? [id] : [id, at(here, path.blog(blog.handle))];
}

interface Page {
  url: URL;
  html: string;
}

/** The page, empty when its server says that it is none; null when nobody answers, for that may pass. */
async function pageAt(url: string, signal: AbortSignal): Promise<Page | null> {
  try {
    const response = await fetch(url, { headers: { accept: 'text/html' }, signal });
    if (response.status >= 500 || response.status === 429) return null;
    const isPage = response.ok && /^text\/html\b/i.test(response.headers.get('content-type') ?? '');
    return { url: new URL(response.url), html: isPage ? await response.text() : '' };
  } catch (error) {
    const unreached = error instanceof EgressRefusal || error instanceof TypeError || signal.aborted;
    if (!unreached) throw error;
    logger.info('{url} could not be read: {error}', { url, error });
    return null;
  }
}

/** Whether a link on the page says rel=me and leads to one of these addresses. */
export function linksBack({ url, html }: Page, { to }: { to: URL[] }): boolean {
  const wanted = new Set(to.map(bare));
  // Bounded and without overlapping repeats, so that the time is linear in the page.
  for (const [, text] of html.matchAll(/<(?:a|link)\s([^<>]{1,2000})>/gi)) {
    const attributes = attributesOf(text ?? '');
    const related = (attributes.get('rel') ?? '').toLowerCase().split(/\s+/);
    const href = attributes.get('href')?.replaceAll(/&(?:amp|#0*38);/g, '&');
    const target = href === undefined || !related.includes('me') ? null : URL.parse(href, url);
    if (target !== null && wanted.has(bare(target))) return true;
  }
  return false;
}

/** An address as people mean it: without fragment, and with or without the last slash. */
function bare({ origin, pathname, search }: URL): string {
  return `${origin}${pathname.replace(/\/$/, '')}${search}`;
}
