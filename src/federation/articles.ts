// An entry as the fediverse's `Article` (federation.md §0, §14; FEP-b2b8).
import { Article, Collection, Image, InteractionPolicy, InteractionRule, LanguageString, Note } from '@fedify/vocab';

import { type Blog, blogById } from '../domain/blogs.ts';
import type { Entry } from '../domain/entries/write.ts';
import { licenceLine, licenceUrl } from '../domain/licences.ts';
import { tagsOf } from '../domain/tags.ts';
import { excerpt, firstPicture, plainText, shortText, wireHighlight, wireTitle } from '../domain/text/excerpt.ts';
import { picturesNamed, storedHtml, wireContent } from '../domain/text/sanitise.ts';
import { path } from '../urls.ts';
import { reactionsOf } from './collections/reactions.ts';
import { hashtagsOf } from './hashtags.ts';
import { at, type Here, PUBLIC } from './here.ts';
import { wireInstant } from './instants.ts';

/**
 * How much of the text goes along. A POST may have 64 KiB, because Misskey reads no more (federation.md §0.3): first
 * without the second copy in `contentMap`, then an excerpt. A GET carries everything that Mastodon would read.
 */
export type Fullness = 'whole' | 'once' | 'excerpt';

const EXCERPT_MAX = 2_000;
/** A grapheme can be of any length, and a unit takes up to six bytes on the wire, as `&quot;`. */
const EXCERPT_UNITS_MAX = 6_000;

/** What an address says of its picture; whoever shows one wants to know its type before asking for it. */
const PICTURE_TYPES: Record<string, string> = {
  avif: 'image/avif',
  gif: 'image/gif',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
};
/** Others keep no longer address (federation.md §2). */
const PICTURE_ADDRESS_MAX = 512;
const PICTURE_WORDS_MAX = 500;

/**
 * The text of a document that is read by GET, as JSON, twice where it stands in `contentMap` too: with all else that an Article
 * says it stays below the 1 MiB at which Mastodon stops. Only what no person wrote, such as 300,000 `&`, is cut by it.
 */
export const DOCUMENT_TEXT_MAX = 1_000_000;

/** How much of an entry's text goes into so many bytes of JSON. */
export function fullnessWithin(entry: Entry, { bytes }: { bytes: number }): Fullness {
  const once = Buffer.byteLength(JSON.stringify(wireContent(picturesNamed(storedHtml(entry.html), entry))));
  if (2 * once <= bytes) return 'whole';
  return once <= bytes ? 'once' : 'excerpt';
}

/** The Article of a published entry. */
export async function articleOf(here: Here, entry: Entry, fullness: Fullness): Promise<Article> {
  const blog = await blogById(here.db, { id: entry.blog });
  if (blog === null || entry.published === null)
    throw new Error(`entry ${entry.number} has no blog or was never published`);
  const title = wireTitle(entry.title);
  const content = contentOf(here, { entry, blog, fullness });
  const { language } = entry;
  const { likes, shares } = await reactionsOf(here, entry.id);
  const quoters = quotersOf(here, blog);
  return new Article({
    id: at(here, path.article(entry.id)),
    attribution: at(here, path.actor(blog.id)),
    url: at(here, path.entry(blog.handle, entry.number)),
    names: [title, new LanguageString(title, language)],
    ...(blog.sendsHighlight === 1 ? { summaries: summariesOf(entry) } : {}),
    contents: fullness === 'whole' ? [content, new LanguageString(content, language)] : [content],
    mediaType: 'text/html',
    published: wireInstant(entry.published),
    ...(entry.revised === null ? {} : { updated: wireInstant(entry.revised) }),
    tos: [PUBLIC],
    ccs: [at(here, path.followers(blog.id))],
    tags: hashtagsOf(here, await tagsOf(here.db, { entry: entry.id })),
    ...pictureOf(entry),
    preview: new Note({
      attribution: at(here, path.actor(blog.id)),
      content: `<p><strong>${escaped(title)}</strong></p><p>${escaped(wireHighlight(entry.highlight))}</p>`,
    }),
    replies: at(here, path.articleReplies(entry.id)),
    likes: new Collection({ id: at(here, path.articleLikes(entry.id)), totalItems: likes }),
    shares: new Collection({ id: at(here, path.articleShares(entry.id)), totalItems: shares }),
    contexts: [at(here, path.articleContext(entry.id))],
    interactionPolicy: new InteractionPolicy({ canQuote: new InteractionRule({ automaticApproval: quoters }) }),
    sensitive: false,
  });
}

/** Who may quote without being looked at; where nobody is named, Mastodon denies it to all (FEP-044f). */
function quotersOf(here: Here, blog: Blog): URL {
  const quoters = {
    anyone: PUBLIC,
    followers: at(here, path.followers(blog.id)),
    nobody: at(here, path.actor(blog.id)),
  };
  return quoters[blog.quotes];
}

/**
 * The first picture of the text as the Article's `image`, which is not `attachment`: that would take the place of Mastodon's
 * preview card (federation.md §9). Its `id` is its address, where Ghost looks for it.
 */
function pictureOf(entry: Entry): { image?: Image } {
  const picture = firstPicture(picturesNamed(storedHtml(entry.html), entry));
  const url = picture === null ? null : URL.parse(picture.address);
  if (picture === null || url === null || url.href.length > PICTURE_ADDRESS_MAX) return {};
  const mediaType = PICTURE_TYPES[url.pathname.split('.').at(-1)?.toLowerCase() ?? ''];
  if (mediaType === undefined) return {};
  return { image: new Image({ id: url, url, mediaType, name: shortText(picture.alt, { units: PICTURE_WORDS_MAX }) }) };
}

function summariesOf(entry: Entry): (string | LanguageString)[] {
  const highlight = wireHighlight(entry.highlight);
  return [highlight, new LanguageString(highlight, entry.language)];
}

/** The text with absolute links, the licence as its last line (design §4.11). The title is not repeated (it is `name`). */
function contentOf(here: Here, { entry, blog, fullness }: { entry: Entry; blog: Blog; fullness: Fullness }): string {
  const html = wireContent(picturesNamed(storedHtml(entry.html), entry));
  const page = at(here, path.entry(blog.handle, entry.number));
  const body = fullness === 'excerpt' ? shortened(html, { page }) : html;
  const url = licenceUrl(entry.licence);
  const licence = escaped(licenceLine(entry.licence));
  return `${body}\n<p>${url === null ? licence : `<a href="${url}" rel="license">${licence}</a>`}</p>`;
}

/** The beginning of a text that is too long for the wire, with a link to all of it. */
export function shortened(html: string, { page }: { page: URL }): string {
  const beginning = shortText(excerpt(plainText(html), { max: EXCERPT_MAX }), { units: EXCERPT_UNITS_MAX });
  return `<p>${escaped(beginning)}</p><p><a href="${page.href}">${page.href}</a></p>`;
}

/** Plain text made safe between tags. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
