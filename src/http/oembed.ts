// The door of oEmbed (oembed.com): who embeds an entry's address asks here what to show.
import { Hono } from 'hono';
import { blogById } from '../domain/blogs.ts';
import { entryByNumber } from '../domain/entries/find.ts';
import { ANYONE, maySeeEntry } from '../domain/visibility.ts';
import { absolute, named, path } from '../urls.ts';
import { type EmbedProps, embedJson, embedXml } from '../views/oembed.ts';
import type { Asking, Env } from './door.ts';
import { organisationOf } from './pages.ts';
import { nothingHere } from './tellings.ts';

export const oembed = new Hono<Env>().get(path.oembed(), async (c) => {
  const format = c.req.query('format') ?? 'json';
  if (format !== 'json' && format !== 'xml') {
    return c.text('ใช้ format=json หรือ format=xml · use format=json or format=xml', 501, {
      'Cache-Control': 'no-store',
      Vary: 'Accept',
    });
  }
  const embed = await embedOf(c, c.req.query('url') ?? '');
  c.header('Cache-Control', 'public, no-cache');
  if (format === 'xml') return c.body(embedXml(embed), 200, { 'Content-Type': 'text/xml; charset=utf-8' });
  return c.body(embedJson(embed), 200, { 'Content-Type': 'application/json' });
});

/** @throws Refusal `not-found` for whatever is not the page of a published entry here. */
async function embedOf(c: Asking, address: string): Promise<EmbedProps> {
  const { origin, pages } = c.var.deps;
  const thing = named(origin, address);
  const entry = thing?.kind === 'entry' ? await entryByNumber(pages, { number: thing.number }) : null;
  const blog = entry === null ? null : await blogById(pages, { id: entry.blog });
  const owner = await organisationOf(c);
  if (thing?.kind !== 'entry' || entry === null || blog === null || owner === null) throw nothingHere();
  if (blog.handle !== thing.handle || !maySeeEntry(ANYONE, entry)) throw nothingHere();
  return {
    title: entry.title,
    author: { name: blog.title, page: absolute(origin, path.blog(blog.handle)) },
    provider: { name: owner.name, page: absolute(origin, path.home()) },
  };
}

/**
 * Says where a page's embedding is, in a header, as the specification allows (§4). Not in the page: Mastodon takes the first
 * `<link>` to a `link` embedding for the whole preview card (fetch_link_card_service.rb), and that has no description, date,
 * language or byline. `page` is a path.
 */
export function linkEmbedding(c: Asking, page: string): void {
  const address = absolute(c.var.deps.origin, page);
  const link = (format: 'json' | 'xml', type: string) =>
    `<${absolute(c.var.deps.origin, path.oembedOf(address, format))}>; rel="alternate"; type="${type}"`;
  c.header('Link', `${link('json', 'application/json+oembed')}, ${link('xml', 'text/xml+oembed')}`, { append: true });
}
