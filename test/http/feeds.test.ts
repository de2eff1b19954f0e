// Feeds, read by a real parser: what stands in them, in which encoding, under which names, and what they cost.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withdrawEntry } from '../../src/domain/entries/withdraw.ts';
import { type Entry, reviseEntry, writeEntry } from '../../src/domain/entries/write.ts';
import { setSetting } from '../../src/domain/settings.ts';
import { openDatabase } from '../../src/storage/database.ts';
import { absolute, FEED_FORMATS, type FeedFormat, path } from '../../src/urls.ts';
import { counting } from '../queries.ts';
import { fresh, ORIGIN, office, openWorld, published, seed, type World, withSeed, words } from '../world.ts';
import { doorsOf, openDoors } from './doors.ts';
import { all, type Element, linked, readXml, text } from './feed-reader.ts';

let node: Awaited<ReturnType<typeof openDoors>>;
let old: Entry;
let free: Entry;
beforeAll(async () => {
  node = await openDoors();
  old = await withSeed(node.world);
  free = await published(node.world, { ...fresh, tags: [...fresh.tags], licence: 'cc-by-4.0' });
  node.world.clock.pass({ minutes: 5 });
});
afterAll(() => node.close());

const blogPage = path.blog(office.blog.handle);

async function get(place: string, headers: Record<string, string> = {}): Promise<Response> {
  return await node.doors.browser().get(place, headers);
}

async function rss(page: string): Promise<Element | undefined> {
  return all(readXml(await (await get(path.feed(page, 'xml'))).text()), 'rss', 'channel')[0];
}

async function atom(page: string): Promise<Element | undefined> {
  return all(readXml(await (await get(path.feed(page, 'atom'))).text()), 'feed')[0];
}

interface JsonFeed {
  [name: string]: unknown;
  items: Record<string, unknown>[];
}

async function jsonFeed(page: string): Promise<JsonFeed> {
  return (await (await get(path.feed(page, 'json'))).json()) as JsonFeed;
}

/** The ids of the entries in a feed, in its order. */
const IDS: Record<FeedFormat, (page: string) => Promise<unknown[]>> = {
  xml: async (page) => all(await rss(page), 'item').map((item) => text(item, 'guid')),
  atom: async (page) => all(await atom(page), 'entry').map((entry) => text(entry, 'id')),
  json: async (page) => (await jsonFeed(page)).items.map(({ id }) => id),
};

const idOf = ({ id }: Entry) => absolute(ORIGIN, path.article(id));
const pageOf = ({ number }: Entry) => absolute(ORIGIN, path.entry(office.blog.handle, number));

describe.each(FEED_FORMATS)('feed.%s', (format) => {
  test('stands for the node, the blog, a tag in any spelling and the series, each with its entries', async () => {
    const both = [idOf(free), idOf(old)];
    expect(await IDS[format](path.home())).toEqual(both);
    expect(await IDS[format](blogPage)).toEqual(both);
    expect(await IDS[format](path.tag(seed.tag))).toEqual(both);
    expect(await IDS[format](path.tag(fresh.tagTakenApart))).toEqual([idOf(free)]);
    expect(await IDS[format](path.series(old.series ?? ''))).toEqual([idOf(old)]);
  });

  test('comes with its own type, for everybody, and not again while it is the same', async () => {
    const own = await openDoors();
    const get = (place: string, headers: Record<string, string>) => own.doors.browser().get(place, headers);
    const place = path.feed(blogPage, format);
    const first = await get(place, { Accept: '*/*' });
    const type = { xml: 'application/rss+xml', atom: 'application/atom+xml', json: 'application/feed+json' }[format];
    expect([first.status, first.headers.get('Content-Type')]).toEqual([200, `${type}; charset=utf-8`]);
    expect(first.headers.get('Cache-Control')).toBe('public, no-cache');
    const etag = first.headers.get('ETag') ?? '';
    expect(etag).not.toBe('');
    expect((await get(place, { 'If-None-Match': etag })).status).toBe(304);
    await published(own.world);
    expect((await get(place, { 'If-None-Match': etag })).status).toBe(200);
    await own.close();
  });

  test('is nobody’s where there is no page', async () => {
    for (const page of [path.blog('nobody'), path.tag('ไม่มี'), path.series('nobody'), '/t']) {
      expect([page, (await get(path.feed(page, format))).status]).toEqual([page, 404]);
    }
  });

  test('is named in the head of every page that it is of, and of its entries', async () => {
    const pages: [string, string][] = [
      ['/', path.home()],
      ['/en', path.home()],
      [blogPage, blogPage],
      [path.tag(fresh.tagTakenApart), path.tag('น้ำ')],
      [path.series(old.series ?? ''), path.series(old.series ?? '')],
      [path.entry(office.blog.handle, old.number), blogPage],
    ];
    for (const [page, of] of pages) {
      const html = await (await get(page)).text();
      const named = [...html.matchAll(/<link rel="alternate" type="([^"]+)" title="[^"]+" href="([^"]+)">/g)];
      const type = (await get(path.feed(of, format))).headers.get('Content-Type')?.split(';')[0];
      expect([page, named.map((match) => match.slice(1, 3))]).toEqual([
        page,
        expect.arrayContaining([[type, absolute(ORIGIN, path.feed(of, format))]]),
      ]);
    }
  });
});

test('RSS 2.0 carries the whole entry', async () => {
  const channel = await rss(blogPage);
  expect(text(channel, 'title')).toBe(office.blog.title);
  expect(text(channel, 'link')).toBe(absolute(ORIGIN, blogPage));
  expect(text(channel, 'description')).toBe(office.blog.title);
  expect(text(channel, 'language')).toBe('th');
  expect(linked(channel, 'atom:link', 'self')).toEqual([absolute(ORIGIN, path.feed(blogPage, 'xml'))]);
  const item = all(channel, 'item').find((one) => text(one, 'guid') === idOf(old));
  expect(text(item, 'title')).toBe(seed.title);
  expect(text(item, 'link')).toBe(pageOf(old));
  expect(text(item, 'guid', '@isPermaLink')).toBe('false');
  expect(text(item, 'pubDate')).toBe('Thu, 09 Nov 2006 02:30:00 GMT');
  expect(text(item, 'atom:updated')).toBe(seed.revised);
  expect(text(item, 'dc:creator')).toBe(office.blog.title);
  expect(text(item, 'dc:language')).toBe('th');
  expect(text(item, 'dc:rights')).toContain('สงวนสิทธิ์');
  expect(all(item, 'category')).toEqual([seed.tag]);
  expect(text(item, 'description')).toBe(seed.highlight);
  expect(text(item, 'content:encoded')).toContain('<p>');
});

test('Atom 1.0 carries the whole entry', async () => {
  const feed = await atom(blogPage);
  expect(text(feed, 'id')).toBe(absolute(ORIGIN, path.actor(node.world.blog.id)));
  expect(text(feed, '@xml:lang')).toBe('th');
  expect(linked(feed, 'link', 'self')).toEqual([absolute(ORIGIN, path.feed(blogPage, 'atom'))]);
  expect(linked(feed, 'link', 'alternate')).toEqual([absolute(ORIGIN, blogPage)]);
  const entry = all(feed, 'entry').find((one) => text(one, 'id') === idOf(free));
  expect(text(entry, 'title')).toBe(fresh.title);
  expect(text(entry, '@xml:lang')).toBe('th');
  expect(linked(entry, 'link', 'alternate')).toEqual([pageOf(free)]);
  expect(linked(entry, 'link', 'license')).toEqual(['https://creativecommons.org/licenses/by/4.0/']);
  expect(text(entry, 'rights')).toBe('CC BY 4.0');
  expect([text(entry, 'author', 'name'), text(entry, 'author', 'uri')]).toEqual([
    office.blog.title,
    absolute(ORIGIN, blogPage),
  ]);
  expect(all(entry, 'category', '@term')).toEqual([...fresh.tags]);
  expect(text(entry, 'summary')).toBe(fresh.highlight);
  expect(text(entry, 'content', '@type')).toBe('html');
  expect(text(entry, 'content')).toContain('<li>วัดความร้อนทุกเช้า</li>');
});

test('JSON Feed 1.1 carries the whole entry', async () => {
  const feed = await jsonFeed(blogPage);
  expect(feed).toMatchObject({
    version: 'https://jsonfeed.org/version/1.1',
    title: office.blog.title,
    home_page_url: absolute(ORIGIN, blogPage),
    feed_url: absolute(ORIGIN, path.feed(blogPage, 'json')),
    language: 'th',
  });
  expect(feed.items.find(({ id }) => id === idOf(old))).toMatchObject({
    url: pageOf(old),
    title: seed.title,
    summary: seed.highlight,
    content_html: expect.stringContaining('<p>'),
    date_published: seed.published,
    date_modified: seed.revised,
    language: 'th',
    authors: [{ name: office.blog.title, url: absolute(ORIGIN, blogPage) }],
    tags: [seed.tag],
    _rights: { url: null },
  });
});

test('links in an entry are absolute, and what only pages need is left out', async () => {
  const source = `[อีกบันทึก](${path.blog(office.blog.handle)}/1)\n\n| ก | ข |\n|---|---|\n| ๑ | ๒ |`;
  const entry = await published(node.world, { title: 'ตาราง', source });
  const item = (await jsonFeed(path.home())).items.find(({ id }) => id === idOf(entry));
  expect(item?.content_html).toContain(`href="${ORIGIN}${path.blog(office.blog.handle)}/1"`);
  expect(item?.content_html).toContain('<table>');
  expect(item?.content_html).not.toContain('class="scroll"');
});

test('hostile and broken words stay words, in NFC, and no feed breaks', async () => {
  // Behind a `>` the overlay would make ≯ of it, and so swallow the tag.
  const hostile = `\u0338</title>]]>&amp; 1 < 2 <script>alert(1)</script>\u000b\ufffe"' นำ\u0e49 e\u0301 \u{1f331}`;
  const clean = `\u0338</title>]]>&amp; 1 < 2 <script>alert(1)</script>"' นำ\u0e49 \u00e9 \u{1f331}`;
  const given = { title: hostile, highlight: hostile, source: `${hostile}\n\n\u0338เริ่ม e\u0301`, tags: ['ปลอดภัย'] };
  const entry = await published(node.world, given);
  const page = path.tag('ปลอดภัย');
  const [inRss] = all(await rss(page), 'item');
  const [inAtom] = all(await atom(page), 'entry');
  const [inJson] = (await jsonFeed(page)).items;
  expect([text(inRss, 'title'), text(inAtom, 'title'), inJson?.title]).toEqual([clean, clean, clean]);
  expect([text(inAtom, 'summary'), inJson?.summary]).toEqual([clean, clean]);
  // RSS readers take a description for HTML.
  expect(text(inRss, 'description')).toContain('&lt;script&gt;');
  expect(text(inRss, 'description')).not.toContain('<');
  const bodies = [text(inRss, 'content:encoded'), text(inAtom, 'content'), inJson?.content_html].map(String);
  for (const body of bodies) {
    expect(body).not.toMatch(/<script|[≮≯≠]/);
    expect(body).toContain('\u0338เริ่ม \u00e9</p>');
    expect(body.replaceAll(/<[^>]*>/g, '')).toBe(body.replaceAll(/<[^>]*>/g, '').normalize('NFC'));
  }
  await withdrawEntry(node.world.db, { id: entry.id, clock: node.world.clock });
  expect((await get(path.feed(page, 'xml'))).status).toBe(404);
});

test('drafts are in no feed, and a revision is in all of them', async () => {
  const { db, blog, author, clock } = node.world;
  const secret = words({ title: 'ร่างลับ', tags: ['ความลับ'], series: 'ชุดลับ', part: 1 });
  const of = { blog: blog.id, author: author.id, origin: ORIGIN, clock } as const;
  const written = await writeEntry(db, { ...of, words: secret, as: 'draft' });
  if (!written.ok) throw new Error('the draft was refused');
  for (const format of FEED_FORMATS) {
    for (const page of [path.home(), blogPage]) {
      expect(await (await get(path.feed(page, format))).text()).not.toContain('ร่างลับ');
    }
    expect((await get(path.feed(path.tag('ความลับ'), format))).status).toBe(404);
    expect((await get(path.feed(path.series(written.entry.series ?? ''), format))).status).toBe(404);
  }
  clock.pass({ minutes: 1 });
  const now = new Date(clock.now()).toISOString();
  const revised = { id: free.id, words: words({ title: 'แก้แล้ว' }), as: 'published', origin: ORIGIN, clock } as const;
  await reviseEntry(db, revised);
  const feed = await atom(path.home());
  const entry = all(feed, 'entry').find((one) => text(one, 'id') === idOf(free));
  expect([text(entry, 'title'), text(entry, 'updated'), text(feed, 'updated')]).toEqual(['แก้แล้ว', now, now]);
});

test('a hub is named in every feed and its headers as soon as there is one, and no longer', async () => {
  const { db } = node.world;
  const hub = 'https://hub.example/?a=1&b=2';
  const named = async () => {
    const answers = await Promise.all(FEED_FORMATS.map((format) => get(path.feed(blogPage, format))));
    return {
      headers: answers.map((answer) => answer.headers.get('Link')),
      rss: linked(await rss(blogPage), 'atom:link', 'hub'),
      atom: linked(await atom(blogPage), 'link', 'hub'),
      json: (await jsonFeed(blogPage)).hubs,
    };
  };
  const silent = { headers: [null, null, null], rss: [], atom: [], json: undefined };
  expect(await named()).toEqual(silent);
  await setSetting(db, { key: 'websub-hub', value: hub });
  const self = (format: FeedFormat) => absolute(ORIGIN, path.feed(blogPage, format));
  expect(await named()).toEqual({
    headers: FEED_FORMATS.map((format) => `<${hub}>; rel="hub", <${self(format)}>; rel="self"`),
    rss: [hub],
    atom: [hub],
    json: [{ type: 'WebSub', url: hub }],
  });
  await setSetting(db, { key: 'websub-hub', value: 'off' });
  expect(await named()).toEqual(silent);
});

describe('what a feed costs:', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  });
  afterAll(() => world.close());

  test('the newest twenty, by as many questions as for one', async () => {
    const pages = openDatabase({ path: world.path, readonly: true });
    const counted = counting(pages);
    const doors = doorsOf(world, { pages: counted.db });
    const costs = async (entries: number) => {
      const found: Record<string, number> = {};
      const [{ series }] = (await world.db.selectFrom('entries').select('series').execute()) as [{ series: string }];
      for (const page of [path.home(), blogPage, path.tag('น้ำ'), path.series(series)]) {
        for (const format of FEED_FORMATS) {
          counted.asked();
          const answer = await doors.browser().get(path.feed(page, format));
          const kind = page.replace(series, ':id').replace(/%.*/, ':tag');
          found[`${kind} ${format}`] = counted.asked();
          expect((await answer.text()).match(/ap\/entries\//g)).toHaveLength(entries);
        }
      }
      return found;
    };
    const given = { series: 'ชุดยาว', tags: ['น้ำ', 'ปุ๋ยหมัก'] };
    await published(world, { ...given, part: 1 });
    const one = await costs(1);
    for (let part = 2; part <= 22; part++) await published(world, { ...given, part });
    expect(await costs(20)).toEqual(one);
    expect(one).toMatchInlineSnapshot(`
      {
        "/ atom": 5,
        "/ json": 5,
        "/ xml": 5,
        "/@khunamnuay_muang atom": 6,
        "/@khunamnuay_muang json": 6,
        "/@khunamnuay_muang xml": 6,
        "/series/:id atom": 7,
        "/series/:id json": 7,
        "/series/:id xml": 7,
        "/t/:tag atom": 7,
        "/t/:tag json": 7,
        "/t/:tag xml": 7,
      }
    `);
    await doors.close();
    await pages.destroy();
  });

  test('of the longest entries only as many as fit into memory, and always the newest, whole', async () => {
    const own = await openDoors();
    const source = 'ปุ๋ยหมัก '.repeat(14_000);
    for (let n = 1; n <= 3; n++) await published(own.world, { title: `ยาว ${n}`, source });
    const titles = async () => {
      const answer = await own.doors.browser().get(path.feed(path.home(), 'json'));
      const { items } = (await answer.json()) as JsonFeed;
      return items.map(({ title, content_html }) => [title, String(content_html).length > 14_000 * 8]);
    };
    expect(await titles()).toEqual([['ยาว 3', true]]);
    await published(own.world, { title: 'สั้น' });
    expect(await titles()).toEqual([
      ['สั้น', false],
      ['ยาว 3', true],
    ]);
    await own.close();
  });

  test('an empty one is a feed too', async () => {
    const empty = await openWorld();
    const doors = doorsOf(empty);
    for (const format of FEED_FORMATS) {
      const answer = await doors.browser().get(path.feed(blogPage, format));
      expect(answer.status).toBe(200);
      const told = await answer.text();
      if (format === 'json') expect(JSON.parse(told)).toMatchObject({ items: [] });
      else
        expect(text(readXml(told), 'feed', 'updated') ?? text(readXml(told), 'rss', 'channel', 'title')).not.toBe('');
    }
    await doors.close();
    await empty.close();
  });
});
