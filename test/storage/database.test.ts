// The database: shared by processes, and read by a connection that cannot write.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { openDatabase } from '../../src/storage/database.ts';
import { inTransaction } from '../../src/storage/transaction.ts';
import { bareDatabase, dump, removeDatabase } from '../databases.ts';
import { emptyWorld } from '../world.ts';

const WRITER = fileURLToPath(new URL('./writer.ts', import.meta.url));
const run = promisify(execFile);

test('a row that points nowhere is refused', async () => {
  const { db, close } = await emptyWorld();
  const lost = db.insertInto('authors').values({ blog: 'nowhere', person: 'nobody' }).execute();
  await expect(lost).rejects.toThrow(/foreign key/i);
  await close();
});

test('the connection for pages sees what was committed, and not what is under way', async () => {
  const { db, path, close } = await emptyWorld();
  const pages = openDatabase({ path, readonly: true });
  const seen = async () => (await pages.selectFrom('settings').select('key').execute()).length;
  await inTransaction(db, async (db) => {
    await db.insertInto('settings').values({ key: 'a', value: '1' }).execute();
    expect(await seen()).toBe(0);
  });
  expect(await seen()).toBe(1);
  await pages.destroy();
  await close();
});

test('the connection for pages cannot write', async () => {
  const { db, path, close } = await emptyWorld();
  const pages = openDatabase({ path, readonly: true });
  const wrong = pages.insertInto('settings').values({ key: 'a', value: '1' }).execute();
  await expect(wrong).rejects.toThrow(/read-?only/);
  expect(await db.selectFrom('settings').selectAll().execute()).toEqual([]);
  await pages.destroy();
  await close();
});

test('two processes that find nothing and write at once both succeed', async () => {
  const count = 40;
  const place = await bareDatabase();
  await Promise.all(['left', 'right'].map((name) => run(process.execPath, [WRITER, place.path, name, String(count)])));
  const { settings = [], migrations = [] } = dump(place);
  expect(settings).toHaveLength(2 * count);
  // Each saw all that was committed before it: no two read the same number of rows.
  expect(new Set(settings.map((row) => (row as { value: string }).value)).size).toBe(2 * count);
  expect(migrations.length).toBeGreaterThan(1);
  await removeDatabase(place);
});
