// An entry as the fediverse's `Article` (federation.md §0, §14; FEP-b2b8).
import { Article, Collection, InteractionPolicy, InteractionRule, LanguageString, Note } from '@fedify/vocab';

import { type Blog, blogById } from '../domain/blogs.ts';
import type { Entry } from '../domain/entries/write.ts';
import { licenceLine, licenceUrl } from '../domain/licences.ts';
import { tagsOf } from '../domain/tags.ts';
import { excerpt, plainText, wireHighlight, wireTitle } from '../domain/text/excerpt.ts';
import { storedHtml, wireContent } from '../domain/text/sanitise.ts';
import { path } from '../urls.ts';
import { reactionsOf } from './collections/reactions.ts';
import { hashtagsOf } from './hashtags.ts';
import { at, type Here, PUBLIC } from './here.ts';
import { wireInstant } from './instants.ts';

/**
 * How much of the text goes along. A POST may have 64 KiB, because Misskey reads no more (federation.md §0.3): first
 * without the second copy in `contentMap`, then an excerpt. A GET always carries everything.
 */
export type Fullness = 'whole' | 'once' | 'excerpt';

const EXCERPT_MAX = 2_000;

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

function summariesOf(entry: Entry): (string | LanguageString)[] {
  const highlight = wireHighlight(entry.highlight);
  return [highlight, new LanguageString(highlight, entry.language)];
}

/** The text with absolute links, the licence as its last line (design §4.11). The title is not repeated (it is `name`). */
function contentOf(here: Here, { entry, blog, fullness }: { entry: Entry; blog: Blog; fullness: Fullness }): string {
  const html = wireContent(storedHtml(entry.html));
  const body = fullness === 'excerpt' ? shortened(here, { html, entry, blog }) : html;
  const url = licenceUrl(entry.licence);
  const licence = escaped(licenceLine(entry.licence));
  return `${body}\n<p>${url === null ? licence : `<a href="${url}" rel="license">${licence}</a>`}</p>`;
}

function shortened(here: Here, { html, entry, blog }: { html: string; entry: Entry; blog: Blog }): string {
  const url = at(here, path.entry(blog.handle, entry.number)).href;
  return `<p>${escaped(excerpt(plainText(html), { max: EXCERPT_MAX }))}</p><p><a href="${url}">${url}</a></p>`;
}

/** Plain text made safe between tags. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
