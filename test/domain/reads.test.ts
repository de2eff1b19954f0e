// Reads are counted in memory and written down together; nothing that is kept in memory for readers gets old by it.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { addReads, openReadCounter, readsForAll, readsOf } from '../../src/domain/reads.ts';
import { setSetting } from '../../src/domain/settings.ts';
import { shownVersion } from '../../src/storage/database.ts';
import { listening } from '../databases.ts';
import { dump, openWorld, published, type World } from '../world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(async () => {
  vi.useRealTimers();
  await world.close();
});

test('what is counted stands in the database after a flush, once, and does not count as shown', async () => {
  const { db } = world;
  const [one, two] = [(await published(world)).id, (await published(world)).id];
  const counter = openReadCounter(db);
  for (const entry of [one, two, one]) counter.count(entry);
  expect(dump(world).reads).toEqual([]);
  await listening(db);
  const shown = shownVersion(db);
  await counter.flush();
  await counter.flush();
  counter.count(one);
  await counter.close();
  expect([await readsOf(db, { entry: one }), await readsOf(db, { entry: two })]).toEqual([3, 1]);
  expect(shownVersion(db)).toBe(shown);
});

test('the minute writes by itself', async () => {
  const { id } = await published(world);
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const counter = openReadCounter(world.db);
  counter.count(id);
  await vi.advanceTimersByTimeAsync(60_000);
  vi.useRealTimers();
  await vi.waitFor(async () => expect(await readsOf(world.db, { entry: id })).toBe(1));
  await counter.close();
});

test('what could not be written is written the next time, whole', async () => {
  const { db } = world;
  const { id } = await published(world);
  const counter = openReadCounter(db);
  counter.count(id);
  counter.count('never-was');
  await counter.flush();
  expect(dump(world).reads).toEqual([]);
  await db
    .insertInto('entries')
    .values({ ...(await entryRow(id)), id: 'never-was', number: 99 })
    .execute();
  await counter.close();
  expect(await readsOf(db, { entry: id })).toBe(1);
});

test('closing waits for what is being written down, and writes what that could not', async () => {
  const { db } = world;
  const { id } = await published(world);
  const counter = openReadCounter(db);
  counter.count(id);
  counter.count('never-was');
  const written = counter.flush();
  let over = false;
  void written.then(() => {
    over = true;
  });
  await counter.close();
  expect(over).toBe(true);
  await db
    .insertInto('entries')
    .values({ ...(await entryRow(id)), id: 'never-was', number: 99 })
    .execute();
  await counter.flush();
  expect(await readsOf(db, { entry: id })).toBe(1);
});

async function entryRow(id: string) {
  return await world.db.selectFrom('entries').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
}

test('all see the number only where the office says so', async () => {
  const { db } = world;
  const { id } = await published(world);
  await addReads(db, { reads: new Map([[id, 214]]) });
  const fresh = await published(world);
  const seen = async () => [await readsForAll(db, { entry: id }), await readsForAll(db, { entry: fresh.id })];
  expect(await seen()).toEqual([null, null]);
  await setSetting(db, { key: 'show-reads', value: 'yes' });
  expect(await seen()).toEqual([214, 0]);
  await setSetting(db, { key: 'show-reads', value: 'no' });
  expect(await seen()).toEqual([null, null]);
});
