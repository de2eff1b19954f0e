// A form that is sent twice does its act once.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { onceOnly } from '../../src/domain/once.ts';
import { addPerson } from '../../src/domain/people.ts';
import type { Db } from '../../src/storage/database.ts';
import { dump, openWorld, type World } from '../world.ts';

let world: World;
let acts: number;
beforeEach(async () => {
  world = await openWorld();
  acts = 0;
});
afterEach(() => world.close());

const act = async (db: Db) => {
  const mine = ++acts;
  await db
    .insertInto('settings')
    .values({ key: `act${mine}`, value: '' })
    .execute();
  return { ok: true as const, location: `/done/${mine}` };
};
const send = (id: string, words: string[] = [], person = world.author.id) =>
  onceOnly(world.db, { form: { id, words }, person, clock: world.clock }, act);

test('the second sending is answered like the first, also when both come at once', async () => {
  const sent = await Promise.all([send('a', ['x']), send('a', ['x'])]);
  // On a server whoever comes second has acted too when it learns of the first; that is rolled back.
  const [done] = sent;
  expect(sent).toEqual([done, done]);
  expect(
    dump(world)
      .settings?.map((row) => (row as { key: string }).key)
      .filter((key) => key.startsWith('act')),
  ).toEqual([done?.ok && done.location.replace('/done/', 'act')]);
});

test('other words, another form, another person and a form without an id are acts of their own', async () => {
  const { db, clock } = world;
  const given = { username: 'likhit', name: '', role: 'author' as const, password: 'จดไว้ในเวทีทุกวัน' };
  const other = await addPerson(db, { ...given, clock });
  await send('a', ['x']);
  await send('a', ['y']);
  await send('b', ['x']);
  await send('a', ['x'], other.id);
  await send('', ['x']);
  await send('', ['x']);
  expect(acts).toBe(6);
});

test('what was refused or failed is not remembered, and leaves nothing', async () => {
  const { db, author, clock } = world;
  const given = { form: { id: 'a', words: [] }, person: author.id, clock };
  const refusing = () => onceOnly(db, given, async () => ({ ok: false as const, why: 'no title' }));
  expect(await refusing()).toEqual({ ok: false, why: 'no title' });
  const failing = onceOnly(db, given, async (db) => {
    await act(db);
    throw new Error('the line broke');
  });
  await expect(failing).rejects.toThrow('the line broke');
  expect(dump(world).forms).toEqual([]);
  expect(JSON.stringify(dump(world).settings)).not.toContain('act1');
  expect(await send('a')).toEqual({ ok: true, location: '/done/2' });
});

test('forms of three days ago are swept out when another is sent', async () => {
  await send('a');
  world.clock.pass({ days: 3 });
  await send('b');
  expect(dump(world).forms).toHaveLength(1);
});
