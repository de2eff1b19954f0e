// Series: one title, one series, in its blog.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { addBlog } from '../../src/domain/blogs.ts';
import { seriesById, seriesOfBlog, seriesTitled } from '../../src/domain/series.ts';
import { office, openWorld, type World } from '../world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

const titled = (title: string, blog = world.blog.id) => seriesTitled(world.db, { blog, title, clock: world.clock });

test('titles that fold alike are one series, under the title that came first', async () => {
  const first = await titled('สรุปบทเรียน KM  น้ำ');
  expect(await titled(' สรุปบทเรียน km น\u0e49\u0e4d\u0e32 ')).toEqual(first);
  expect(await titled('สรุปบทเรียน')).not.toEqual(first);
  expect(await seriesById(world.db, { id: first.id })).toEqual(first);
  expect(await seriesById(world.db, { id: 'never' })).toBeNull();
});

test('twenty who name a series at once name the same one', async () => {
  const named = await Promise.all(Array.from({ length: 20 }, () => titled('กองปุ๋ย')));
  expect(new Set(named.map(({ id }) => id)).size).toBe(1);
});

test('another blog has its own series of that title; a form suggests the blog’s, newest first', async () => {
  const { db, clock, blog } = world;
  const other = await addBlog(db, { handle: 'another', title: 'อีกบล็อก', author: office.person.username, clock });
  const first = await titled('กองปุ๋ย');
  clock.pass({ days: 1 });
  const second = await titled('กองฟาง');
  const theirs = await titled('กองปุ๋ย', other.id);
  expect(await seriesOfBlog(db, { blog: blog.id })).toEqual([second, first]);
  expect(await seriesOfBlog(db, { blog: other.id })).toEqual([theirs]);
});
