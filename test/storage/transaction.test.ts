// All or nothing, also for acts that call acts.
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Db } from '../../src/storage/database.ts';
import { inTransaction } from '../../src/storage/transaction.ts';
import { emptyWorld } from '../world.ts';

let world: Awaited<ReturnType<typeof emptyWorld>>;
beforeEach(async () => {
  world = await emptyWorld();
});
afterEach(() => world.close());

const put = (db: Db, key: string) => db.insertInto('settings').values({ key, value: '1' }).execute();
const keys = async () => (await world.db.selectFrom('settings').select('key').execute()).map((row) => row.key);

test('what throws leaves nothing, and the reason comes out', async () => {
  const failing = inTransaction(world.db, async (db) => {
    await put(db, 'first');
    throw new Error('the power went');
  });
  await expect(failing).rejects.toThrow('the power went');
  expect(await keys()).toEqual([]);
});

test('an act inside an act is part of the outer one: it does not commit by itself', async () => {
  const failing = inTransaction(world.db, async (db) => {
    await inTransaction(db, async (db) => await put(db, 'inner'));
    throw new Error('later');
  });
  await expect(failing).rejects.toThrow('later');
  expect(await keys()).toEqual([]);
});

test('acts at the same time on one handle wait for each other', async () => {
  await Promise.all(['a', 'b', 'c', 'd'].map((key) => inTransaction(world.db, async (db) => await put(db, key))));
  expect((await keys()).toSorted()).toEqual(['a', 'b', 'c', 'd']);
});
