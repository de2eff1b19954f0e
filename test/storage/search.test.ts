// The index over words, by itself, on each database: the same words in, the same answers out.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CamelCasePlugin, Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { up } from '../../migrations/0006_search.ts';
import { windows } from '../../migrations/0019_at_scale.ts';
import { readQuestion } from '../../src/domain/search/question.ts';
import { wordsOf } from '../../src/domain/text/thai-words.ts';
import { type Db, openDatabase } from '../../src/storage/database.ts';
import { isPostgres } from '../../src/storage/postgres.ts';
import { type Way, wordIndex } from '../../src/storage/search.ts';
import type { Tables } from '../../src/storage/tables.ts';
import type { FindableRow } from '../../src/storage/tables-of-search.ts';
import { seed } from '../world.ts';

const SERVER = process.env.TEST_POSTGRES_URL;

/** Both cut words at their ctype's pleasure; ours were cut before. */
const DATABASES: [name: string, open: (() => Promise<{ db: Db; close(): Promise<void> }>) | null][] = [
  ['SQLite', openSqlite],
  ...(['C', 'C.UTF-8'] as const).map((ctype): (typeof DATABASES)[number] =>
    SERVER === undefined
      ? [`PostgreSQL, ctype ${ctype} (skipped: TEST_POSTGRES_URL names no server)`, null]
      : [`PostgreSQL, ctype ${ctype}`, () => openPostgres(SERVER, ctype)],
  ),
];

async function openSqlite() {
  const folder = mkdtempSync(join(tmpdir(), 'wethi-search-'));
  const db = openDatabase({ path: join(folder, 'wethi.db') });
  return {
    db,
    async close() {
      await db.destroy();
      rmSync(folder, { recursive: true });
    },
  };
}

async function openPostgres(server: string, ctype: string) {
  const name = `wethi_search_${process.pid}_${ctype.replace(/\W/g, '').toLowerCase()}`;
  const admin = new pg.Client(server);
  await admin.connect();
  await admin.query(`create database ${name} template template0 encoding 'UTF8' lc_collate 'C' lc_ctype '${ctype}'`);
  const pool = new pg.Pool({ connectionString: Object.assign(new URL(server), { pathname: `/${name}` }).href });
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }), plugins: [new CamelCasePlugin()] });
  return {
    db,
    async close() {
      await db.destroy();
      await admin.query(`drop database ${name}`);
      await admin.end();
    },
  };
}

const row = (place: number, title: string, tags: string, body: string): FindableRow => ({
  ...{ place, entry: `e${place}`, title: wordsOf(title).join(' ') },
  ...{ tags: wordsOf(tags).join(' '), body: wordsOf(body).join(' ') },
});

/** A place as those of our days are: beyond 32 bits, and beyond what a float of 32 bits tells apart. */
const NOW = Date.parse('2026-11-23T03:00:00Z') * 1_024;
const ROWS = [
  row(NOW - 2, seed.title, seed.tag, readFileSync(seed.file, 'utf8')),
  row(NOW - 1, 'คุณอำนวย', 'ตำบล', 'อื่น'),
  row(NOW, "O'Neil <-> 'quoted' & !x | y:*", '', 'example.org/a-b 1e5 -7 3.14 a@b.example'),
];

describe.each(DATABASES)('%s', (_, open) => {
  let db: Db;
  let close: () => Promise<void>;
  beforeAll(async () => {
    if (open === null) return;
    ({ db, close } = await open());
    await sql`create table entries (id text primary key)`.execute(db);
    const made = db as unknown as Kysely<unknown>;
    await up(made);
    if (isPostgres(db)) await windows(made);
    for (const row of ROWS) await put(row);
  });
  afterAll(async () => {
    if (open !== null) await close();
  });

  async function put(row: FindableRow): Promise<void> {
    await sql`insert into entries values (${row.entry}) on conflict do nothing`.execute(db);
    await db.insertInto('findable').values(row).execute();
    await wordIndex(db).put(db, row);
  }

  async function places(typed: string, way: Way, before = NOW + 1): Promise<number[]> {
    const { phrases } = readQuestion(typed) ?? { phrases: [] };
    const found = await wordIndex(db).places(db, { phrases, way, from: 0, to: before, limit: 10 });
    return found.map((place) => NOW - place);
  }

  test.skipIf(open === null).each([
    ['คุณอำนวย', [1], [2]],
    ['คุณอำนวย ตำบล', [1], [2]],
    ['ตำบล', [1], [2]],
    ['จัดการความรู้', [], [2]],
    ['อบต.', [], [2]],
    ['ปุ๋ยหมัก', [], [2]],
    ['ปุยหมัก', [], []],
    ['บางจาก', [], [2]],
    ['หมู่ที่ 1', [], [2]],
    ['ตอนที่ 9', [2], []],
    ['คน', [], [2]],
    ['2.4', [], [2]],
    ['๒.๔', [], [2]],
    ['GOTOKNO', [], []],
    ['รักเธอประเทศไทย', [2], []],
    ["O'Neil", [0], []],
    ["quoted' & !x", [0], []],
    ['y:*', [0], []],
    ['example.org', [], [0]],
    ['a-b', [], [0]],
    ['1e5', [], [0]],
    ['3.14', [], [0]],
    ['a@b.example', [], [0]],
  ])('%s', async (typed, names, text) => {
    expect([await places(typed, 'names'), await places(typed, 'text')]).toEqual([names, text]);
  });

  test.skipIf(open === null)('the beginning of a word stands apart', async () => {
    expect([await places('GOTOKNO', 'begun'), await places('GOTOKNO', 'all')]).toEqual([[2], [2]]);
    expect([await places('GOTOKNOW', 'begun'), await places('GOTOKNOW', 'all')]).toEqual([[], [2]]);
    expect(await places('คุณอำนวย ตำ', 'names')).toEqual([]);
    expect(await places('บางจาก GOTO', 'begun')).toEqual([2]);
    expect(await places('คุณอำนวย', 'all')).toEqual([1, 2]);
  });

  test.skipIf(open === null)('letters that the database does not know are in nothing', async () => {
    for (const way of ['names', 'text', 'begun', 'all'] as const) expect(await places('\u{13460}', way)).toEqual([]);
  });

  test.skipIf(open === null)('a page begins before a place, exactly', async () => {
    expect(await places('คุณอำนวย', 'names', NOW - 1)).toEqual([]);
    expect(await places('คุณอำนวย', 'names', NOW)).toEqual([1]);
  });

  test.skipIf(open === null)('what was taken out is gone, and its place is free', async () => {
    const [gone] = ROWS;
    if (gone === undefined) throw new Error('no rows');
    await db.deleteFrom('findable').where('place', '=', gone.place).execute();
    await wordIndex(db).drop(db, gone);
    expect(await places('บางจาก', 'text')).toEqual([]);
    await put(gone);
    expect(await places('บางจาก', 'text')).toEqual([2]);
  });
});
