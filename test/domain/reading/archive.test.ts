// The archive counts what everybody may read, in the years and months of Thailand.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { addBlog } from '../../../src/domain/blogs.ts';
import { withdrawEntry } from '../../../src/domain/entries/withdraw.ts';
import { writeEntry } from '../../../src/domain/entries/write.ts';
import { archiveMonths, archivePage, archiveYears } from '../../../src/domain/reading/archive.ts';
import { ORIGIN, office, openWorld, published, type World, withSeed, words } from '../../world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

async function dated(instant: string, on: World = world): Promise<number> {
  const { id, number } = await published(on);
  await world.db.updateTable('entries').set({ published: instant }).where('id', '=', id).execute();
  return number;
}

const years = async (given: { blog?: string } = {}) =>
  (await archiveYears(world.db, given)).map(({ year, entries }) => [year, entries]);
const months = async (year: number) =>
  (await archiveMonths(world.db, { year })).map(({ month, entries }) => [month, entries]);

test('the seed stands in November 2549', async () => {
  await withSeed(world);
  expect(await archiveYears(world.db, {})).toEqual([{ year: 2549, starts: '2005-12-31T17:00:00.000Z', entries: 1 }]);
  expect(await archiveMonths(world.db, { year: 2549 })).toEqual([
    { month: 11, starts: '2006-10-31T17:00:00.000Z', entries: 1, cursor: '2006-11-30T17:00:00.000Z_0' },
  ]);
  expect(await archiveMonths(world.db, { year: 2006 })).toEqual([]);
});

test('a year and a month begin at midnight in Bangkok, and years without an entry are left out', async () => {
  await dated('2005-12-31T16:59:59.999Z');
  await dated('2005-12-31T17:00:00.000Z');
  await dated('2006-12-31T16:59:59.999Z');
  await dated('2010-02-28T17:00:00.000Z');
  expect(await years()).toEqual([
    [2553, 1],
    [2549, 2],
    [2548, 1],
  ]);
  expect(await months(2549)).toEqual([
    [1, 1],
    [12, 1],
  ]);
  expect(await months(2553)).toEqual([[3, 1]]);
});

test('a year is read page by page, and its months are places in that list', async () => {
  const { db } = world;
  const numbers: number[] = [];
  for (const day of ['01-05', '01-20', '03-01', '03-02', '03-03'])
    numbers.push(await dated(`2026-${day}T03:00:00.000Z`));
  await dated('2025-06-01T03:00:00.000Z');
  const read = async (after: string | null) => {
    const { items, next } = await archivePage(db, { year: 2569, after, limit: 2 });
    return { numbers: items.map(({ number }) => number), next };
  };
  const first = await read(null);
  const second = await read(first.next);
  const third = await read(second.next);
  expect([...first.numbers, ...second.numbers, ...third.numbers]).toEqual(numbers.reverse());
  expect(third.next).toBeNull();
  const january = (await archiveMonths(db, { year: 2569 })).at(0);
  expect((await read(january?.cursor ?? '')).numbers).toEqual([2, 1]);
  // A cursor of another year cannot lead out of this one.
  expect((await read('2030-01-01T00:00:00.000Z_1')).numbers).toEqual(first.numbers);
  expect((await read('2025-07-01T00:00:00.000Z_1')).numbers).toEqual([]);
});

test('a blog has an archive of its own; drafts and what was withdrawn are in none', async () => {
  const { db, blog, clock } = world;
  const other = await addBlog(db, { handle: 'another', title: 'อีกบล็อก', author: office.person.username, clock });
  expect(await years()).toEqual([]);
  await dated('2025-06-01T03:00:00.000Z', { ...world, blog: other });
  await dated('2026-06-01T03:00:00.000Z');
  const gone = await published(world);
  await withdrawEntry(db, { id: gone.id, clock });
  await writeEntry(db, { blog: blog.id, author: null, words: words(), as: 'draft', origin: ORIGIN, clock });
  expect(await years()).toEqual([
    [2569, 1],
    [2568, 1],
  ]);
  expect(await years({ blog: blog.id })).toEqual([[2569, 1]]);
  expect(await years({ blog: other.id })).toEqual([[2568, 1]]);
});
