// The index made anew: everything that is published and nothing else, in whatever state the old one was.
import { setImmediate } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withdrawEntry } from '../../../src/domain/entries/withdraw.ts';
import { reviseEntry } from '../../../src/domain/entries/write.ts';
import { findEntries } from '../../../src/domain/search/find.ts';
import { forgetAll } from '../../../src/domain/search/keep.ts';
import { readQuestion } from '../../../src/domain/search/question.ts';
import { isIndexBeingMade, isIndexCurrent, keepIndexCurrent, reindex } from '../../../src/domain/search/reindex.ts';
import { engine } from '../../databases.ts';
import { dump, ORIGIN, openWorld, published, type World, withSeed, words } from '../../world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

async function found(typed: string): Promise<number[]> {
  const question = readQuestion(typed);
  if (question === null) throw new Error('nothing asked');
  const { finds } = await findEntries(world.db, { question, after: null, limit: 50 });
  return finds.map(({ entry }) => entry.number);
}

/** As an index is that was never made. */
async function emptied(): Promise<void> {
  await forgetAll(world.db);
}

test('an index that was never made finds everything after it was, newest first', async () => {
  for (let i = 0; i < 45; i++) {
    await published(world, { source: `กองปุ๋ยที่ ${i}` });
    world.clock.pass({ minutes: 1 });
  }
  await emptied();
  expect(await found('กองปุ๋ย')).toEqual([]);
  expect(await isIndexCurrent(world.db)).toBe(false);
  expect(await reindex(world.db)).toBe(45);
  expect(await isIndexCurrent(world.db)).toBe(true);
  expect(await found('กองปุ๋ย')).toEqual(Array.from({ length: 45 }, (_, i) => 45 - i));
});

test('making it anew twice changes nothing, and each word stands in it once', async () => {
  const seed = await withSeed(world);
  await reindex(world.db);
  const before = dump(world);
  await reindex(world.db);
  expect(dump(world).findable).toEqual(before.findable);
  expect(await found('บางจาก')).toEqual([seed.number]);
  if (engine === 'sqlite') {
    await sql`insert into search_words (search_words) values ('integrity-check')`.execute(world.db);
  }
});

test('what is no longer published is forgotten, and an index that does not fit the words beside it is mended', async () => {
  const { db, clock } = world;
  const entry = await published(world, { source: 'กองปุ๋ย' });
  const kept = await db.selectFrom('findable').selectAll().executeTakeFirstOrThrow();
  await withdrawEntry(db, { id: entry.id, clock });
  // As a program would leave it that did not know of search.
  await db.insertInto('findable').values(kept).execute();
  // On PostgreSQL the index is over the words themselves.
  if (engine === 'sqlite') await sql`insert into search_words (rowid, words) values (1, 'กอง')`.execute(db);
  expect(await reindex(db)).toBe(0);
  expect(dump(world).findable).toEqual([]);
  expect(await found('กองปุ๋ย')).toEqual([]);
});

test('it is made anew in the background when another dictionary cut the words, and only then', async () => {
  const { db } = world;
  await published(world, { source: 'กองปุ๋ย' });
  await emptied();
  const index = keepIndexCurrent(db);
  await expect.poll(() => isIndexCurrent(db), { timeout: 10_000 }).toBe(true);
  await index.stop();
  expect(await found('กองปุ๋ย')).toEqual([1]);
  await emptied();
  await keepIndexCurrent(db).stop();
  expect(await found('กองปุ๋ย')).toEqual([]);
  await db.updateTable('settings').set({ value: 'icu 1.0, rules 1' }).where('key', '=', 'search.words-by').execute();
  expect(await isIndexCurrent(db)).toBe(false);
});

test('another dictionary has it made anew under the readers: all the while every entry is found', async () => {
  const { db } = world;
  for (let i = 0; i < 60; i++) await published(world, { source: 'กองปุ๋ย' });
  await reindex(db);
  await db.updateTable('settings').set({ value: 'icu 1.0, rules 1' }).where('key', '=', 'search.words-by').execute();
  const index = keepIndexCurrent(db);
  const seen: number[] = [];
  while (!(await isIndexCurrent(db))) {
    seen.push((await found('กองปุ๋ย')).length);
    expect(await isIndexBeingMade(db)).toBe(false);
    // On SQLite nothing of this waits for the loop, and the index is made between its turns.
    await setImmediate();
  }
  await index.stop();
  expect(seen.length).toBeGreaterThan(0);
  expect(new Set(seen)).toEqual(new Set([50]));
  expect(await found('กลับกองปุ๋ยหมัก')).toHaveLength(50);
});

test('one from nothing says so until it is whole; stopped half way, it begins again at the next start', async () => {
  const { db } = world;
  await published(world);
  await reindex(db);
  expect(await isIndexBeingMade(db)).toBe(false);
  expect(await reindex(db, { signal: AbortSignal.abort() })).toBe(0);
  expect([await isIndexCurrent(db), await isIndexBeingMade(db)]).toEqual([false, true]);
  const index = keepIndexCurrent(db);
  await expect.poll(() => isIndexCurrent(db), { timeout: 10_000 }).toBe(true);
  await index.stop();
  expect(await isIndexBeingMade(db)).toBe(false);
  expect(await found('ปุ๋ยหมัก')).toEqual([1]);
});

test('a run that another one overtook stops, and does not call whole what the other emptied', async () => {
  const { db } = world;
  for (let i = 0; i < 120; i++) await published(world, { source: 'กองปุ๋ย' });
  await emptied();
  const overtaken = reindex(db);
  while ((await db.selectFrom('findable').select('place').execute()).length === 0) await setImmediate();
  // Ended at once, as a process that was killed.
  await reindex(db, { signal: AbortSignal.abort() });
  expect(await overtaken).toBeNull();
  expect([await isIndexCurrent(db), await isIndexBeingMade(db)]).toEqual([false, true]);
  const index = keepIndexCurrent(db);
  await expect.poll(() => isIndexCurrent(db), { timeout: 10_000 }).toBe(true);
  await index.stop();
  expect(await db.selectFrom('findable').select('entry').execute()).toHaveLength(120);
});

test('of two runs at once one makes the index whole, and the other leaves it to that one', async () => {
  const { db } = world;
  for (let i = 0; i < 60; i++) await published(world, { source: 'กองปุ๋ย' });
  const counts = await Promise.all([reindex(db), reindex(db)]);
  expect(counts.toSorted()).toEqual([60, null]);
  expect(await isIndexCurrent(db)).toBe(true);
  expect(await db.selectFrom('findable').select('entry').execute()).toHaveLength(60);
});

test('the words of a withdrawn entry, and those that a revision took out, are nowhere in the index', async () => {
  const { db, clock } = world;
  for (let i = 0; i < 30; i++) await published(world, { source: `ทั่วไป ${i}` });
  const entry = await published(world, { title: 'zebraquux', source: 'xylophonic', tags: ['wombatish'] });
  for (let i = 0; i < 30; i++) await published(world, { source: `ทั่วไป ${i}` });
  const other = await published(world, { title: 'quokkaward' });
  await reindex(db);
  const gone = ['ebraquux', 'ylophonic', 'ombatish', 'uokkaward'];
  const held = () => {
    const tables = dump(world);
    const bytes =
      engine === 'sqlite'
        ? Buffer.concat((tables.search_words_data as { block: Buffer }[]).map(({ block }) => block))
        : Buffer.from(JSON.stringify(tables.findable));
    return gone.filter((word) => bytes.includes(word));
  };
  expect(held()).toEqual(gone);
  await withdrawEntry(db, { id: entry.id, clock });
  expect(held()).toEqual(['uokkaward']);
  await reviseEntry(db, { id: other.id, words: words(), as: 'published', origin: ORIGIN, clock });
  expect(held()).toEqual([]);
});
