// The order of a series, and where each entry stands in it.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Entry, writeEntry } from '../../../src/domain/entries/write.ts';
import { seriesParts, seriesPlace } from '../../../src/domain/reading/series.ts';
import { ORIGIN, openWorld, published, type World, words } from '../../world.ts';

const SERIES = 'สรุปบทเรียน';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

const part = (part: number | null): Promise<Entry> => published(world, { title: `ตอน ${part}`, series: SERIES, part });
const placeOf = (entry: Entry) => seriesPlace(world.db, { entry });
const step = ({ number, part, title }: Entry) => ({ number, part, title });

async function draft(part: number | null): Promise<Entry> {
  const { db, blog, clock } = world;
  const given = words({ series: SERIES, part });
  const written = await writeEntry(db, {
    blog: blog.id,
    author: null,
    words: given,
    as: 'draft',
    origin: ORIGIN,
    clock,
  });
  if (!written.ok) throw new Error('the draft was refused');
  return written.entry;
}

test('parts stand by number, whenever they were written, and those without a number last', async () => {
  const without = await part(null);
  for (const number of [9, 10, 2]) await part(number);
  await part(2);
  const parts = await seriesParts(world.db, { series: without.series ?? '' });
  expect(parts.map(({ part, number }) => [part, number])).toEqual([
    [2, 4],
    [2, 5],
    [9, 2],
    [10, 3],
    [null, 1],
  ]);
});

test('a part knows the one before and the one after, over gaps and not over drafts', async () => {
  const second = await part(2);
  const ninth = await part(9);
  const tenth = await part(10);
  await draft(12);
  expect(await placeOf(second)).toMatchObject({ title: SERIES, last: 10, previous: null, next: step(ninth) });
  expect(await placeOf(ninth)).toMatchObject({ previous: step(second), next: step(tenth) });
  expect(await placeOf(tenth)).toMatchObject({ previous: step(ninth), next: null });
});

test('whoever walks from part to part meets every entry once, two of one number and one without among them', async () => {
  for (const number of [3, 1, null, 3]) await part(number);
  const walked: number[] = [];
  for (let number: number | undefined = 2; number !== undefined; ) {
    walked.push(number);
    const entry = await world.db
      .selectFrom('entries')
      .selectAll()
      .where('number', '=', number)
      .executeTakeFirstOrThrow();
    number = (await placeOf(entry))?.next?.number;
  }
  expect(walked).toEqual([2, 1, 4, 3]);
});

test('a draft stands where it would be published, and counts as the last part for its author alone', async () => {
  const first = await part(1);
  const third = await part(3);
  expect(await placeOf(await draft(2))).toMatchObject({ last: 3, previous: step(first), next: step(third) });
  expect(await placeOf(await draft(5))).toMatchObject({ last: 5, previous: step(third), next: null });
  expect(await placeOf(third)).toMatchObject({ last: 3 });
});

test('an entry outside of any series has no place', async () => {
  expect(await placeOf(await published(world))).toBeNull();
});
