// What only a server does: it calls out what was changed, and everything is said in its own types.
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Db, openDatabase, shownVersion, whenAdded } from '../../src/storage/database.ts';
import { bareDatabase, engine, listening, type Place, removeDatabase } from '../databases.ts';
import { openWorld, published, type World } from '../world.ts';

describe.runIf(engine === 'postgres')('on a server', () => {
  let world: World;
  let pages: Db;
  beforeEach(async () => {
    world = await openWorld();
    pages = openDatabase({ path: world.path, readonly: true });
    await listening(pages);
  });
  afterEach(async () => {
    await pages.destroy();
    await world.close();
  });

  /** Ends the connection that only listens, as a server that restarts would. */
  const deafen = () =>
    sql`select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'wethi listener' and datname = current_database()`.execute(world.db);

  test('what this process commits counts before the act has ended', async () => {
    for (let i = 0; i < 20; i++) {
      const before = shownVersion(pages);
      await published(world);
      expect(shownVersion(pages)).toBeGreaterThan(before);
    }
  });

  test('one commit counts once, although every connection is told of it', async () => {
    await Promise.all(Array.from({ length: 8 }, () => sql`select pg_sleep(0.05)`.execute(world.db)));
    const before = shownVersion(pages);
    await world.db.updateTable('blogs').set({ title: 'ชื่อใหม่' }).execute();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(shownVersion(pages)).toBe(before + 1);
  });

  test('while nobody listens no number comes twice, and afterwards it stands again', async () => {
    await deafen();
    const moves = () => [shownVersion(pages), shownVersion(pages)] as const;
    await vi.waitUntil(() => new Set(moves()).size === 2, { timeout: 5_000 });
    const before = shownVersion(pages);
    await listening(pages);
    expect(shownVersion(pages)).toBeGreaterThan(before);
  });

  test('a server that ends every connection fails who is at work, and nobody after them', async () => {
    const { db } = world;
    const cut = db.transaction().execute(async (db) => {
      await db.updateTable('blogs').set({ title: 'ครึ่งทาง' }).execute();
      await sql`select pg_terminate_backend(pg_backend_pid())`.execute(db);
    });
    await expect(cut).rejects.toMatchObject({ name: 'PostgresError' });
    expect(await db.selectFrom('blogs').select('title').execute()).toEqual([{ title: world.blog.title }]);
  });

  test('work that others add is heard, and all of it is looked for after a break', async () => {
    const heard: string[] = [];
    const deaf = whenAdded(pages, (work) => void heard.push(work));
    await published(world);
    await vi.waitUntil(() => heard.includes('happenings'));
    heard.length = 0;
    await deafen();
    await vi.waitUntil(() => heard.length === 3, { timeout: 5_000 });
    deaf();
    await published(world);
    expect(heard.sort()).toEqual(['deliveries', 'happenings', 'messages']);
  });

  test('numbers, bytes, texts and empty lists are what SQLite makes of them', async () => {
    const { db } = world;
    const row = { key: 'a', value: 'ก\0ข', expires: Date.now() };
    await db.insertInto('kv').values(row).execute();
    expect(await db.selectFrom('kv').selectAll().execute()).toEqual([{ ...row, value: 'ก\uFFFDข' }]);
    const bytes = await sql<{ found: Uint8Array }>`select ${new Uint8Array([0, 255])}::bytea as found`.execute(db);
    expect(bytes.rows[0]?.found).toEqual(Buffer.from([0, 255]));
    expect(await db.selectFrom('entries').select('id').where('number', '=', 1e30).execute()).toEqual([]);
    const blogs = db.selectFrom('blogs').select('id');
    expect(await blogs.where('id', 'in', []).execute()).toEqual([]);
    expect(await blogs.where('id', 'not in', []).execute()).toHaveLength(1);
    for (const key of ['Z', 'a-b', 'aa', 'ๆ']) await db.insertInto('settings').values({ key, value: '' }).execute();
    const keys = await db.selectFrom('settings').select('key').where('value', '=', '').orderBy('key').execute();
    expect(keys.map(({ key }) => key)).toEqual(['Z', 'a-b', 'aa', 'ๆ']);
  });
});

describe.runIf(engine === 'postgres')('a server that takes no more', () => {
  let place: Place;
  beforeEach(async () => {
    place = await bareDatabase();
  });
  afterEach(async () => await removeDatabase(place));

  test('is told from a peer’s mishap by the name of the error', async () => {
    const db = openDatabase(place);
    const failed = await sql`select nothing`.execute(db).catch((error: unknown) => error);
    expect(failed).toMatchObject({ name: 'PostgresError', code: '42703' });
    await db.destroy();
    const away = openDatabase({ path: 'postgres://wethi@127.0.0.1:1/wethi' });
    const refused = await sql`select 1`.execute(away).catch((error: unknown) => error);
    expect(refused).toMatchObject({ name: 'PostgresError', code: 'ECONNREFUSED' });
    await away.destroy();
  });
});
