// Lists of entries: every entry once, newest first, and nothing that is not published.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { addBlog } from '../../../src/domain/blogs.ts';
import { withdrawEntry } from '../../../src/domain/entries/withdraw.ts';
import type { Words } from '../../../src/domain/entries/words.ts';
import { type Entry, writeEntry } from '../../../src/domain/entries/write.ts';
import { entriesPage, entryCount, pinnedEntries } from '../../../src/domain/reading/lists.ts';
import { seriesParts } from '../../../src/domain/reading/series.ts';
import { tagKey } from '../../../src/domain/text/hashtags.ts';
import { commented, meet, ORIGIN, office, openWorld, published, reader, type World, words } from '../../world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld({ comments: 'open' });
});
afterEach(() => world.close());

/** An entry that comes from elsewhere with its old date, so that many can share one instant. */
async function dated(published: string, given: Partial<Words> = {}): Promise<Entry> {
  const { db, blog, author, clock } = world;
  const number = String((await entryCount(db, { blog: blog.id })) + 1);
  const written = await writeEntry(db, {
    blog: blog.id,
    author: author.id,
    words: words(given),
    as: 'published',
    original: { system: 'gotoknow', number, published, revised: null },
    origin: ORIGIN,
    clock,
  });
  if (!written.ok) throw new Error('the entry was refused');
  return written.entry;
}

async function drafted(given: Partial<Words> = {}): Promise<Entry> {
  const { db, blog, clock } = world;
  const written = await writeEntry(db, {
    blog: blog.id,
    author: null,
    words: words(given),
    as: 'draft',
    origin: ORIGIN,
    clock,
  });
  if (!written.ok) throw new Error('the draft was refused');
  return written.entry;
}

async function allPages(given: { blog?: string; tag?: string; limit: number }): Promise<number[][]> {
  const pages: number[][] = [];
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof entriesPage>> = await entriesPage(world.db, { ...given, after });
    pages.push(page.items.map(({ number }) => number));
    after = page.next;
  } while (after !== null);
  return pages;
}

test('forty-five entries, many of one instant, are read page by page without a gap or a repeat', async () => {
  for (let n = 0; n < 45; n++) await dated(`2006-11-0${1 + (n % 3)}T02:30:00.000Z`, { tags: ['น้ำ'] });
  const wanted = [2, 1, 0].flatMap((day) => Array.from({ length: 15 }, (_, i) => 45 - 2 - 3 * i + day));
  for (const given of [{}, { blog: world.blog.id }, { tag: tagKey('น้ำ') }]) {
    const pages = await allPages({ ...given, limit: 10 });
    expect(pages.map((page) => page.length)).toEqual([10, 10, 10, 10, 5]);
    expect(pages.flat()).toEqual(wanted);
  }
});

test('a page that is just full has no next one', async () => {
  for (let n = 0; n < 4; n++) await published(world);
  expect(await allPages({ limit: 2 })).toEqual([
    [4, 3],
    [2, 1],
  ]);
});

test('what is written while somebody reads does not shift their next page', async () => {
  for (let n = 0; n < 4; n++) await published(world);
  const { next } = await entriesPage(world.db, { after: null, limit: 2 });
  world.clock.pass({ minutes: 1 });
  await published(world);
  const second = await entriesPage(world.db, { after: next, limit: 2 });
  expect(second.items.map(({ number }) => number)).toEqual([2, 1]);
});

test('a cursor that somebody cut or made up is the first page', async () => {
  await published(world);
  for (const after of ['', 'x', '2006-11-09', '2006-11-09T02:30:00.000Z_', "2006_1' or 1=1", '_1']) {
    expect((await entriesPage(world.db, { after, limit: 2 })).items).toHaveLength(1);
  }
});

test('an item carries what a card shows', async () => {
  await meet(world, reader);
  const entry = await published(world, { highlight: 'เด่น', series: 'กองปุ๋ย', part: 2 });
  await commented(world, { actor: reader, entry });
  const { items } = await entriesPage(world.db, { after: null, limit: 2 });
  expect(items).toEqual([
    {
      id: entry.id,
      number: 1,
      title: entry.title,
      highlight: 'เด่น',
      language: 'th',
      published: '2026-11-23T03:00:00.000Z',
      blog: { handle: world.blog.handle, title: world.blog.title, language: 'th' },
      comments: 1,
      part: 2,
    },
  ]);
});

test('drafts and withdrawn entries are in no list and no count', async () => {
  const { db, blog, clock } = world;
  const given = { tags: ['น้ำ'], series: 'กองปุ๋ย', part: 1 };
  await drafted(given);
  const gone = await published(world, given);
  await withdrawEntry(db, { id: gone.id, clock });
  const series = gone.series ?? '';
  for (const only of [{}, { blog: blog.id }, { tag: tagKey('น้ำ') }]) {
    expect(await allPages({ ...only, limit: 10 })).toEqual([[]]);
  }
  expect(await seriesParts(db, { series })).toEqual([]);
  expect(await pinnedEntries(db, { blog: blog.id })).toEqual([]);
  expect(await entryCount(db, { blog: blog.id })).toBe(0);
});

test('another blog’s entries are not in this blog’s list', async () => {
  const { db, blog, clock } = world;
  const other = await addBlog(db, { handle: 'another', title: 'อีกบล็อก', author: office.person.username, clock });
  await published(world);
  await published({ ...world, blog: other });
  expect(await allPages({ blog: blog.id, limit: 10 })).toEqual([[1]]);
  expect(await allPages({ blog: other.id, limit: 10 })).toEqual([[2]]);
  expect(await allPages({ limit: 10 })).toEqual([[2, 1]]);
});
