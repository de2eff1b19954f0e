// Feeds of the node, of each blog, tag and series: the newest entries whole, for readers that are no fediverse servers.
import { Hono } from 'hono';
import { blogByHandle, blogById } from '../domain/blogs.ts';
import { hubOf } from '../domain/hub.ts';
import { licenceLine, licenceUrl } from '../domain/licences.ts';
import { ORGANISATION } from '../domain/organisations.ts';
import { type FeedEntry, feedEntries } from '../domain/reading/feeds.ts';
import type { Within } from '../domain/reading/lists.ts';
import { tagReading } from '../domain/reading/node.ts';
import { seriesById } from '../domain/series.ts';
import { wireContent } from '../domain/text/sanitise.ts';
import { absolute, FEED_FORMATS, type FeedFormat, path, pattern } from '../urls.ts';
import { FEED_TYPES, type FeedItem, feed } from '../views/feeds.ts';
import { handleOf } from './blogs.ts';
import type { Asking, Env } from './door.ts';
import { organisationOf } from './pages.ts';
import { nothingHere } from './tellings.ts';

const ENTRIES = 20;
/** Of HTML. Escaped it stays below the mebibyte that the shelf keeps; twenty of the longest entries would be eight. */
const BYTES_MAX = 512 * 1024;

/** What a feed is of. */
interface Subject {
  within: Within;
  /** Paths: of its page, and of what names it for ever. */
  page: string;
  id: string;
  title: string;
  summary: string;
  language: string;
  /** Since when there has been a feed: when an empty one changed last. */
  since: string;
}

export const feeds = new Hono<Env>()
  .get(pattern.nodeFeed, async (c) => {
    const { name: title, summary, language, created: since } = await ownerOf(c);
    const names = { page: path.home(), id: path.actor(ORGANISATION), title };
    return await answer(c, { within: {}, ...names, summary, language, since });
  })
  .get(pattern.blogFeed, async (c) => {
    const blog = await blogByHandle(c.var.deps.pages, { handle: handleOf(c) });
    if (blog === null) throw nothingHere();
    const { id, handle, title, summary, language, created: since } = blog;
    const names = { page: path.blog(handle), id: path.actor(id), title };
    return await answer(c, { within: { blog: id }, ...names, summary, language, since });
  })
  .get(pattern.tagFeed, async (c) => {
    const tag = await tagReading(c.var.deps.pages, { name: c.req.param('tag') });
    if (tag === null) throw nothingHere();
    const { name, language, created: since } = await ownerOf(c);
    // By the key, so that every spelling of the tag leads to one feed.
    const page = path.tag(tag.key);
    return await answer(c, {
      within: { tag: tag.key },
      ...{ page, id: page, title: `#${tag.shown} · ${name}`, summary: '', language, since },
    });
  })
  .get(pattern.seriesFeed, async (c) => {
    const { pages } = c.var.deps;
    const series = await seriesById(pages, { id: c.req.param('id') });
    const blog = series === null ? null : await blogById(pages, { id: series.blog });
    if (series === null || blog === null) throw nothingHere();
    const page = path.series(series.id);
    const title = `${series.title} · ${blog.title}`;
    const { language } = blog;
    const subject = { page, id: page, title, summary: '', language, since: series.created };
    return await answer(c, { within: { series: series.id }, ...subject });
  });

async function ownerOf(c: Asking) {
  const owner = await organisationOf(c);
  if (owner === null) throw nothingHere();
  return owner;
}

async function answer(c: Asking, subject: Subject): Promise<Response> {
  const { pages, origin, practice } = c.var.deps;
  const format = formatOf(c);
  const entries = await feedEntries(pages, { within: subject.within, limit: ENTRIES, bytesMax: BYTES_MAX });
  // A series that only drafts belong to is nobody's business yet.
  if (subject.within.series !== undefined && entries.length === 0) throw nothingHere();
  const { title, summary, language, since } = subject;
  const self = absolute(origin, path.feed(subject.page, format));
  // In practice mode no hub is told, so none may be named.
  const hub = practice ? null : await hubOf(pages);
  const whole = feed(format, {
    id: absolute(origin, subject.id),
    page: absolute(origin, subject.page),
    self,
    ...{ title, summary, language },
    updated: entries.reduce((last, { updated }) => (updated > last ? updated : last), since),
    hub,
    entries: entries.map((entry) => itemOf(origin, entry)),
  });
  c.header('Cache-Control', 'public, no-cache');
  // Subscribers look here first, and only here whatever the format (WebSub §4).
  if (hub !== null) c.header('Link', `<${hub}>; rel="hub", <${self}>; rel="self"`);
  return c.body(whole, 200, { 'Content-Type': `${FEED_TYPES[format]}; charset=utf-8` });
}

function formatOf(c: Asking): FeedFormat {
  const format = FEED_FORMATS.find((format) => c.req.path.endsWith(`/feed.${format}`));
  if (format === undefined) throw nothingHere();
  return format;
}

function itemOf(origin: string, entry: FeedEntry): FeedItem {
  const { title, highlight, language, published, updated, tags, blog } = entry;
  return {
    id: absolute(origin, path.article(entry.id)),
    page: absolute(origin, path.entry(blog.handle, entry.number)),
    ...{ title, highlight, language, published, updated, tags },
    content: wireContent(entry.html),
    author: { name: blog.title, page: absolute(origin, path.blog(blog.handle)) },
    rights: { line: licenceLine(entry.licence), url: licenceUrl(entry.licence) },
  };
}
