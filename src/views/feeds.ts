// The three feeds: RSS 2.0, Atom 1.0 (RFC 4287) and JSON Feed 1.1, from one set of props. Why by hand and not with a library:
// docs/decisions/0005-feeds-by-hand.md.
import { html } from 'hono/html';
import type { FeedFormat } from '../urls.ts';
import { readable } from './machine-text.ts';
import type { Html } from './template.ts';

/** Addresses are absolute; instants are ISO-8601 in UTC. */
export interface FeedProps {
  /** Of the feed for ever, whatever its format. */
  id: string;
  /** Of the page that the feed is of. */
  page: string;
  /** Of the feed itself, one for each format. */
  self: string;
  title: string;
  summary: string;
  language: string;
  updated: string;
  /** The WebSub hub that tells of changes, or null. */
  hub: string | null;
  entries: FeedItem[];
}

export interface FeedItem {
  /** ActivityPub id. */
  id: string;
  page: string;
  title: string;
  /** Plain text. */
  highlight: string;
  /** Sanitised HTML with absolute addresses. */
  content: string;
  language: string;
  published: string;
  updated: string;
  tags: string[];
  author: { name: string; page: string };
  /** What one may do with it, in a line, and the deed; `url` is null where all rights are reserved. */
  rights: { line: string; url: string | null };
}

/** What each feed calls itself on the wire. */
export const FEED_TYPES: Record<FeedFormat, string> = {
  xml: 'application/rss+xml',
  atom: 'application/atom+xml',
  json: 'application/feed+json',
};

/** A whole feed. Every text in it is NFC, and nothing in it that XML 1.0 cannot carry. */
export function feed(format: FeedFormat, props: FeedProps): string {
  return WRITERS[format](cleaned(props));
}

const WRITERS: Record<FeedFormat, (props: FeedProps) => string> = {
  xml: (props) => `${rss(props)}`,
  atom: (props) => `${atom(props)}`,
  json: (props) => JSON.stringify(jsonFeed(props)),
};

/** The feed with all that people wrote made readable. */
function cleaned(props: FeedProps): FeedProps {
  return {
    ...props,
    title: readable(props.title),
    summary: readable(props.summary),
    entries: props.entries.map((item) => ({
      ...item,
      title: readable(item.title),
      highlight: readable(item.highlight),
      content: readable(item.content),
      tags: item.tags.map(readable),
      author: { ...item.author, name: readable(item.author.name) },
    })),
  };
}

/** RSS wants its channel described, so one without a summary is described by its title. */
function rss(props: FeedProps): Html {
  return html`<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel>
<title>${props.title}</title>
<link>${props.page}</link>
<description>${props.summary || props.title}</description>
<language>${props.language}</language>
<lastBuildDate>${rssDate(props.updated)}</lastBuildDate>
<generator>Wethi</generator>
<atom:link rel="self" type="${FEED_TYPES.xml}" href="${props.self}"/>
${props.hub !== null && html`<atom:link rel="hub" href="${props.hub}"/>\n`}${props.entries.map(rssItem)}</channel>
</rss>
`;
}

function rssItem(item: FeedItem): Html {
  // A description is HTML to its readers (RSS Advisory Board, best practices), so plain text is escaped once more.
  const description = `${html`${item.highlight}`}`;
  // `author` would have to be an e-mail address.
  return html`<item>
<title>${item.title}</title>
<link>${item.page}</link>
<guid isPermaLink="false">${item.id}</guid>
<pubDate>${rssDate(item.published)}</pubDate>
<atom:updated>${item.updated}</atom:updated>
<dc:creator>${item.author.name}</dc:creator>
<dc:language>${item.language}</dc:language>
<dc:rights>${item.rights.line}</dc:rights>
${item.rights.url !== null && html`<atom:link rel="license" href="${item.rights.url}"/>\n`}${item.tags.map(
  (tag) => html`<category>${tag}</category>\n`,
)}<description>${description}</description>
<content:encoded>${item.content}</content:encoded>
</item>
`;
}

function rssDate(instant: string): string {
  return new Date(instant).toUTCString();
}

function atom(props: FeedProps): Html {
  return html`<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="${props.language}">
<id>${props.id}</id>
<title>${props.title}</title>
${props.summary !== '' && html`<subtitle>${props.summary}</subtitle>\n`}<updated>${props.updated}</updated>
<generator>Wethi</generator>
<link rel="self" type="${FEED_TYPES.atom}" href="${props.self}"/>
<link rel="alternate" type="text/html" href="${props.page}"/>
${props.hub !== null && html`<link rel="hub" href="${props.hub}"/>\n`}${props.entries.map(atomEntry)}</feed>
`;
}

/** The licence is linked as RFC 4946 has it. */
function atomEntry(item: FeedItem): Html {
  return html`<entry xml:lang="${item.language}">
<id>${item.id}</id>
<title>${item.title}</title>
<link rel="alternate" type="text/html" href="${item.page}"/>
<published>${item.published}</published>
<updated>${item.updated}</updated>
<author><name>${item.author.name}</name><uri>${item.author.page}</uri></author>
<rights>${item.rights.line}</rights>
${item.rights.url !== null && html`<link rel="license" href="${item.rights.url}"/>\n`}${item.tags.map(
  (tag) => html`<category term="${tag}"/>\n`,
)}${item.highlight !== '' && html`<summary>${item.highlight}</summary>\n`}<content type="html">${item.content}</content>
</entry>
`;
}

/** Rights have no place in JSON Feed, so they stand under a name of our own, as its extensions do. */
function jsonFeed(props: FeedProps): object {
  return {
    version: 'https://jsonfeed.org/version/1.1',
    title: props.title,
    home_page_url: props.page,
    feed_url: props.self,
    ...(props.summary === '' ? {} : { description: props.summary }),
    language: props.language,
    ...(props.hub === null ? {} : { hubs: [{ type: 'WebSub', url: props.hub }] }),
    items: props.entries.map((item) => ({
      id: item.id,
      url: item.page,
      title: item.title,
      ...(item.highlight === '' ? {} : { summary: item.highlight }),
      content_html: item.content,
      date_published: item.published,
      date_modified: item.updated,
      language: item.language,
      authors: [{ name: item.author.name, url: item.author.page }],
      tags: item.tags,
      _rights: { about: 'https://purl.org/dc/terms/rights', ...item.rights },
    })),
  };
}
