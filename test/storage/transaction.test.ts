// All or nothing, also for acts that call acts.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { standingClock } from '../../src/domain/clock.ts';
import { addPerson, disablePerson } from '../../src/domain/people.ts';
import { type Db, openDatabase } from '../../src/storage/database.ts';
import { inLockingTransaction, inTransaction } from '../../src/storage/transaction.ts';
import { engine } from '../databases.ts';
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

/** Two handles, as two processes would have. On a file the second would wait for the first where it stands, and with it this process. */
async function beside<T>(work: (handles: [Db, Db]) => Promise<T>): Promise<T> {
  if (engine === 'sqlite') return await work([world.db, world.db]);
  const other = openDatabase({ path: world.path });
  try {
    return await work([world.db, other]);
  } finally {
    await other.destroy();
  }
}

const count = async (db: Db) => {
  const row = await db.selectFrom('settings').select('value').where('key', '=', 'count').executeTakeFirstOrThrow();
  return Number(row.value);
};
const setCount = (db: Db, value: number) =>
  db
    .updateTable('settings')
    .set({ value: `${value}` })
    .where('key', '=', 'count')
    .execute();

test('of many who read and then write at once nobody’s change is lost', async () => {
  await put(world.db, 'count');
  await beside(async (handles) => {
    const adding = Array.from({ length: 16 }, (_, i) =>
      inTransaction(handles[(i % 2) as 0 | 1], async (db) => await setCount(db, (await count(db)) + 1)),
    );
    await Promise.all(adding);
  });
  expect(await count(world.db)).toBe(17);
});

test('nor of those who lock what they decide upon', async () => {
  await put(world.db, 'count');
  await beside(async (handles) => {
    const adding = Array.from({ length: 16 }, (_, i) =>
      inLockingTransaction(handles[(i % 2) as 0 | 1], async (db) => {
        await db.selectFrom('settings').select('value').where('key', '=', 'count').forUpdate().execute();
        await setCount(db, (await count(db)) + 1);
      }),
    );
    await Promise.all(adding);
  });
  expect(await count(world.db)).toBe(17);
});

test('of two administrators who switch each other off at once one stays', async () => {
  const clock = standingClock('2026-11-23T03:00:00Z');
  for (const username of ['amnuay', 'likhit']) {
    await addPerson(world.db, { username, name: '', role: 'administrator', password: 'รหัสที่ยาวพอสมควร', clock });
  }
  const [one, other] = await beside(
    async ([left, right]) =>
      await Promise.allSettled([
        disablePerson(left, { username: 'amnuay' }),
        disablePerson(right, { username: 'likhit' }),
      ]),
  );
  expect([one.status, other.status].sort()).toEqual(['fulfilled', 'rejected']);
  const left = await world.db.selectFrom('people').select('id').where('disabled', '=', 0).execute();
  expect(left).toHaveLength(1);
});

test('what no new try can mend is told', async () => {
  await put(world.db, 'first');
  await expect(inTransaction(world.db, async (db) => await put(db, 'first'))).rejects.toThrow(/unique/i);
});
