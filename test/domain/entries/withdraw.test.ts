// Withdrawing: the words go, the number and a tombstone stay.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { entryById } from '../../../src/domain/entries/find.ts';
import { pinEntry } from '../../../src/domain/entries/pin.ts';
import { withdrawEntry } from '../../../src/domain/entries/withdraw.ts';
import { writeEntry } from '../../../src/domain/entries/write.ts';
import { untold } from '../../../src/domain/happenings.ts';
import { tagsOf } from '../../../src/domain/tags.ts';
import { tombstone } from '../../../src/domain/tombstones.ts';
import { path } from '../../../src/urls.ts';
import { dump, ORIGIN, openWorld, published, tellings, type World, withSeed, words } from '../../world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

test('a published entry leaves a tombstone and a telling; its words are in no table', async () => {
  const { db, clock } = world;
  const entry = await published(world, { source: 'ถ้อยคำที่จะถอน', highlight: 'ถ้อยคำเด่น', tags: ['น้ำ'] });
  await pinEntry(db, { id: entry.id, place: 'first', clock });
  clock.pass({ days: 1 });
  await withdrawEntry(db, { id: entry.id, clock });

  expect(await entryById(db, { id: entry.id })).toMatchObject({
    state: 'withdrawn',
    number: entry.number,
    published: entry.published,
    withdrawn: '2026-11-24T03:00:00.000Z',
    highlight: '',
    pinned: 0,
    version: 3,
  });
  expect(await tagsOf(db, { entry: entry.id })).toEqual([]);
  expect(await tombstone(db, { id: path.article(entry.id) })).toMatchObject({
    actor: world.blog.id,
    formerType: 'Article',
    deleted: '2026-11-24T03:00:00.000Z',
  });
  expect(await untold(db, { limit: 10 })).toMatchObject([
    { verb: 'entry.published' },
    { verb: 'actor.revised' },
    { verb: 'entry.withdrawn', actor: world.blog.id, object: entry.id },
  ]);
  expect(textOf(dump(world))).not.toContain('ถ้อยคำ');
});

test('an imported entry takes its raw text along', async () => {
  const { db, clock } = world;
  const entry = await withSeed(world);
  await withdrawEntry(db, { id: entry.id, clock });
  expect(await db.selectFrom('imports').select(['entry', 'raw']).execute()).toEqual([
    { entry: entry.id, raw: Buffer.alloc(0) },
  ]);
  expect(await tellings(world)).toEqual(['entry.withdrawn']);
});

test('a draft that is withdrawn tells nobody and leaves no tombstone', async () => {
  const { db, blog, clock } = world;
  const written = await writeEntry(db, {
    blog: blog.id,
    author: null,
    words: words(),
    as: 'draft',
    origin: ORIGIN,
    clock,
  });
  if (!written.ok) throw new Error('the draft was refused');
  await withdrawEntry(db, { id: written.entry.id, clock });
  expect(await entryById(db, { id: written.entry.id })).toMatchObject({ state: 'withdrawn', published: null });
  expect(await tombstone(db, { id: path.article(written.entry.id) })).toBeNull();
  expect(await tellings(world)).toEqual([]);
});

test('what was withdrawn cannot be withdrawn again', async () => {
  const { db, clock } = world;
  const entry = await published(world);
  await withdrawEntry(db, { id: entry.id, clock });
  await expect(withdrawEntry(db, { id: entry.id, clock })).rejects.toMatchObject({ kind: 'gone' });
  expect(await tellings(world)).toEqual(['entry.published', 'entry.withdrawn']);
});

function textOf(tables: Record<string, unknown[]>): string {
  return JSON.stringify(tables, (_, value: unknown) =>
    // A Buffer turns itself into this before it can be seen.
    isBytes(value) ? Buffer.from(value.data).toString() : value,
  );
}

function isBytes(value: unknown): value is { data: number[] } {
  return typeof value === 'object' && value !== null && 'type' in value && value.type === 'Buffer';
}
