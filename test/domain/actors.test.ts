// What we keep of actors from afar.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { knownActor, knowsActor, rememberActor } from '../../src/domain/actors.ts';
import { emptyWorld, meet, reader } from '../world.ts';

let world: Awaited<ReturnType<typeof emptyWorld>>;
beforeEach(async () => {
  world = await emptyWorld();
});
afterEach(() => world.close());

test('an actor is kept as it came, and known from then on', async () => {
  const { db } = world;
  expect(await knowsActor(db, { id: reader.id })).toBe(false);
  expect(await knownActor(db, { id: reader.id })).toBeNull();
  await meet(world, reader);
  expect(await knowsActor(db, { id: reader.id })).toBe(true);
  expect(await knownActor(db, { id: reader.id })).toEqual({
    ...reader,
    fetched: '2026-11-23T03:00:00.000Z',
    gone: null,
    movedTo: null,
    moved: null,
  });
});

test('the newest profile replaces the last', async () => {
  const { db, clock } = world;
  await meet(world, reader);
  clock.pass({ days: 1 });
  await rememberActor(db, { actor: { ...reader, name: 'ชื่อใหม่', sharedInbox: null }, clock });
  expect(await knownActor(db, { id: reader.id })).toMatchObject({
    name: 'ชื่อใหม่',
    sharedInbox: null,
    fetched: '2026-11-24T03:00:00.000Z',
  });
});

test('a profile without end is cut, and never inside a character', async () => {
  await meet(world, { ...reader, name: `ก${'🌾'.repeat(500)}`, summary: 'น้ำ'.repeat(9_000) });
  const kept = await knownActor(world.db, { id: reader.id });
  expect(kept?.name).toMatch(/^ก🌾{90,100}…$/u);
  expect(kept?.summary).toMatch(/^(น้ำ){600,666}…$/);
});
