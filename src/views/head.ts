// What other machines read in a page's head: preview cards, the author's byline, the ActivityPub document and the licence
// (federation.md §9 and items 11, 35 and 36; Mastodon link_details_extractor.rb).
import { html } from 'hono/html';
import type { Licence } from '../domain/licences.ts';
import { absolute, FEED_FORMATS, path } from '../urls.ts';
import { FEED_TYPES } from './feeds.ts';
import { host, link, type Shell } from './layout.ts';
import { licenceNamed } from './licences.ts';
import { words } from './messages/words.ts';
import { blogPosting } from './structured-data.ts';
import type { Html } from './template.ts';

/** og:locale wants a territory; other languages go without. */
const LOCALES: Record<string, string> = { th: 'th_TH', en: 'en_GB' };

export interface EntryHead {
  /** The entry's ActivityPub id, absolute. */
  activity: string;
  number: number;
  title: string;
  highlight: string;
  /** The entry's own language, whatever the page's. */
  language: string;
  published: string | null;
  revised: string | null;
  licence: Licence;
  tags: string[];
  /** The first picture in the text, or null. */
  picture: Picture | null;
  series: {
    id: string;
    title: string;
    part: number | null;
    /** The parts before and after it. */
    previous: { number: number } | null;
    next: { number: number } | null;
  } | null;
  /** Shown ones. */
  comments: number;
  blog: { handle: string; title: string; kind: 'person' | 'team' };
}

interface Picture {
  address: string;
  /** What it shows, in words. */
  alt: string;
}

/** The head of an entry. The canonical address is the one without /en: both pages hold the same entry. */
export function entryHead(shell: Shell, entry: EntryHead): Html {
  const { url } = licenceNamed(entry.licence, shell.language);
  return html`${card(shell, {
    type: 'article',
    title: entry.title,
    description: entry.highlight,
    address: absolute(shell.origin, path.entry(entry.blog.handle, entry.number)),
    locale: LOCALES[entry.language],
    picture: entry.picture,
  })}
<meta property="og:author" content="${entry.blog.title}">
${entry.published === null ? '' : html`<meta property="article:published_time" content="${entry.published}">`}
${entry.revised === null ? '' : html`<meta property="article:modified_time" content="${entry.revised}">`}
${entry.tags.map((tag) => html`<meta property="article:tag" content="${tag}">\n`)}${creator(shell, entry.blog.handle)}
${activityLink(entry.activity)}
${feedLinks(shell, { page: path.blog(entry.blog.handle), title: entry.blog.title })}${url === null ? '' : html`<link rel="license" href="${url}">\n`}${blogPosting(shell, entry)}
${neighbour(shell, 'prev', entry.blog.handle, entry.series?.previous)}${neighbour(shell, 'next', entry.blog.handle, entry.series?.next)}`;
}

function neighbour(
  shell: Shell,
  rel: 'prev' | 'next',
  handle: string,
  entry: { number: number } | null | undefined,
): Html | '' {
  return entry ? html`<link rel="${rel}" href="${link(shell, path.entry(handle, entry.number))}">` : '';
}

export interface BlogHead {
  /** The blog's ActivityPub id, absolute. */
  activity: string;
  handle: string;
  title: string;
  summary: string;
  language: string;
}

/** The head of a blog's page. */
export function blogHead(shell: Shell, blog: BlogHead): Html {
  return html`${card(shell, {
    type: 'profile',
    title: blog.title,
    description: blog.summary,
    address: absolute(shell.origin, path.blog(blog.handle)),
    locale: LOCALES[blog.language],
    picture: null,
  })}
${creator(shell, blog.handle)}
${activityLink(blog.activity)}
${feedLinks(shell, { page: path.blog(blog.handle), title: blog.title })}`;
}

function card(
  shell: Shell,
  about: {
    type: string;
    title: string;
    description: string;
    address: string;
    locale: string | undefined;
    picture: Picture | null;
  },
): Html {
  const name = shell.organisation?.name ?? words(shell.language).shell.software;
  const picture = about.picture ?? { address: absolute(shell.origin, path.picture()), alt: name };
  return html`<link rel="canonical" href="${about.address}">
<meta property="og:type" content="${about.type}">
<meta property="og:title" content="${about.title}">
${about.description && html`<meta property="og:description" content="${about.description}">`}
<meta property="og:url" content="${about.address}">
<meta property="og:image" content="${picture.address}">
<meta property="og:image:alt" content="${picture.alt || about.title}">
${shell.organisation && html`<meta property="og:site_name" content="${shell.organisation.name}">`}
${about.locale && html`<meta property="og:locale" content="${about.locale}">`}`;
}

/** The byline under a preview card. Mastodon shows it because our actors carry `attributionDomains`. */
function creator(shell: Shell, handle: string): Html {
  return html`<meta name="fediverse:creator" content="@${handle}@${host(shell)}">`;
}

function activityLink(id: string): Html {
  return html`<link rel="alternate" type="application/activity+json" href="${id}">`;
}

/** Where feed readers find what is new on a page: `page` is its path. */
export function feedLinks(shell: Shell, { page, title }: { page: string; title: string }): Html {
  const links = FEED_FORMATS.map((format) => {
    const address = absolute(shell.origin, path.feed(page, format));
    return html`<link rel="alternate" type="${FEED_TYPES[format]}" title="${title}" href="${address}">\n`;
  });
  return html`${links}`;
}
