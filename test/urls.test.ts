// Every URL of the node, both ways. What stands in this snapshot is kept for ever: other servers and old pages hold it.
import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import { absolute, named, pageAfter, path, pattern } from '../src/urls.ts';

const ORIGIN = 'https://wethi.example';
const HANDLE = 'bang_chak';
const ID = '06h0e2jjd5m1xams5907';

/** The compiler refuses this list when a path is missing. */
const PATHS: Record<keyof typeof path, string> = {
  home: path.home(),
  blogs: path.blogs(),
  blog: path.blog(HANDLE),
  entry: path.entry(HANDLE, 7),
  comment: path.comment(HANDLE, 7, ID),
  tags: path.tags(),
  tag: path.tag('น้ำ'),
  series: path.series(ID),
  archive: path.archive(),
  archiveYear: path.archiveYear(2549),
  blogArchive: path.blogArchive(HANDLE),
  blogArchiveYear: path.blogArchiveYear(HANDLE, 2549),
  search: path.search(),
  searchFor: path.searchFor({ q: 'ปุ๋ย หมัก', blog: '', year: '2006' }),
  original: path.original('gotoknow', '58082'),
  feed: path.feed(path.blog(HANDLE), 'atom'),
  setUp: path.setUp(),
  setUpWith: path.setUpWith('c2VjcmV0LXNlY3JldA'),
  signIn: path.signIn(),
  signInThen: path.signInThen('/write/7?saved'),
  signOut: path.signOut(),
  desk: path.desk(),
  write: path.write(),
  revise: path.revise(7),
  saved: path.saved(7),
  withdraw: path.withdraw(7),
  moderateComment: path.moderateComment(ID),
  reports: path.reports(),
  report: path.report(ID),
  reading: path.reading(),
  follow: path.follow(HANDLE),
  answer: path.answer(HANDLE, 7),
  authorizeInteraction: path.authorizeInteraction(),
  favicon: path.favicon(),
  picture: path.picture(),
  robots: path.robots(),
  sitemap: path.sitemap(),
  sitemapPages: path.sitemapPages(),
  sitemapEntries: path.sitemapEntries(5_000),
  oembed: path.oembed(),
  oembedOf: path.oembedOf(`${ORIGIN}/@${HANDLE}/7`, 'json'),
  actor: path.actor(ID),
  inbox: path.inbox(ID),
  outbox: path.outbox(ID),
  followers: path.followers(ID),
  partialFollowers: path.partialFollowers(ID),
  following: path.following(ID),
  featured: path.featured(ID),
  featuredTags: path.featuredTags(ID),
  sharedInbox: path.sharedInbox(),
  article: path.article(ID),
  articleReplies: path.articleReplies(ID),
  articleLikes: path.articleLikes(ID),
  articleShares: path.articleShares(ID),
  articleContext: path.articleContext(ID),
  note: path.note(ID),
  noteReplies: path.noteReplies(ID),
  noteShares: path.noteShares(ID),
  quote: path.quote(ID),
  activity: path.activity(`create-${ID}-0`),
  nodeinfo: path.nodeinfo('2.1'),
};

test('every path', () => {
  expect(PATHS).toMatchInlineSnapshot(`
    {
      "activity": "/ap/activities/create-06h0e2jjd5m1xams5907-0",
      "actor": "/ap/actors/06h0e2jjd5m1xams5907",
      "answer": "/@bang_chak/7/answer",
      "archive": "/archive",
      "archiveYear": "/archive/2549",
      "article": "/ap/entries/06h0e2jjd5m1xams5907",
      "articleContext": "/ap/entries/06h0e2jjd5m1xams5907/context",
      "articleLikes": "/ap/entries/06h0e2jjd5m1xams5907/likes",
      "articleReplies": "/ap/entries/06h0e2jjd5m1xams5907/replies",
      "articleShares": "/ap/entries/06h0e2jjd5m1xams5907/shares",
      "authorizeInteraction": "/authorize_interaction",
      "blog": "/@bang_chak",
      "blogArchive": "/@bang_chak/archive",
      "blogArchiveYear": "/@bang_chak/archive/2549",
      "blogs": "/blogs",
      "comment": "/@bang_chak/7#c-06h0e2jjd5m1xams5907",
      "desk": "/desk",
      "entry": "/@bang_chak/7",
      "favicon": "/favicon.svg",
      "featured": "/ap/actors/06h0e2jjd5m1xams5907/featured",
      "featuredTags": "/ap/actors/06h0e2jjd5m1xams5907/featured-tags",
      "feed": "/@bang_chak/feed.atom",
      "follow": "/@bang_chak/follow",
      "followers": "/ap/actors/06h0e2jjd5m1xams5907/followers",
      "following": "/ap/actors/06h0e2jjd5m1xams5907/following",
      "home": "/",
      "inbox": "/ap/actors/06h0e2jjd5m1xams5907/inbox",
      "moderateComment": "/comments/06h0e2jjd5m1xams5907",
      "nodeinfo": "/nodeinfo/2.1",
      "note": "/ap/comments/06h0e2jjd5m1xams5907",
      "noteReplies": "/ap/comments/06h0e2jjd5m1xams5907/replies",
      "noteShares": "/ap/comments/06h0e2jjd5m1xams5907/shares",
      "oembed": "/oembed",
      "oembedOf": "/oembed?format=json&url=https%3A%2F%2Fwethi.example%2F%40bang_chak%2F7",
      "original": "/original/gotoknow/58082",
      "outbox": "/ap/actors/06h0e2jjd5m1xams5907/outbox",
      "partialFollowers": "/ap/actors/06h0e2jjd5m1xams5907/followers-synchronization",
      "picture": "/assets/mark.png",
      "quote": "/ap/quotes/06h0e2jjd5m1xams5907",
      "reading": "/reading",
      "report": "/reports/06h0e2jjd5m1xams5907",
      "reports": "/reports",
      "revise": "/write/7",
      "robots": "/robots.txt",
      "saved": "/write/7?saved",
      "search": "/search",
      "searchFor": "/search?q=%E0%B8%9B%E0%B8%B8%E0%B9%8B%E0%B8%A2+%E0%B8%AB%E0%B8%A1%E0%B8%B1%E0%B8%81&year=2006",
      "series": "/series/06h0e2jjd5m1xams5907",
      "setUp": "/set-up",
      "setUpWith": "/set-up?key=c2VjcmV0LXNlY3JldA",
      "sharedInbox": "/ap/inbox",
      "signIn": "/sign-in",
      "signInThen": "/sign-in?next=%2Fwrite%2F7%3Fsaved",
      "signOut": "/sign-out",
      "sitemap": "/sitemap.xml",
      "sitemapEntries": "/sitemap-entries-5000.xml",
      "sitemapPages": "/sitemap-pages.xml",
      "tag": "/t/%E0%B8%99%E0%B9%89%E0%B8%B3",
      "tags": "/t",
      "withdraw": "/write/7/withdraw",
      "write": "/write",
    }
  `);
});

test('every path is ASCII, stands below the origin, and no two are the same', () => {
  const paths = Object.values(PATHS);
  for (const path of paths) {
    expect(path).toMatch(/^\/[\x21-\x7e]*$/);
    expect(absolute(ORIGIN, path)).toBe(`${ORIGIN}${path}`);
  }
  expect(new Set(paths).size).toBe(paths.length);
});

test('§15.34 only a comment’s place on a page has a fragment: what others name by its id has none', () => {
  expect(Object.entries(PATHS).flatMap(([name, path]) => (path.includes('#') ? [name] : []))).toEqual(['comment']);
});

describe('read back', () => {
  test.each([
    [path.actor(ID), { kind: 'actor', id: ID }],
    [path.article(ID), { kind: 'article', id: ID }],
    [path.note(ID), { kind: 'note', id: ID }],
    [path.blog(HANDLE), { kind: 'blog', handle: HANDLE }],
    [path.entry(HANDLE, 7), { kind: 'entry', handle: HANDLE, number: 7 }],
    [path.comment(HANDLE, 7, ID), { kind: 'entry', handle: HANDLE, number: 7 }],
    [`/en${path.blog(HANDLE)}`, { kind: 'blog', handle: HANDLE }],
    [`/en${path.entry(HANDLE, 7)}`, { kind: 'entry', handle: HANDLE, number: 7 }],
  ])('%s names what it was made of', (path, what) => {
    expect(named(ORIGIN, absolute(ORIGIN, path))).toEqual(what);
  });

  test.each([
    'https://elsewhere.example/@bang_chak/7',
    'http://wethi.example/@bang_chak/7',
    'https://wethi.example:8443/@bang_chak/7',
    'https://wethi.example@elsewhere.example/@bang_chak/7',
    'https://wethi.example.elsewhere.example/@bang_chak',
    '/@bang_chak/7',
    'not an address',
    '',
  ])('%j is not ours', (url) => {
    expect(named(ORIGIN, url)).toBeNull();
  });

  test.each([
    path.home(),
    path.blogs(),
    path.tag('น้ำ'),
    path.inbox(ID),
    path.articleReplies(ID),
    path.activity(ID),
    path.answer(HANDLE, 7),
    '/@bang_chak/7/',
    '/@bang_chak/seven',
    '/@bang_chak/1234567890',
    '/@บางจาก',
    '/ap/actors/../entries/x/y',
    '/ap/actors/',
  ])('%s names nothing', (path) => {
    expect(named(ORIGIN, absolute(ORIGIN, path))).toBeNull();
  });
});

test.each<[Exclude<keyof typeof pattern, 'federation' | 'assets'>, string, Record<string, string>]>([
  ['blog', PATHS.blog, { blog: `@${HANDLE}` }],
  ['entry', PATHS.entry, { blog: `@${HANDLE}`, number: '7' }],
  ['follow', PATHS.follow, { blog: `@${HANDLE}` }],
  ['answer', PATHS.answer, { blog: `@${HANDLE}`, number: '7' }],
  ['tag', PATHS.tag, { tag: 'น้ำ' }],
  ['series', PATHS.series, { id: ID }],
  ['archiveYear', PATHS.archiveYear, { year: '2549' }],
  ['blogArchive', PATHS.blogArchive, { blog: `@${HANDLE}` }],
  ['blogArchiveYear', PATHS.blogArchiveYear, { blog: `@${HANDLE}`, year: '2549' }],
  ['nodeFeed', path.feed(path.home(), 'xml'), { feed: 'feed.xml' }],
  ['blogFeed', PATHS.feed, { blog: `@${HANDLE}`, feed: 'feed.atom' }],
  ['tagFeed', path.feed(PATHS.tag, 'json'), { tag: 'น้ำ', feed: 'feed.json' }],
  ['seriesFeed', path.feed(PATHS.series, 'xml'), { id: ID, feed: 'feed.xml' }],
  ['sitemapEntries', PATHS.sitemapEntries, { sitemap: 'sitemap-entries-5000.xml' }],
  ['original', PATHS.original, { system: 'gotoknow', number: '58082' }],
  ['revise', PATHS.revise, { number: '7' }],
  ['withdraw', PATHS.withdraw, { number: '7' }],
  ['moderateComment', PATHS.moderateComment, { id: ID }],
])('the router reads %s as it was made', async (name, path, carried) => {
  const router = new Hono().get(pattern[name], (c) => c.json(c.req.param()));
  expect(await (await router.request(path)).json()).toEqual(carried);
});

test('what looks like an entry’s page but has no such number is none', async () => {
  const router = new Hono().get(pattern.entry, (c) => c.text('found'));
  for (const path of ['/@bang_chak/0', '/@bang_chak/07', '/@bang_chak/x', '/bang_chak/7', '/@บางจาก/7']) {
    expect((await router.request(path)).status).toBe(404);
  }
});

test('a cursor stands in an address without breaking it', () => {
  const cursor = '2026-11-23T03:00:00.000Z|https://example.social/posts/1?a&b#c';
  const page = new URL(pageAfter(path.reading(), cursor), ORIGIN);
  expect(page.pathname).toBe('/reading');
  expect(page.hash).toBe('');
  expect(page.searchParams.get('after')).toBe(cursor);
});
