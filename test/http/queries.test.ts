// What a page asks of the database: a small number of statements that does not grow with what is there, and none that walks
// through all entries, comments or followers. The statements are those that really ran, as Kysely's log tells them.
import Sqlite from 'better-sqlite3';
import type { LogEvent } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Fediverse, openFederation } from '../../src/federation/federation.ts';
import { openDatabase } from '../../src/storage/database.ts';
import { absolute, path } from '../../src/urls.ts';
import { engine, runsOn } from '../databases.ts';
import { meet, ORIGIN, openWorld, published, reader, type World } from '../world.ts';
import { type Doors, doorsOf } from './doors.ts';

const tellsPlans = runsOn('sqlite', "plans of pages: SQLite's way of telling them is read");

const SERIES = 'สรุปบทเรียน';
const TAG = 'ปุ๋ยหมัก';
const TALK = 20;

interface Asked {
  sql: string;
  parameters: readonly unknown[];
}

/** A node with `size` of everything, whose statements are listened to. */
interface Sized {
  world: World;
  doors: Doors;
  federation: Fediverse;
  series: string;
  /** What is asked while something is read; the page itself must be there. */
  asked(read: () => Promise<Response>): Promise<Asked[]>;
  close(): Promise<void>;
}

async function openSized(size: number): Promise<Sized> {
  const world = await openWorld({ comments: 'open' });
  const series = await fill(world, size);
  let statements: Asked[] = [];
  const log = ({ query }: LogEvent) => void statements.push({ sql: query.sql, parameters: query.parameters });
  const pages = openDatabase({ path: world.path, readonly: true, log });
  const db = openDatabase({ path: world.path, log });
  const doors = doorsOf(world, { pages });
  const federation = openFederation({
    ...{ db, clock: world.clock, origin: ORIGIN, version: '0', trustProxy: false },
    ...{ allowPrivateAddress: false, mouth: 'closed' },
  });
  return {
    ...{ world, doors, federation, series },
    async asked(read) {
      statements = [];
      const response = await read();
      await response.arrayBuffer();
      if (response.status !== 200) throw new Error(`answered ${response.status}`);
      return statements;
    },
    async close() {
      await federation.close();
      await doors.close();
      await Promise.all([pages.destroy(), db.destroy()]);
      await world.close();
    },
  };
}

/** Makes each thing once through its act, and then many rows like it. Returns the series. */
async function fill(world: World, size: number): Promise<string> {
  const { db, blog } = world;
  await meet(world, reader);
  const first = await published(world, { series: SERIES, part: 1, tags: [TAG] });
  const [tag] = await db.selectFrom('entryTags').selectAll().execute();
  if (tag === undefined) throw new Error('the first entry has no tag');
  const numbers = Array.from({ length: size }, (_, n) => n);
  const instant = (n: number) => new Date(Date.UTC(2006 + (n % 8), n % 12, 1 + (n % 27), n % 24)).toISOString();
  await db
    .insertInto('blogs')
    .values(numbers.map((n) => ({ ...blog, id: `blog${n}`, handle: `blog_${n}` })))
    .execute();
  await db
    .insertInto('entries')
    .values(numbers.map((n) => ({ ...first, id: `entry${n}`, number: n + 2, part: n + 2, published: instant(n) })))
    .execute();
  await db
    .insertInto('tags')
    .values(numbers.map((n) => ({ key: `คำ${n}`, shown: `คำ${n}` })))
    .execute();
  const dates = (n: number) => ({ entry: `entry${n}`, number: n + 2, published: instant(n) });
  const tagged = numbers.flatMap((n) => [tag.tag, `คำ${n}`].map((key) => ({ ...tag, ...dates(n), tag: key })));
  await db.insertInto('entryTags').values(tagged).execute();
  await talk(world, first.id);
  const followers = numbers.map((n) => ({ ...reader, id: `${reader.id}${n}`, fetched: instant(n), gone: null }));
  await db.insertInto('actors').values(followers).execute();
  await db
    .insertInto('followers')
    .values(followers.map(({ id }) => ({ followed: blog.id, actor: id, activity: `${id}#follow`, since: instant(1) })))
    .execute();
  await db
    .insertInto('likes')
    .values(followers.map(({ id }) => like(id, path.article(first.id))))
    .execute();
  return first.series ?? '';
}

const like = (actor: string, object: string) => ({
  ...{ id: `${actor}#like`, actor, blog: null, object, created: '2026-11-23T03:00:00.000Z' },
});

async function talk({ db }: World, entry: string): Promise<void> {
  const comment = {
    ...{ entry, parent: null, url: null, blog: null, actor: reader.id, guest: null, source: null },
    ...{ html: new TextEncoder().encode('<p>ดี</p>'), language: 'th', state: 'shown' as const, imported: 0 as const },
    ...{ published: null, revised: null, received: '2026-11-23T03:00:00.000Z', version: 0 },
  };
  const rows = Array.from({ length: TALK }, (_, n) => ({ ...comment, id: `comment${n}`, uri: `${reader.id}/${n}` }));
  await db.insertInto('comments').values(rows).execute();
}

let small: Sized;
let large: Sized;
beforeAll(async () => {
  small = await openSized(10);
  large = await openSized(200);
});
afterAll(async () => {
  await small.close();
  await large.close();
});

const HANDLE = 'khunamnuay_muang';

/** What each page may ask, the organisation's name for its frame among it. */
const PAGES: [name: string, statements: number, address: (at: Sized) => string][] = [
  ['home', 7, () => '/'],
  ['home, further on', 7, () => '/?after=2010-01-01T00:00:00.000Z_0'],
  ['blog', 8, () => path.blog(HANDLE)],
  ['entry with 20 comments', 11, () => path.entry(HANDLE, 1)],
  ['tag', 5, () => path.tag(TAG)],
  ['tags', 2, () => path.tags()],
  ['series', 4, ({ series }) => path.series(series)],
  ['archive', 2, () => path.archive()],
  ['a year of the archive', 3, () => path.archiveYear(2549)],
  ['archive of a blog', 3, () => path.blogArchive(HANDLE)],
  ['a year of a blog’s archive', 4, () => path.blogArchiveYear(HANDLE, 2549)],
  ['blogs', 2, () => path.blogs()],
  ['search', 13, () => `${path.search()}?q=${encodeURIComponent('ปุ๋ยหมัก')}`],
  ['feed of all', 5, () => path.feed(path.home(), 'xml')],
  ['feed of a blog', 6, () => path.feed(path.blog(HANDLE), 'json')],
  ['sitemap', 2, () => path.sitemap()],
  ['sitemap of pages', 4, () => path.sitemapPages()],
  ['sitemap of entries', 2, () => path.sitemapEntries(0)],
  ['oembed', 3, () => `${path.oembed()}?url=${encodeURIComponent(absolute(ORIGIN, path.entry(HANDLE, 1)))}`],
];

/** What each page for members may ask, their session among it. */
const INNER: [name: string, statements: number, address: string][] = [
  ['desk', 8, path.desk()],
  ['reports', 5, path.reports()],
];

/** Documents that other servers fetch. */
const DOCUMENTS: [name: string, address: (at: Sized) => string][] = [
  ['article', () => path.article('entry1')],
  ['replies', () => path.articleReplies('entry1')],
  ['likes', () => path.articleLikes('entry1')],
  ['actor', ({ world }) => path.actor(world.blog.id)],
  ['outbox', ({ world }) => path.outbox(world.blog.id)],
  ['a page of the outbox', ({ world }) => `${path.outbox(world.blog.id)}?cursor=-`],
  ['followers', ({ world }) => path.followers(world.blog.id)],
  ['a page of followers', ({ world }) => `${path.followers(world.blog.id)}?cursor=-`],
  ['following', ({ world }) => path.following(world.blog.id)],
  ['featured', ({ world }) => path.featured(world.blog.id)],
  ['who the handle is', () => `/.well-known/webfinger?resource=acct:${HANDLE}@${new URL(ORIGIN).host}`],
  ['what the node is', () => '/nodeinfo/2.1'],
];

const readPage = (at: Sized, address: string) => at.asked(async () => await at.doors.app.request(address));

const readDocument = (at: Sized, address: string) =>
  at.asked(async () => {
    const request = new Request(ORIGIN + address, { headers: { accept: 'application/activity+json' } });
    const none = async () => new Response(null, { status: 404 });
    return await at.federation.fetch(request, { address: '127.0.0.1', notFound: none, notAcceptable: none });
  });

/** Walks from one end to the other, and walks by the state alone, which nearly everything shares. */
const WALK = /^SCAN (?:entries|comments|followers)\b|^SEARCH (?:entries|comments) USING INDEX \S+ \(state=\?\)/;

/**
 * How the engine goes about statements: a line for each that walks through rows until the end. One that is read in the order of
 * its index stops at its limit; counting what an index holds without looking at a row is let through. What is read are SQLite's
 * plans; PostgreSQL's follow what it has counted of the rows, and two hundred are few.
 */
function walks({ world }: Sized, statements: Asked[]): string[] {
  const database = new Sqlite(world.path, { readonly: true });
  try {
    return statements.flatMap(({ sql, parameters }) => {
      const lines = database.prepare<unknown[], { detail: string }>(`explain query plan ${sql}`).all(...parameters);
      const plan = lines.map(({ detail }) => detail);
      const stops = / limit \?/.test(sql) && !plan.some((line) => line.startsWith('USE TEMP B-TREE'));
      return plan
        .filter((line) => WALK.test(line) && !(stops && line.startsWith('SEARCH')))
        .map((line) => `${line}: ${sql}`);
    });
  } finally {
    database.close();
  }
}

describe.each(PAGES)('%s', (_, statements, address) => {
  test('asks as much of ten as of two hundred', async () => {
    const [few, many] = [await readPage(small, address(small)), await readPage(large, address(large))];
    expect(few.map(({ sql }) => sql)).toHaveLength(statements);
    expect(many).toHaveLength(statements);
  });

  test.runIf(tellsPlans)('walks through no whole table', async () => {
    expect(walks(large, await readPage(large, address(large)))).toEqual([]);
  });
});

describe.each(INNER)('%s', (_, statements, address) => {
  const read = async (at: Sized) => {
    const browser = at.doors.browser();
    await browser.signIn();
    return await at.asked(() => browser.get(address));
  };

  test('asks as much of ten as of two hundred', async () => {
    const [few, many] = [await read(small), await read(large)];
    expect([few.length, many.length]).toEqual([statements, statements]);
  });

  test.skipIf(engine === 'postgres')('walks through no whole table', async () => {
    expect(walks(large, await read(large))).toEqual([]);
  });
});

test.each(DOCUMENTS)(
  '%s walks through no whole table, and asks as much of ten as of two hundred',
  async (_, address) => {
    const few = await readDocument(small, address(small));
    const many = await readDocument(large, address(large));
    expect(many).toHaveLength(few.length);
    expect(many.length).toBeGreaterThan(0);
    if (engine === 'sqlite') expect(walks(large, many)).toEqual([]);
  },
);

test.runIf(tellsPlans)('whoever looks is awake: a walk through everything is seen', () => {
  const walk = [
    { sql: "select id from entries where title = 'x'", parameters: [] },
    { sql: 'select count(*) from comments', parameters: [] },
    { sql: "select count(title) from entries where state = 'published'", parameters: [] },
  ];
  expect(walks(large, walk)).toHaveLength(3);
});
