// Mastodon, scripted: the status that it makes of an Article (federation.md §1). The text is dropped; the title as a heading,
// the summary as HTML and the address as a link are put together, then washed with its strict list.
import sanitizeHtml from 'sanitize-html';
import type { Json } from './scripted.ts';

/** What is kept of an address that is shown, and how much of it (its text_formatter.rb). */
const BARE = /^https?:\/\/(?:www\.)?/;
const SHOWN_MAX = 30;
const MEDIA_MAX = 4;
const HEADINGS = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'];

export interface Status {
  html: string;
  /** What stands on the screen: paragraphs, without the parts of the address that Mastodon's style hides. */
  visible: string[];
  /** What folds a post away; an Article has none. */
  warning: string;
  /** How many media; with any, no preview card is fetched. */
  media: number;
  language: string | undefined;
}

/** The status that a reader on Mastodon sees of an Article. */
export function statusOf(article: Json): Status {
  const parts = [
    ...(filled(article.name) ? [`<h2>${article.name}</h2>`] : []),
    ...(filled(article.summary) ? [String(article.summary)] : []),
    `<p>${link(String(article.url ?? article.id))}</p>`,
  ];
  const html = washed(parts.join('\n\n'));
  const map = [article.contentMap, article.nameMap, article.summaryMap].find((one) => one !== undefined);
  return {
    html,
    visible: visibleIn(html),
    warning: '',
    media: Math.min([article.attachment ?? []].flat().length, MEDIA_MAX),
    language: Object.keys(map ?? {})[0],
  };
}

function filled(text: unknown): boolean {
  return typeof text === 'string' && text.trim() !== '';
}

function link(url: string): string {
  const prefix = url.match(BARE)?.[0] ?? '';
  const [shown, rest] = [url.slice(prefix.length).slice(0, SHOWN_MAX), url.slice(prefix.length + SHOWN_MAX)];
  const cut = rest === '' ? '' : 'ellipsis';
  return `<a href="${url}"><span class="invisible">${prefix}</span><span class="${cut}">${shown}</span><span class="invisible">${rest}</span></a>`;
}

function washed(html: string): string {
  const clean = sanitizeHtml(html, {
    allowedTags: ['p', 'br', 'span', 'a', 'del', 's', 'pre', 'blockquote', 'code', 'b', 'strong', 'u', 'i', 'em', 'ul']
      .concat(['ol', 'li', 'ruby', 'rt', 'rp'])
      .concat(HEADINGS),
    allowedAttributes: { a: ['href', 'rel', 'class', 'target'], span: ['class'] },
    allowedClasses: { span: ['invisible', 'ellipsis', 'h-*'], a: ['mention', 'hashtag', 'u-*'] },
    transformTags: {
      a: (_, { href = '' }) => ({ tagName: 'a', attribs: { href, rel: 'nofollow noopener', target: '_blank' } }),
    },
  });
  return clean.replace(/<h[1-6]>/g, '<p><strong>').replace(/<\/h[1-6]>/g, '</strong></p>');
}

function visibleIn(html: string): string[] {
  return html
    .replace(/<span class="invisible">[^<]*<\/span>/g, '')
    .replace(/<span class="ellipsis">([^<]*)<\/span>/g, '$1…')
    .split('\n\n')
    .map((part) => part.replace(/<[^<>]*>/g, ''))
    .map((part) => part.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'));
}
