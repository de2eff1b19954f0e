// Entries: written, revised, withdrawn, and what of it is to be told.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { untold } from '../../src/domain/happenings.ts';
import { openWorld, published, seed, type World, withSeed } from '../world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(async () => {
  await world.close();
});

test('publishing an entry is written down to be told, once', async () => {
  const entry = await published(world);
  expect(await untold(world.db, { limit: 10 })).toMatchObject([{ verb: 'entry.published', object: entry.id }]);
});

test('the seed comes home with its number, dates and series, and nobody is told', async () => {
  const entry = await withSeed(world);
  expect(entry).toMatchObject({
    number: 1,
    originalNumber: seed.original,
    published: seed.published,
    revised: seed.revised,
    part: 9,
    silent: 1,
    highlight: seed.highlight,
  });
  expect(await untold(world.db, { limit: 10 })).toEqual([]);
});
