// Reading an entry: its page, its way to the ActivityPub document, and the address that it had elsewhere.
import { Hono } from 'hono';
import { blogById } from '../domain/blogs.ts';
import { entryByOriginal } from '../domain/entries/find.ts';
import { newId } from '../domain/ids.ts';
import { isLicence } from '../domain/licences.ts';
import { blogsOf } from '../domain/reading/desk.ts';
import { type EntryReading, entryReading } from '../domain/reading/entry.ts';
import { readsForAll, readsOf } from '../domain/reads.ts';
import { firstPicture } from '../domain/text/excerpt.ts';
import { mayModerate, mayWrite } from '../domain/visibility.ts';
import { absolute, path, pattern } from '../urls.ts';
import { type EntryPageProps, entryPage } from '../views/entry-page.ts';
import { handleOf } from './blogs.ts';
import { voiceCard } from './cards.ts';
import { commentViews } from './comment-views.ts';
import type { Asking, Env } from './door.ts';
import { prefixOf } from './language.ts';
import { linkActivity, negotiated, toActivity, wantsActivity } from './negotiation.ts';
import { linkEmbedding } from './oembed.ts';
import { shellOf, show, showToAll } from './pages.ts';
import { visitorOf } from './session.ts';
import { entryGone, nothingHere } from './tellings.ts';

export const entries = new Hono<Env>()
  .get(pattern.entry, negotiated, async (c) => {
    const reading = await readingOf(c);
    const activity = path.article(reading.entry.id);
    const page = async () => entryPage(await shellOf(c), await propsOf(c, reading));
    if (reading.entry.state === 'draft') {
      // A draft has no document: servers see what everybody else sees, nothing.
      if (wantsActivity(c)) throw nothingHere();
      return await show(c, await page());
    }
    if (wantsActivity(c)) return toActivity(c, activity);
    linkActivity(c, activity);
    // Who writes there looks at their own work.
    if (!mayWrite((await visitorOf(c)).viewer, reading.blog.id)) c.set('read', reading.entry.id);
    linkEmbedding(c, path.entry(reading.blog.handle, reading.entry.number));
    return await showToAll(c, await page());
  })
  .get(pattern.original, async (c) => {
    const { pages } = c.var.deps;
    const { system, number } = c.req.param();
    const entry = await entryByOriginal(pages, { system, number });
    if (entry === null || entry.published === null) throw nothingHere();
    if (entry.state === 'withdrawn') throw entryGone();
    const blog = await blogById(pages, { id: entry.blog });
    if (blog === null) throw nothingHere();
    c.header('Cache-Control', 'public, max-age=86400');
    return c.redirect(prefixOf(c) + path.entry(blog.handle, entry.number), 308);
  });

/** Reads the entry that the address names, as this visitor may. @throws Refusal `not-found`, or `gone` for a withdrawn one. */
export async function readingOf(c: Asking): Promise<EntryReading> {
  const { viewer } = await visitorOf(c);
  const number = Number(c.req.param('number'));
  const reading = await entryReading(c.var.deps.pages, { handle: handleOf(c), number, viewer });
  if (reading === 'none') throw nothingHere();
  if (reading === 'gone') throw entryGone();
  return reading;
}

/** Whether the entry's blog takes comments now. */
export function takesComments({ blog }: EntryReading): boolean {
  return blog.comments !== 'closed' && blog.closed === null;
}

async function propsOf(c: Asking, reading: EntryReading): Promise<EntryPageProps> {
  const { pages, origin } = c.var.deps;
  const { viewer } = await visitorOf(c);
  const { entry, blog, series } = reading;
  const writes = mayWrite(viewer, blog.id);
  return {
    entry: {
      activity: absolute(origin, path.article(entry.id)),
      number: entry.number,
      title: entry.title,
      highlight: entry.highlight,
      body: reading.html,
      language: entry.language,
      published: entry.published,
      revised: entry.revised,
      licence: isLicence(entry.licence) ? entry.licence : 'all-rights-reserved',
      tags: reading.tags,
      picture: firstPicture(reading.html),
      original:
        entry.originalSystem === null || entry.originalNumber === null
          ? null
          : { system: entry.originalSystem, number: entry.originalNumber },
      reads: await readsForAll(pages, { entry: entry.id }),
      likes: reading.likes,
      shares: reading.boosts,
      quotes: reading.quotes,
    },
    blog,
    series: series === null ? null : { ...series, part: entry.part },
    comments: commentViews(c, reading),
    open: takesComments(reading),
    viewer: {
      mayWrite: writes,
      reads: writes ? await readsOf(pages, { entry: entry.id }) : null,
      mayModerate: mayModerate(viewer, blog.id),
      voices: (await blogsOf(pages, { viewer })).map(voiceCard),
      form: newId(),
    },
  };
}
