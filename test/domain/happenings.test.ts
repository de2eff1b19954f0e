// What must be told: in order, once, and only when the change it tells of was kept.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withdrawEntry } from '../../src/domain/entries/withdraw.ts';
import { isTold, markTold, tell, untold } from '../../src/domain/happenings.ts';
import { inTransaction } from '../../src/storage/transaction.ts';
import { dump, openWorld, published, tellings, type World } from '../world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

test('they are told in the order in which they happened, so many at a time', async () => {
  const { db, clock } = world;
  const first = await published(world);
  const second = await published(world);
  await withdrawEntry(db, { id: first.id, clock });
  const all = await untold(db, { limit: 10 });
  expect(all.map(({ verb, object }) => [verb, object])).toEqual([
    ['entry.published', first.id],
    ['entry.published', second.id],
    ['entry.withdrawn', first.id],
  ]);
  expect(all.map(({ number }) => number)).toEqual(all.map(({ number }) => number).toSorted((a, b) => a - b));
  expect(await untold(db, { limit: 2 })).toEqual(all.slice(0, 2));
});

test('what was told is not told again', async () => {
  const { db, clock } = world;
  const first = await published(world);
  const second = await published(world);
  const [oldest] = await untold(db, { limit: 1 });
  await markTold(db, { number: oldest?.number ?? 0, clock });
  expect(await untold(db, { limit: 10 })).toMatchObject([{ object: second.id, told: null }]);
  expect(await isTold(db, { object: first.id })).toBe(true);
  expect(await isTold(db, { object: second.id })).toBe(false);
});

test('an act that fails leaves neither its change nor its happening', async () => {
  const { db, clock } = world;
  const entry = await published(world);
  const before = dump(world);
  const failing = inTransaction(db, async (db) => {
    await withdrawEntry(db, { id: entry.id, clock });
    expect(await tellings({ db })).toEqual(['entry.published', 'entry.withdrawn']);
    throw new Error('the power went');
  });
  await expect(failing).rejects.toThrow('the power went');
  expect(dump(world)).toEqual(before);
});

test('further facts come back as they were given, and the number of a told one is not used again', async () => {
  const { db, clock } = world;
  await tell(db, { verb: 'liked', actor: 'blog', object: 'https://a.example/1', facts: { to: 'ผู้อ่าน "x"' }, clock });
  const [only] = await untold(db, { limit: 1 });
  expect(only).toMatchObject({ facts: { to: 'ผู้อ่าน "x"' }, revision: 0, happened: '2026-11-23T03:00:00.000Z' });
  await db.deleteFrom('happenings').execute();
  await tell(db, { verb: 'liked', actor: 'blog', object: 'https://a.example/2', clock });
  expect((await untold(db, { limit: 1 }))[0]?.number).toBe((only?.number ?? 0) + 1);
});
