// Ids that are gone stay gone.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { entomb, isBuried, tombstone } from '../../src/domain/tombstones.ts';
import { emptyWorld } from '../world.ts';

let world: Awaited<ReturnType<typeof emptyWorld>>;
beforeEach(async () => {
  world = await emptyWorld();
});
afterEach(() => world.close());

const id = 'https://example.social/notes/1';

test('the first word stands: said again, its time does not change', async () => {
  const { db, clock } = world;
  expect(await tombstone(db, { id })).toBeNull();
  await entomb(db, { id, actor: 'author', formerType: 'Note', clock });
  clock.pass({ days: 1 });
  await entomb(db, { id, actor: 'author', formerType: 'Article', clock });
  expect(await tombstone(db, { id })).toEqual({
    id,
    actor: 'author',
    formerType: 'Note',
    deleted: '2026-11-23T03:00:00.000Z',
  });
});

test("a neighbour's word neither buries nor keeps the author from burying", async () => {
  const { db, clock } = world;
  await entomb(db, { id, actor: 'neighbour', formerType: 'Note', clock });
  expect(await isBuried(db, { id, actor: 'author' })).toBe(false);
  await entomb(db, { id, actor: 'author', formerType: 'Note', clock });
  expect(await isBuried(db, { id, actor: 'author' })).toBe(true);
});
