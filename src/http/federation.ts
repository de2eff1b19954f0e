// The mount line of the federation ring, and what a browser gets that opens an ActivityPub id.
import { Hono } from 'hono';
import { blogById } from '../domain/blogs.ts';
import { commentById } from '../domain/comments/find.ts';
import { entryById } from '../domain/entries/find.ts';
import { INSTANCE, ORGANISATION } from '../domain/organisations.ts';
import { replyById } from '../domain/replies.ts';
import { absolute, named, path, pattern } from '../urls.ts';
import { addressOf } from './address.ts';
import type { Asking, Env } from './door.ts';
import { negotiated, toActivity } from './negotiation.ts';
import { goAway, goTo } from './redirects.ts';
import { notFound } from './refusals.ts';
import { commentGone, entryGone } from './tellings.ts';

export const federation = new Hono<Env>();
for (const place of pattern.federation) {
  federation.all(place, negotiated, (c) =>
    c.var.deps.federate(c.req.raw, {
      address: addressOf(c),
      notFound: () => notFound(c),
      notAcceptable: () => toPage(c),
    }),
  );
}

/**
 * Answers a server that asks the page of a list for its collection: in place, because the page's address is the
 * collection's id. Another spelling of it, such as the English page's, leads to that id. `place` is a path.
 */
export async function toCollection(c: Asking, place: string): Promise<Response> {
  if (new URL(c.req.url).pathname !== place) return toActivity(c, place);
  const missing = () => notFound(c);
  return await c.var.deps.federate(c.req.raw, { address: addressOf(c), notFound: missing, notAcceptable: missing });
}

/** Sends a browser from an id to the page that shows the same thing. @throws Refusal `gone` for what was withdrawn. */
async function toPage(c: Asking): Promise<Response> {
  const page = await pagePathOf(c, absolute(c.var.deps.origin, c.req.path));
  return page === null ? await notFound(c) : goToPage(c, page);
}

/** Goes where `pagePathOf` says. */
export function goToPage(c: Asking, page: string): Response {
  return page.startsWith('/') ? goTo(c, page) : goAway(c, page);
}

/**
 * The page of what an address of ours names, be it an id or a page already: a path, or the whole address of the post that
 * our reply stands under. Null for others' addresses and for what is not there. @throws Refusal `gone`.
 */
export async function pagePathOf(c: Asking, address: string): Promise<string | null> {
  const { origin, pages } = c.var.deps;
  const thing = named(origin, address);
  switch (thing?.kind) {
    case 'actor': {
      if (thing.id === ORGANISATION || thing.id === INSTANCE) return path.home();
      const blog = await blogById(pages, { id: thing.id });
      return blog === null ? null : path.blog(blog.handle);
    }
    case 'article':
      return await entryPath(c, thing.id);
    case 'note':
      return (await commentPage(c, thing.id)) ?? (await replyPage(c, thing.id));
    case 'blog':
      return path.blog(thing.handle);
    case 'entry':
      return path.entry(thing.handle, thing.number);
    default:
      return null;
  }
}

/** The page of a published entry; null for drafts, which look as if they never were. @throws Refusal `gone`. */
export async function entryPath(c: Asking, id: string): Promise<string | null> {
  const { pages } = c.var.deps;
  const entry = await entryById(pages, { id });
  if (entry === null || entry.published === null) return null;
  if (entry.state === 'withdrawn') throw entryGone();
  const blog = await blogById(pages, { id: entry.blog });
  return blog === null ? null : path.entry(blog.handle, entry.number);
}

/** Where a comment stands; null for what is not shown. @throws Refusal `gone` for one that a blog here wrote and deleted. */
async function commentPage(c: Asking, id: string): Promise<string | null> {
  const comment = await commentById(c.var.deps.pages, { id });
  if (comment === null) return null;
  if (comment.state === 'deleted' && comment.blog !== null) throw commentGone();
  const entry = comment.state === 'shown' ? await entryPath(c, comment.entry) : null;
  return entry === null ? null : `${entry}#c-${comment.id}`;
}

/** The post elsewhere that a blog here answered. It came from another server, so only web addresses count. @throws Refusal `gone`. */
async function replyPage(c: Asking, id: string): Promise<string | null> {
  const reply = await replyById(c.var.deps.pages, { id });
  if (reply === null) return null;
  if (reply.deleted !== null) throw commentGone();
  const answered = URL.parse(reply.inReplyTo);
  return answered !== null && ['http:', 'https:'].includes(answered.protocol) ? answered.href : null;
}
