// A query that is compiled once answers like one that is put together anew, on whatever handle.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase } from '../../src/storage/database.ts';
import { prepared } from '../../src/storage/prepared.ts';
import { inTransaction } from '../../src/storage/transaction.ts';
import { emptyWorld } from '../world.ts';

let world: Awaited<ReturnType<typeof emptyWorld>>;
beforeEach(async () => {
  world = await emptyWorld();
  const rows = ['a', 'b', 'c'].map((key) => ({ key, value: `${key} is set` }));
  await world.db.insertInto('settings').values(rows).execute();
});
afterEach(() => world.close());

/** Counts how often it was put together. */
function counted() {
  let built = 0;
  const among = prepared((db, { from, to }: { from: string; to: string }) => {
    built++;
    return db
      .selectFrom('settings')
      .select(['key', 'value'])
      .where('key', '>=', from)
      .where('key', '<=', to)
      .where('value', '!=', 'no')
      .orderBy('key')
      .limit(2);
  });
  return { built: () => built, among };
}

const keysOf = (rows: { key: string }[]) => rows.map(({ key }) => key);

test('each question has its own values, and the values of the query itself stay', async () => {
  const { among, built } = counted();
  expect(await among(world.db, { from: 'b', to: 'b' })).toEqual([{ key: 'b', value: 'b is set' }]);
  expect(keysOf(await among(world.db, { from: 'a', to: 'c' }))).toEqual(['a', 'b']);
  expect(await among(world.db, { from: 'x', to: 'z' })).toEqual([]);
  expect(built()).toBe(1);
});

test('questions under way at one time do not mix their values', async () => {
  const { among } = counted();
  const answers = await Promise.all(['a', 'b', 'c'].map((key) => among(world.db, { from: key, to: key })));
  expect(answers.map(keysOf)).toEqual([['a'], ['b'], ['c']]);
});

test('a transaction sees what it wrote itself, by the same compiled query', async () => {
  const { among, built } = counted();
  await among(world.db, { from: 'd', to: 'd' });
  await inTransaction(world.db, async (db) => {
    await db.insertInto('settings').values({ key: 'd', value: 'new' }).execute();
    expect(keysOf(await among(db, { from: 'd', to: 'd' }))).toEqual(['d']);
  });
  expect(built()).toBe(1);
});

test('another database has a compiled query of its own', async () => {
  const { among, built } = counted();
  const other = openDatabase({ path: world.path });
  try {
    expect(keysOf(await among(world.db, { from: 'a', to: 'a' }))).toEqual(['a']);
    expect(keysOf(await among(other, { from: 'c', to: 'c' }))).toEqual(['c']);
  } finally {
    await other.destroy();
  }
  expect(built()).toBe(2);
});
