// Which of us a list of followers from elsewhere names, found without asking the database more than it is worth.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { actorsListed } from '../../src/federation/synchronisation.ts';
import { absolute, path } from '../../src/urls.ts';
import { counting } from '../queries.ts';
import { ORIGIN, openWorld, type World } from '../world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

const strangers = (length: number) => Array.from({ length }, (_, n) => absolute(ORIGIN, path.actor(`nobody${n}`)));

test('a list is looked up at once, each of ours once, however long and repeated it is', async () => {
  const { db, asked } = counting(world.db);
  const [blog, organisation] = [world.blog.id, 'organisation'].map((id) => absolute(ORIGIN, path.actor(id)));
  const items = [blog, organisation, blog, ...strangers(600), organisation];
  const listed = await actorsListed({ db, origin: ORIGIN }, { items });
  expect(listed?.toSorted()).toEqual([world.blog.id, 'organisation'].toSorted());
  expect(asked()).toBeLessThan(5);
});

test('a list that names more of us than there can be is left alone', async () => {
  const { db, asked } = counting(world.db);
  const listed = await actorsListed({ db, origin: ORIGIN }, { items: strangers(10_001) });
  expect([listed, asked()]).toEqual([null, 0]);
});
