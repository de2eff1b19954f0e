// Rows as the code reads them: bodies as text, and names written together.
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bodyText } from '../../src/storage/bodies.ts';
import { openWorld, published, type World } from '../world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

test.each(['<p>กองปุ๋ยหมัก 🌱 “น้ำ”</p>', ''])('the body %j is read as the text that was kept', async (text) => {
  const { db } = world;
  const { id } = await published(world);
  await db
    .updateTable('entries')
    .set({ html: Buffer.from(text) })
    .where('id', '=', id)
    .execute();
  const rows = await db.selectFrom('entries').select(bodyText(db, 'entries.html').as('html')).execute();
  expect(rows).toEqual([{ html: text }]);
});

test('names are together in every row, also where the first is empty, and what is in a value stays as it is', async () => {
  const { rows } = await sql`
    select null as moved_to, '{"moved_to":1}' as plain union all select 'there', 'b' order by plain desc`.execute(
    world.db,
  );
  expect(rows).toEqual([
    { movedTo: null, plain: '{"moved_to":1}' },
    { movedTo: 'there', plain: 'b' },
  ]);
});
