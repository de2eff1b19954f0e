// The only door through which HTML reaches a page: it gives back a branded string, and views accept nothing else.
// sanitize-html decides on tags and attributes; what stands here are the two lists (ours, theirs) and their addresses.
import sanitizeHtml from 'sanitize-html';

declare const safe: unique symbol;
/** HTML that went through this file. Views may print it unescaped. */
export type SafeHtml = string & { readonly [safe]: true };

/** Mastodon, GoToSocial and Hollo mark mentions and hashtags with these; no other class is kept. */
const MARKS = ['mention', 'hashtag', 'h-card', 'u-url'];
/** Raw text, foreign namespaces (where browsers and parsers disagree) and form parts: what is inside them goes too. */
const UNREADABLE =
  'script style textarea option xmp noscript iframe noembed noframes plaintext title template svg math object select'.split(
    ' ',
  );
/** Blocks that are not in our lists become paragraphs, so that their texts do not run together. */
const BLOCKS =
  'div section article header footer main aside nav address center details summary dl dt dd fieldset legend'.split(' ');
/** Theirs only: tables and figures of a peer are read as lines of text. */
const FLATTENED = 'tr td th caption figure figcaption'.split(' ');
/** The parser's cost grows with tags × depth: 40 000 hostile ones take 0.35 s, 160 000 take 4.5 s. */
const TAGS_MAX = 30_000;
/** Of `<`, `>` and `&` in a stranger's text: each costs the parser a step, and a megabyte of them 0.7 s (T35). */
const MARKUP_MAX = 20_000;
/** How much is read, in UTF-16 units, of a text with more of them. */
const UNWRITTEN_MAX = 200_000;
const DEPTH_MAX = 64;

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
const CONTROLS = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/g;
/** Embeddings, overrides and isolates can turn a line round and outlive their own text; LRM and RLM cannot. */
const BIDI = /[\u202a-\u202e\u2066-\u2069]/g;
/** Towers of marks paint over the neighbouring lines; old Thai texts double them, nobody needs nine. */
const TOWERS = /(\p{M}{8})\p{M}+/gu;

type Attributes = Record<string, string>;
type Transformed = { tagName: string; attribs: Attributes; text?: string };

/**
 * Our own HTML, as `renderMarkdown` makes it: the FEP-b2b8 subset with tables, figures and images. Relative addresses
 * become absolute on `origin`; links are http(s), images https or our own; links that lead away carry `rel`.
 */
export function sanitiseOwn(html: string, { origin }: { origin: string }): SafeHtml {
  if (hasMore(html, { of: /<[a-z/]/gi, than: TAGS_MAX })) return withoutMarkup(html);
  const tags = 'p br hr h2 h3 h4 h5 h6 a span blockquote pre code em strong b i u del ul ol li img figure figcaption';
  const settled = settle(html, {
    allowedTags: `${tags} table caption thead tbody tfoot tr th td ruby rp rt div`.split(' '),
    allowedAttributes: {
      a: ['href', 'class', 'rel'],
      div: ['class', 'tabindex', 'role', 'aria-label'],
      img: ['src', 'alt', 'loading'],
      ol: ['start'],
      span: ['class'],
      td: ['class', 'colspan', 'rowspan'],
      th: ['class', 'colspan', 'rowspan', 'scope'],
    },
    allowedClasses: { a: MARKS, div: ['scroll'], span: MARKS, td: ['r', 'free'], th: ['r'] },
    transformTags: {
      ...each(BLOCKS, 'p'),
      ...each(['s', 'strike'], 'del'),
      h1: 'h2',
      ins: 'u',
      ol: (_, attributes) => ({ tagName: 'ol', attribs: numbered(attributes) }),
      div: (_, attributes) => frame(attributes),
      a: (_, attributes) => ownLink(attributes, origin),
      img: (_, attributes) => ownImage(attributes, origin),
    },
  });
  return withoutEmptyParagraphs(settled);
}

/**
 * HTML from afar, a comment's or a post's. Headings start at h3, images leave their alt text, links are http(s) with
 * `rel="nofollow noopener noreferrer ugc"`, without a user name before the host and without the classes that hide part of
 * an address (CVE-2023-36462); no bidirectional controls, at most 64 tags deep.
 */
export function sanitiseRemote(html: string): SafeHtml {
  if (hasMore(html, { of: /[<>&]/g, than: MARKUP_MAX })) {
    return tamed(withoutMarkup(html.slice(0, UNWRITTEN_MAX))) as SafeHtml;
  }
  const tags = 'p br a span blockquote pre code em strong b i u del ul ol li h3 h4 h5 h6';
  const settled = settle(html, {
    allowedTags: tags.split(' '),
    allowedAttributes: { a: ['href', 'class', 'rel'], ol: ['start'], span: ['class'] },
    allowedClasses: { a: MARKS, span: MARKS },
    transformTags: {
      ...each([...BLOCKS, ...FLATTENED], 'p'),
      ...each(['s', 'strike'], 'del'),
      ...each(['h1', 'h2'], 'h3'),
      ins: 'u',
      ol: (_, attributes) => ({ tagName: 'ol', attribs: numbered(attributes) }),
      a: (_, attributes) => remoteLink(attributes),
      img: (_, attributes) => words(attributes.alt),
    },
  });
  return withoutEmptyParagraphs(tamed(settled));
}

/** Plain text of a guest or an old page: blank lines part paragraphs, single ones are kept; nothing becomes a link. */
export function plainToHtml(text: string): SafeHtml {
  const paragraphs = tamed(cleaned(text.replace(/\r\n?/g, '\n'))).split(/\n[^\S\n]*\n/);
  return paragraphs
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '')
    .map((paragraph) => `<p>${escaped(paragraph).replaceAll('\n', '<br />')}</p>`)
    .join('') as SafeHtml;
}

/** What was sanitised before it was kept, read back as the database holds it (UTF-8), or by `bodyText`. */
export function storedHtml(body: Uint8Array | string): SafeHtml {
  return (typeof body === 'string' ? body : decoder.decode(body)) as SafeHtml;
}

const decoder = new TextDecoder();

/** A picture that its author left without words is called by the title of what it stands in, as in preview cards. */
export function picturesNamed(html: SafeHtml, { title }: { title: string }): SafeHtml {
  const name = escaped(cleaned(title)).replaceAll('"', '&quot;');
  return html.replace(/(<img src="[^"]*") alt=""/g, (_, opening: string) => `${opening} alt="${name}"`) as SafeHtml;
}

/**
 * A page's HTML as it goes on the wire, in the FEP-b2b8 subset with tables: without rules, lazy loading and the scroll frames
 * round tables; a figure is a paragraph, its caption the line below the picture.
 */
export function wireContent(html: SafeHtml): string {
  return html
    .replace(/<div class="scroll"[^>]*>\s*(?=<table>)|(?<=<\/table>)\s*<\/div>|<hr \/>|<\/figcaption>/g, '')
    .replace(/(<img [^>]*) loading="lazy"/g, '$1')
    .replace(/(<\/?)figure>/g, '$1p>')
    .replaceAll('<figcaption>', '<br />');
}

const MENTION = `<a href="[^"]*" class="([^"]*)" rel="[^"]*">@(?:<span>|</span>|[^<])*</a>`;
const LEADING_MENTION = new RegExp(`(?:<span class="h-card">${MENTION}</span>|${MENTION})(?:\\s|<br />)*`, 'y');

/**
 * For showing a comment: without the mentions that Mastodon, GoToSocial, Hollo, Misskey and snac put before a reply,
 * because the thread already says whom it answers. A comment that is nothing but mentions stays as it is.
 */
export function stripLeadingMentions(html: SafeHtml): SafeHtml {
  const opening = html.startsWith('<p>') ? '<p>' : '';
  let at = opening.length;
  for (;;) {
    LEADING_MENTION.lastIndex = at;
    const match = LEADING_MENTION.exec(html);
    const marks = (match?.[1] ?? match?.[2] ?? '').split(' ');
    if (match === null || !marks.includes('mention') || marks.includes('hashtag')) break;
    at += match[0].length;
  }
  const rest = html.slice(at);
  return rest.trim() === '' || rest.trim() === '</p>' ? html : ((opening + rest) as SafeHtml);
}

/**
 * Cleans until nothing changes. Twice is enough: the first pass renames tags, which can put a paragraph inside a
 * paragraph; the second reads that as a browser would. Both are linear below the limits on markup.
 */
function settle(html: string, lists: sanitizeHtml.IOptions): string {
  const options: sanitizeHtml.IOptions = {
    ...lists,
    nonTextTags: UNREADABLE,
    allowedSchemes: ['http', 'https'],
    allowProtocolRelative: false,
    nestingLimit: DEPTH_MAX,
  };
  return cleaned(sanitizeHtml(sanitizeHtml(html, options), options));
}

/** Parting paragraphs out of one another leaves empty ones behind. */
function withoutEmptyParagraphs(html: string): SafeHtml {
  return html.replaceAll('<p></p>', '') as SafeHtml;
}

/** Stops counting when the answer is known, so that it takes the same for a text of any length. */
function hasMore(html: string, { of, than }: { of: RegExp; than: number }): boolean {
  for (let count = 0; of.test(html); count++) if (count === than) return true;
  return false;
}

/** The words alone of a text that no person wrote. */
function withoutMarkup(html: string): SafeHtml {
  const text = html.replace(/<[^<>]*>/g, ' ').replace(/\s+/g, ' ');
  return `<p>${escaped(cleaned(text).trim())}</p>` as SafeHtml;
}

function each(names: string[], tagName: string): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, tagName]));
}

/** The scroll frame that `renderMarkdown` puts round a table; any other division is a paragraph. */
function frame(attributes: Attributes): Transformed {
  if (attributes.class !== 'scroll') return { tagName: 'p', attribs: {} };
  const label = attributes['aria-label'] ?? '';
  const name: Attributes = label === '' ? {} : { 'aria-label': label };
  return { tagName: 'div', attribs: { class: 'scroll', tabindex: '0', role: 'region', ...name } };
}

function ownLink(attributes: Attributes, origin: string): Transformed {
  const url = webAddress(attributes.href, origin);
  if (url === null) return words(undefined);
  const rel = [
    ...(attributes.rel?.split(' ').includes('tag') ? ['tag'] : []),
    ...(url.origin === origin ? [] : ['noopener', 'ugc']),
  ].join(' ');
  return { tagName: 'a', attribs: { href: url.href, class: attributes.class ?? '', rel } };
}

function ownImage(attributes: Attributes, origin: string): Transformed {
  const url = webAddress(attributes.src, origin);
  if (url === null || (url.protocol !== 'https:' && url.origin !== origin)) return words(attributes.alt);
  return { tagName: 'img', attribs: { src: url.href, alt: attributes.alt ?? '', loading: 'lazy' } };
}

function remoteLink(attributes: Attributes): Transformed {
  const url = webAddress(attributes.href, undefined);
  if (url === null) return words(undefined);
  const rel = 'nofollow noopener noreferrer ugc';
  return { tagName: 'a', attribs: { href: url.href, class: attributes.class ?? '', rel } };
}

/** What remains of a tag that may not stay: its words. */
function words(text: string | undefined): Transformed {
  const kept = text?.trim() ?? '';
  return { tagName: 'span', attribs: {}, ...(kept === '' ? {} : { text: kept }) };
}

/** An absolute http(s) address, or with `origin` a path on it; null for all else. A user name before the host is dropped. */
function webAddress(href: string | undefined, origin: string | undefined): URL | null {
  if (href === undefined) return null;
  const base = origin !== undefined && href.startsWith('/') ? origin : undefined;
  const url = URL.parse(href, base);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) return null;
  url.username = '';
  url.password = '';
  return url;
}

function numbered(attributes: Attributes): Attributes {
  return /^\d{1,6}$/.test(attributes.start ?? '') ? { start: attributes.start ?? '' } : {};
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** No control characters and no half characters: databases and JSON readers choke on them. */
function cleaned(text: string): string {
  return text.replace(CONTROLS, '').toWellFormed();
}

function tamed(text: string): string {
  return text.replace(BIDI, '').replace(TOWERS, '$1');
}
