// The page of a blog: what it puts first, and the rest by date.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { pinEntry } from '../../src/domain/entries/pin.ts';
import { path } from '../../src/urls.ts';
import { published } from '../world.ts';
import { openDoors } from './doors.ts';

let at: Awaited<ReturnType<typeof openDoors>>;
beforeEach(async () => {
  at = await openDoors();
});
afterEach(() => at.close());

test('a pinned entry stands first on its blog, once and named as pinned, until the pin is taken out', async () => {
  const { db, clock, blog } = at.world;
  const old = await published(at.world);
  clock.pass({ minutes: 5 });
  await published(at.world);
  const order = async () => {
    const page = await (await at.doors.browser().get(path.blog(blog.handle))).text();
    const items = page.split('<li class="item">').slice(1);
    return items.map((item) => [item.match(/บันทึก (\d+)/)?.[1], item.includes('ปักหมุดไว้')]);
  };
  expect(await order()).toEqual([
    ['2', false],
    ['1', false],
  ]);
  await pinEntry(db, { id: old.id, place: 'first', clock });
  expect(await order()).toEqual([
    ['1', true],
    ['2', false],
  ]);
  await pinEntry(db, { id: old.id, place: 'with-the-others', clock });
  expect((await order())[0]).toEqual(['2', false]);
});
