// Ids that are gone stay gone.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { entomb, tombstone } from '../../src/domain/tombstones.ts';
import { emptyWorld } from '../world.ts';

let world: Awaited<ReturnType<typeof emptyWorld>>;
beforeEach(async () => {
  world = await emptyWorld();
});
afterEach(() => world.close());

test('the first word stands: said again, neither time nor author change', async () => {
  const { db, clock } = world;
  const id = 'https://example.social/notes/1';
  expect(await tombstone(db, { id })).toBeNull();
  await entomb(db, { id, actor: 'first', formerType: 'Note', clock });
  clock.pass({ days: 1 });
  await entomb(db, { id, actor: 'second', formerType: 'Article', clock });
  expect(await tombstone(db, { id })).toEqual({
    id,
    actor: 'first',
    formerType: 'Note',
    deleted: '2026-11-23T03:00:00.000Z',
  });
});
