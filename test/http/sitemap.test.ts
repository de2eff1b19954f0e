// What crawlers are told: where the sitemap is, what it names, and what they should leave alone.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withdrawEntry } from '../../src/domain/entries/withdraw.ts';
import { type Entry, reviseEntry, writeEntry } from '../../src/domain/entries/write.ts';
import { blogsRead, entriesOfPart, entryParts, PART, seriesRead } from '../../src/domain/reading/sitemap.ts';
import { openDatabase } from '../../src/storage/database.ts';
import { absolute, path } from '../../src/urls.ts';
import { counting } from '../queries.ts';
import { fresh, ORIGIN, office, published, seed, withSeed, words } from '../world.ts';
import { doorsOf, openDoors, openNewDoors } from './doors.ts';
import { all, type Element, readXml, text } from './feed-reader.ts';

let node: Awaited<ReturnType<typeof openDoors>>;
let old: Entry;
let entry: Entry;
beforeAll(async () => {
  node = await openDoors();
  const { db, blog, author, clock } = node.world;
  old = await withSeed(node.world);
  entry = await published(node.world, { tags: [...fresh.tags] });
  const given = words({ title: 'ร่างลับ', tags: ['ความลับ'], series: 'ชุดลับ', part: 1 });
  const draft = { blog: blog.id, author: author.id, words: given, as: 'draft', origin: ORIGIN, clock } as const;
  expect((await writeEntry(db, draft)).ok).toBe(true);
  const gone = await published(node.world, { title: 'ถอนแล้ว' });
  await withdrawEntry(db, { id: gone.id, clock });
});
afterAll(() => node.close());

async function read(place: string): Promise<Element> {
  return readXml(await (await node.doors.browser().get(place)).text());
}

const located = (list: Element[]) => list.map((one) => [text(one, 'loc'), text(one, 'lastmod')]);
const at = (page: string) => absolute(ORIGIN, page);
const entryPage = ({ number }: Entry) => at(path.entry(office.blog.handle, number));

test('the index names one sitemap of pages and one of entries, and they name everything that is published', async () => {
  const index = located(all(await read(path.sitemap()), 'sitemapindex', 'sitemap'));
  expect(index).toEqual([
    [at(path.sitemapPages()), undefined],
    [at(path.sitemapEntries(0)), entry.published],
  ]);
  expect(located(all(await read(path.sitemapEntries(0)), 'urlset', 'url'))).toEqual([
    [entryPage(old), seed.revised],
    [entryPage(entry), entry.published],
  ]);
  const pages = located(all(await read(path.sitemapPages()), 'urlset', 'url'));
  expect(pages).toEqual([
    ...[path.home(), path.blogs(), path.tags()].map((page) => [at(page), undefined]),
    [at(path.blog(office.blog.handle)), entry.published],
    [at(path.series(old.series ?? '')), seed.revised],
    ...[seed.tag, 'น้ำ', 'ปุ๋ยหมัก'].map((tag) => [at(path.tag(tag)), undefined]),
  ]);
  for (const [page] of pages) {
    expect([page, (await node.doors.browser().get(new URL(String(page)).pathname)).status]).toEqual([page, 200]);
  }
});

test('no sitemap stands at an address that the index does not name', async () => {
  for (const after of [1, PART, PART + 1, 999_999_999]) {
    expect([after, (await node.doors.browser().get(path.sitemapEntries(after))).status]).toEqual([after, 404]);
  }
  expect((await node.doors.browser().get('/sitemap-entries-.xml')).status).toBe(404);
});

test('a sitemap comes as XML and not again while it is the same', async () => {
  const first = await node.doors.browser().get(path.sitemap());
  expect(first.headers.get('Content-Type')).toBe('application/xml; charset=utf-8');
  const known = { 'If-None-Match': first.headers.get('ETag') ?? '' };
  expect((await node.doors.browser().get(path.sitemap(), known)).status).toBe(304);
});

test('entries are parted by their numbers, and a part is read by one question out of an index', async () => {
  const own = await openDoors();
  const { db, path: file } = own.world;
  const first = await published(own.world);
  const { html, source, ...rest } = await published(own.world, { title: 'บันทึกใหม่กว่า' });
  const far = { ...rest, html, source, id: 'far', number: 3 * PART + 1, revised: '2027-01-01T00:00:00.000Z' };
  await db.insertInto('entries').values(far).execute();
  expect(await entryParts(db)).toEqual([
    { after: 0, changed: first.published },
    { after: 3 * PART, changed: far.revised },
  ]);
  const numbersOf = async (after: number) => {
    const numbers: number[] = [];
    for await (const slice of entriesOfPart(db, { after })) numbers.push(...slice.map(({ number }) => number));
    return numbers;
  };
  expect(await numbersOf(0)).toEqual([first.number, rest.number]);
  expect(await numbersOf(3 * PART)).toEqual([far.number]);
  const pages = openDatabase({ path: file, readonly: true });
  const counted = counting(pages);
  const doors = doorsOf(own.world, { pages: counted.db });
  const costs: Record<string, number> = {};
  for (const place of [path.sitemap(), path.sitemapPages(), path.sitemapEntries(0)]) {
    counted.asked();
    expect((await doors.browser().get(place)).status).toBe(200);
    costs[place] = counted.asked();
  }
  // One of them asks whether the node is set up.
  expect(costs).toEqual({ '/sitemap.xml': 2, '/sitemap-pages.xml': 4, '/sitemap-entries-0.xml': 2 });
  await doors.close();
  await pages.destroy();
  await own.close();
});

test('a part of more entries than are read at a time has each of them once', async () => {
  const own = await openDoors();
  const { db } = own.world;
  const first = await published(own.world);
  const numbers = Array.from({ length: 1_100 }, (_, n) => first.number + n + 1);
  const rows = numbers.map((number) => ({ ...first, id: `many${number}`, number, series: null, part: null }));
  for (let at = 0; at < rows.length; at += 100) {
    await db
      .insertInto('entries')
      .values(rows.slice(at, at + 100))
      .execute();
  }
  const told = readXml(await (await own.doors.browser().get(path.sitemapEntries(0))).text());
  const pages = located(all(told, 'urlset', 'url')).map(([page]) => page);
  expect(pages).toEqual([first.number, ...numbers].map((number) => entryPage({ ...first, number })));
  await own.close();
});

test('a question behind a sitemap’s address leads to the address, where it is made once', async () => {
  for (const place of [path.sitemap(), path.sitemapPages(), path.sitemapEntries(0)]) {
    const answer = await node.doors.browser().get(`${place}?x=1`);
    expect([answer.status, answer.headers.get('Location')]).toEqual([301, at(place)]);
  }
});

test('what is kept of parts, blogs and series is what walking through all entries finds', async () => {
  const own = await openDoors();
  const { db, blog, clock } = own.world;
  const [one, two] = [await published(own.world, { series: 'ชุด', part: 1 }), await published(own.world)];
  const count = async () => await db.selectFrom('latest').select(['kind', 'entries']).orderBy('kind').execute();
  expect(await count()).toEqual([
    { kind: 'blog', entries: 2 },
    { kind: 'part', entries: 2 },
    { kind: 'series', entries: 1 },
  ]);
  clock.pass({ days: 1 });
  await reviseEntry(db, { id: two.id, words: words(), as: 'published', origin: ORIGIN, clock });
  const changed = new Date(clock.now()).toISOString();
  expect(await blogsRead(db, { limit: 9 })).toEqual([{ handle: blog.handle, changed }]);
  expect(await seriesRead(db, { limit: 9 })).toEqual([{ id: one.series, changed: one.published }]);
  await withdrawEntry(db, { id: one.id, clock });
  await withdrawEntry(db, { id: two.id, clock });
  expect([await entryParts(db), await blogsRead(db, { limit: 9 }), await seriesRead(db, { limit: 9 })]).toEqual([
    [],
    [],
    [],
  ]);
  await own.close();
});

test('robots are told where the sitemap is and which doors lead nowhere, before set-up too', async () => {
  const fresh = await openNewDoors();
  for (const { doors } of [node, fresh]) {
    const answer = await doors.browser().get(path.robots());
    expect([answer.status, answer.headers.get('Content-Type')]).toEqual([200, 'text/plain; charset=UTF-8']);
    const lines = (await answer.text()).split('\n');
    expect(lines.slice(0, 2)).toEqual(['User-agent: *', 'Allow: /']);
    expect(lines).toContain(`Sitemap: ${at(path.sitemap())}`);
    const closed = lines.flatMap((line) => line.match(/^Disallow: (.+)$/)?.[1] ?? []);
    expect(closed).toEqual(expect.arrayContaining([path.signIn(), `/en${path.signIn()}`, path.desk(), path.write()]));
    const open = [path.home(), '/en', path.blogs(), path.tags(), path.blog(office.blog.handle), path.sitemap()];
    expect(open.filter((page) => closed.some((door) => page.startsWith(door)))).toEqual([]);
  }
  await fresh.close();
});
