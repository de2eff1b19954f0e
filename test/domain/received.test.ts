// Each activity from afar takes effect once.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { applyOnce, wasApplied } from '../../src/domain/received.ts';
import { emptyWorld } from '../world.ts';

let world: Awaited<ReturnType<typeof emptyWorld>>;
beforeEach(async () => {
  world = await emptyWorld();
});
afterEach(() => world.close());

const activity = 'https://example.social/activities/1';
const actor = 'https://example.social/users/reader';

test('§15.95 twenty copies at once have one effect', async () => {
  const { db, clock } = world;
  let effects = 0;
  const answers = await Promise.all(
    Array.from({ length: 20 }, () =>
      applyOnce(db, { activity, actor, clock }, async (db) => {
        effects++;
        await db
          .insertInto('settings')
          .values({ key: `effect ${effects}`, value: '1' })
          .execute();
        return 'done';
      }),
    ),
  );
  expect(effects).toBe(1);
  expect(answers.filter((answer) => answer === 'done')).toHaveLength(1);
  expect(answers.filter((answer) => answer === 'again')).toHaveLength(19);
  expect(await db.selectFrom('settings').select('key').execute()).toEqual([{ key: 'effect 1' }]);
});

test('an effect that failed was not applied, and may be tried again', async () => {
  const { db, clock } = world;
  const failing = applyOnce(db, { activity, actor, clock }, async (db) => {
    await db.insertInto('settings').values({ key: 'half', value: '1' }).execute();
    throw new Error('the power went');
  });
  await expect(failing).rejects.toThrow('the power went');
  expect(await db.selectFrom('settings').selectAll().execute()).toEqual([]);
  expect(await wasApplied(db, { id: activity, actor })).toBe(false);
  expect(await applyOnce(db, { activity, actor, clock }, async () => 'done')).toBe('done');
});

test('it is remembered with the actor it came from', async () => {
  const { db, clock } = world;
  await applyOnce(db, { activity, actor, clock }, async () => 'done');
  expect(await wasApplied(db, { id: activity, actor })).toBe(true);
  expect(await wasApplied(db, { id: activity, actor: 'https://example.social/users/another' })).toBe(false);
  expect(await wasApplied(db, { id: 'https://example.social/activities/2', actor })).toBe(false);
});
