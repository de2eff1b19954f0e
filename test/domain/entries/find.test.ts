// Finding an entry by what people and pages call it.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { entryById, entryByNumber, entryByOriginal, numberedOrRefuse } from '../../../src/domain/entries/find.ts';
import { pinEntry } from '../../../src/domain/entries/pin.ts';
import { untold } from '../../../src/domain/happenings.ts';
import { pinnedEntries } from '../../../src/domain/reading/lists.ts';
import { openWorld, published, seed, type World, withSeed } from '../../world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

test('an entry is found by id, by number, and by the number it had on GotoKnow', async () => {
  const { db } = world;
  const entry = await withSeed(world);
  expect(await entryById(db, { id: entry.id })).toEqual(entry);
  expect(await entryByNumber(db, { number: 1 })).toEqual(entry);
  expect(await numberedOrRefuse(db, { number: 1 })).toEqual(entry);
  expect(await entryByOriginal(db, { system: 'gotoknow', number: seed.original })).toEqual(entry);
});

test('what never was is null, or a refusal that names the next step', async () => {
  const { db } = world;
  expect(await entryById(db, { id: 'never' })).toBeNull();
  expect(await entryByNumber(db, { number: 99 })).toBeNull();
  expect(await entryByOriginal(db, { system: 'wordpress', number: seed.original })).toBeNull();
  await expect(numberedOrRefuse(db, { number: 99 })).rejects.toMatchObject({
    kind: 'not-found',
    telling: { en: expect.stringContaining('wethi entry list') },
  });
});

test('a pinned entry stands first on its blog until the pin is taken out, and followers’ servers hear of it', async () => {
  const { db, blog, clock } = world;
  const entry = await published(world);
  await published(world);
  await pinEntry(db, { id: entry.id, place: 'first', clock });
  expect(await pinnedEntries(db, { blog: blog.id })).toMatchObject([{ id: entry.id, number: entry.number }]);
  expect(await entryById(db, { id: entry.id })).toMatchObject({ version: 2 });
  await pinEntry(db, { id: entry.id, place: 'with-the-others', clock });
  expect(await pinnedEntries(db, { blog: blog.id })).toEqual([]);
  expect((await untold(db, { limit: 10 })).slice(2)).toMatchObject([
    { verb: 'actor.revised', actor: blog.id, object: blog.id, revision: 2 },
    { verb: 'actor.revised', actor: blog.id, object: blog.id, revision: 3 },
  ]);
});
