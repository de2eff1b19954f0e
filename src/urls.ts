// Every URL of the node, both ways. Short, ASCII, without `#`, never reused (design §4.7). Kept in the database as paths.

/** How a feed ends: RSS 2.0, Atom 1.0, JSON Feed 1.1. */
export const FEED_FORMATS = ['xml', 'atom', 'json'] as const;
export type FeedFormat = (typeof FEED_FORMATS)[number];

/** Paths below the origin. `id`s are opaque; `handle` is a blog's or the organisation's. */
export const path = {
  home: () => '/',
  blogs: () => '/blogs',
  blog: (handle: string) => `/@${handle}`,
  entry: (handle: string, number: number) => `/@${handle}/${number}`,
  comment: (handle: string, number: number, comment: string) => `/@${handle}/${number}#c-${comment}`,
  tags: () => '/t',
  tag: (shown: string) => `/t/${encodeURIComponent(shown)}`,
  series: (id: string) => `/series/${id}`,
  archive: () => '/archive',
  /** Years here are of the Buddhist era, in both languages. */
  archiveYear: (year: number) => `/archive/${year}`,
  blogArchive: (handle: string) => `/@${handle}/archive`,
  blogArchiveYear: (handle: string, year: number) => `/@${handle}/archive/${year}`,
  search: () => '/search',
  /** A question with what narrows it; what is empty is left out. */
  searchFor: (asked: Record<string, string>) =>
    `/search?${new URLSearchParams(Object.entries(asked).filter(([, value]) => value !== ''))}`,
  original: (system: string, number: string) => `/original/${system}/${encodeURIComponent(number)}`,
  /** The feed of a page, which is a path: of the home page, a blog, a tag or a series. */
  feed: (page: string, format: FeedFormat) => `${page === '/' ? '' : page}/feed.${format}`,

  setUp: () => '/set-up',
  setUpWith: (secret: string) => `/set-up?key=${secret}`,
  signIn: () => '/sign-in',
  /** Where to go afterwards, a path of this node, travels along. */
  signInThen: (next: string) => `/sign-in?next=${encodeURIComponent(next)}`,
  signOut: () => '/sign-out',
  desk: () => '/desk',
  write: () => '/write',
  revise: (number: number) => `/write/${number}`,
  saved: (number: number) => `/write/${number}?saved`,
  withdraw: (number: number) => `/write/${number}/withdraw`,
  moderateComment: (id: string) => `/comments/${id}`,
  reports: () => '/reports',
  report: (id: string) => `/reports/${id}`,
  reading: () => '/reading',
  follow: (handle: string) => `/@${handle}/follow`,
  answer: (handle: string, number: number) => `/@${handle}/${number}/answer`,
  authorizeInteraction: () => '/authorize_interaction',
  favicon: () => '/favicon.svg',
  /** The mark as others show it: they take no SVG for a picture. */
  picture: () => '/assets/mark.png',
  robots: () => '/robots.txt',
  sitemap: () => '/sitemap.xml',
  sitemapPages: () => '/sitemap-pages.xml',
  /** The entries whose numbers come after `after`, as many as one sitemap holds. */
  sitemapEntries: (after: number) => `/sitemap-entries-${after}.xml`,
  oembed: () => '/oembed',
  oembedOf: (page: string, format: 'json' | 'xml') => `/oembed?format=${format}&url=${encodeURIComponent(page)}`,

  actor: (id: string) => `/ap/actors/${id}`,
  inbox: (id: string) => `/ap/actors/${id}/inbox`,
  outbox: (id: string) => `/ap/actors/${id}/outbox`,
  followers: (id: string) => `/ap/actors/${id}/followers`,
  /** Which of the asker's own people follow (FEP-8fcf). */
  partialFollowers: (id: string) => `/ap/actors/${id}/followers-synchronization`,
  following: (id: string) => `/ap/actors/${id}/following`,
  featured: (id: string) => `/ap/actors/${id}/featured`,
  featuredTags: (id: string) => `/ap/actors/${id}/featured-tags`,
  sharedInbox: () => '/ap/inbox',
  article: (id: string) => `/ap/entries/${id}`,
  articleReplies: (id: string) => `/ap/entries/${id}/replies`,
  articleLikes: (id: string) => `/ap/entries/${id}/likes`,
  articleShares: (id: string) => `/ap/entries/${id}/shares`,
  /** The whole conversation under an entry. */
  articleContext: (id: string) => `/ap/entries/${id}/context`,
  note: (id: string) => `/ap/comments/${id}`,
  noteReplies: (id: string) => `/ap/comments/${id}/replies`,
  noteShares: (id: string) => `/ap/comments/${id}/shares`,
  /** The stamp of a post elsewhere that quotes an entry. */
  quote: (id: string) => `/ap/quotes/${id}`,
  activity: (id: string) => `/ap/activities/${id}`,
  nodeinfo: (version: '2.0' | '2.1') => `/nodeinfo/${version}`,
} as const;

const BLOG = '/:blog{@[A-Za-z0-9_]+}';
const YEAR = ':year{[0-9][0-9][0-9][0-9]}';
const ENTRY = `${BLOG}/:number{[1-9][0-9]*}` as const;
const FEED = '/:feed{feed\\.(?:xml|atom|json)}';

/** The shapes of the paths above that carry something, as the router reads them. `blog` is the handle with its `@`. */
export const pattern = {
  blog: BLOG,
  entry: ENTRY,
  follow: `${BLOG}/follow`,
  answer: `${ENTRY}/answer`,
  tag: '/t/:tag',
  series: '/series/:id',
  archiveYear: `/archive/${YEAR}`,
  blogArchive: `${BLOG}/archive`,
  blogArchiveYear: `${BLOG}/archive/${YEAR}`,
  original: '/original/:system/:number',
  nodeFeed: FEED,
  blogFeed: `${BLOG}${FEED}`,
  tagFeed: `/t/:tag${FEED}`,
  seriesFeed: `/series/:id${FEED}`,
  sitemapEntries: '/:sitemap{sitemap-entries-[0-9]{1,9}\\.xml}',
  revise: '/write/:number{[1-9][0-9]*}',
  withdraw: '/write/:number{[1-9][0-9]*}/withdraw',
  moderateComment: '/comments/:id',
  report: '/reports/:id',
  assets: '/assets/*',
  /** What the federation ring answers. */
  federation: ['/ap/*', '/.well-known/*', '/nodeinfo/*'],
} as const;

/** A page of a list that is read by cursor; `list` is the list's path, with its query where it has one. */
export function pageAfter(list: string, cursor: string): string {
  return `${list}${list.includes('?') ? '&' : '?'}after=${encodeURIComponent(cursor)}`;
}

/** `path` on the node's origin. */
export function absolute(origin: string, path: string): string {
  return new URL(path, origin).href;
}

/** What a URL of ours names; null for others' URLs and for pages that name nothing. */
export type Named =
  | { kind: 'actor'; id: string }
  | { kind: 'article'; id: string }
  | { kind: 'note'; id: string }
  | { kind: 'blog'; handle: string }
  | { kind: 'entry'; handle: string; number: number };

const SHAPES: [RegExp, (match: RegExpMatchArray) => Named][] = [
  [/^\/ap\/actors\/([a-z0-9]+)$/, (m) => ({ kind: 'actor', id: m[1] ?? '' })],
  [/^\/ap\/entries\/([a-z0-9]+)$/, (m) => ({ kind: 'article', id: m[1] ?? '' })],
  [/^\/ap\/comments\/([a-z0-9]+)$/, (m) => ({ kind: 'note', id: m[1] ?? '' })],
  [/^\/(?:en\/)?@([a-z0-9_]+)$/i, (m) => ({ kind: 'blog', handle: (m[1] ?? '').toLowerCase() })],
  [
    /^\/(?:en\/)?@([a-z0-9_]+)\/(\d{1,9})$/i,
    (m) => ({ kind: 'entry', handle: (m[1] ?? '').toLowerCase(), number: Number(m[2]) }),
  ],
];

/** Reads a URL back; the other direction of `path`. A fragment is ignored. */
export function named(origin: string, url: string): Named | null {
  if (!URL.canParse(url)) return null;
  const parsed = new URL(url);
  if (parsed.origin !== origin) return null;
  for (const [shape, read] of SHAPES) {
    const match = parsed.pathname.match(shape);
    if (match !== null) return read(match);
  }
  return null;
}
