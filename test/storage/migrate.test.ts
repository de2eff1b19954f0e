// Bringing a database forward: recorded, copied before, all or nothing a step, and never backwards.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Db, openDatabase } from '../../src/storage/database.ts';
import { knownMigrations, migrate, NewerSchema } from '../../src/storage/migrate.ts';
import { bareDatabase, dump, removeDatabase, runsOn } from '../databases.ts';

const FIRST = step("await schema.createTable('fields').addColumn('name', 'text').execute();");
const SECOND = step("await schema.createTable('ponds').addColumn('name', 'text').execute();");
const FAILING = step(
  "await schema.createTable('ponds').addColumn('name', 'text').execute(); throw new Error('the dam broke');",
);

let folder: string;
let path: string;
let steps: URL;
let db: Db;
beforeEach(async () => {
  ({ folder, path } = await bareDatabase());
  mkdirSync(join(folder, 'steps'));
  steps = pathToFileURL(`${join(folder, 'steps')}/`);
  db = openDatabase({ path });
});
afterEach(async () => {
  await db.destroy();
  await removeDatabase({ folder, path });
});

function step(body: string): string {
  return `export async function up({ schema }) { ${body} }\n`;
}

function release(files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, 'steps', name), text);
}

const applied = () => (dump({ path }).migrations ?? []).map((row) => (row as { name: string }).name);

test('an empty database gets every step in order, each recorded, and no copy', async () => {
  const done = await migrate(db, { path });
  expect(done).toEqual(knownMigrations());
  expect(done.slice(0, 3)).toEqual(['0001_words', '0002_queue', '0003_forms']);
  expect(applied()).toEqual(done);
  expect(existsSync(`${path}.before-0001_words`)).toBe(false);
});

test('a second run changes nothing', async () => {
  await migrate(db, { path });
  const before = dump({ path });
  expect(await migrate(db, { path })).toEqual([]);
  expect(dump({ path })).toEqual(before);
});

test('only files that are named like steps are steps', () => {
  release({ '0001_first.ts': FIRST, 'README.md': '', '0002_second.d.ts': '', 'notes.ts': '' });
  expect(knownMigrations({ folder: steps })).toEqual(['0001_first']);
});

test('steps import kysely and what is frozen beside them, so that a later program makes what an earlier one made', () => {
  const steps = new URL('../../migrations/', import.meta.url);
  const files = readdirSync(steps, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const imports = files.flatMap((file) =>
    [...readFileSync(new URL(file, steps), 'utf8').matchAll(/(?:\bfrom|\bimport\(?) ?'([^']+)'/g)].map(
      (match) => match[1],
    ),
  );
  expect(imports.length).toBeGreaterThanOrEqual(knownMigrations().length);
  expect(new Set(imports)).toEqual(new Set(['kysely', './steps/counted.ts', './steps/kept.ts']));
});

test('a step that fails leaves nothing of itself, and may be tried again', async () => {
  release({ '0001_first.ts': FIRST, '0002_second.ts': FAILING });
  await expect(migrate(db, { path, folder: steps })).rejects.toThrow('the dam broke');
  expect(applied()).toEqual(['0001_first']);
  expect(dump({ path }).ponds).toBeUndefined();

  rmSync(join(folder, 'steps', '0002_second.ts'));
  release({ '0003_second.ts': SECOND });
  expect(await migrate(db, { path, folder: steps })).toEqual(['0003_second']);
});

test('a database of the time before the queue keeps its words when the queue comes', async () => {
  release({ '0001_words.ts': readFileSync(new URL('../../migrations/0001_words.ts', import.meta.url), 'utf8') });
  expect(await migrate(db, { path, folder: steps })).toEqual(['0001_words']);
  await sql`insert into settings values ('origin', 'https://old.example')`.execute(db);

  expect((await migrate(db, { path })).slice(0, 3)).toEqual(['0002_queue', '0003_forms', '0004_shown']);
  expect(dump({ path })).toMatchObject({ settings: [{ value: 'https://old.example' }], lanes: [], deliveries: [] });
});

test('a database from the future is refused by name and left as it is', async () => {
  await migrate(db, { path });
  await sql`insert into migrations values ('9999_tomorrow', '2049-01-01T00:00:00.000Z')`.execute(db);
  const before = dump({ path });
  const refused = await migrate(db, { path }).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(NewerSchema);
  expect(refused).toMatchObject({ unknown: ['9999_tomorrow'], message: expect.stringContaining('9999_tomorrow') });
  expect(dump({ path })).toEqual(before);
});

test('tags of the time before learn when their entries were published, and what was there before is counted', async () => {
  const folderOf = new URL('../../migrations/', import.meta.url);
  const early = knownMigrations().filter((name) => name < '0009');
  release(
    Object.fromEntries(
      early.map((name) => [`${name}.ts`, `export { up } from '${new URL(`${name}.ts`, folderOf).href}';`]),
    ),
  );
  await migrate(db, { path, folder: steps });
  for (const row of [
    `insert into blogs (id, handle, title, summary, kind, language, licence, comments, sends_highlight, created, version) values ('b', 'h', 't', '', 'person', 'th', 'cc-by-4.0', 'open', 1, '2006', 1)`,
    `insert into tags values ('k', 'k')`,
    `insert into entries (id, number, blog, title, highlight, highlight_derived, source, html, language, licence, state, silent, pinned, created, published, version) values ('one', 1, 'b', 't', '', 0, '', '', 'th', 'cc-by-4.0', 'published', 0, 0, '2006', '2006-11-09', 1), ('two', 2, 'b', 't', '', 0, '', '', 'th', 'cc-by-4.0', 'draft', 0, 0, '2006', null, 1)`,
    `insert into entry_tags values ('one', 'k', 0, 'k'), ('two', 'k', 0, 'k')`,
    `insert into actors (id, handle, host, name, summary, url, inbox, fetched) values ('a', 'a', 'a', '', '', '', 'i', '2026')`,
    `insert into boosts values ('1', null, 'b', 'x', '2026'), ('2', null, 'organisation', 'x', '2026'), ('3', null, 'organisation', 'y', '2026'), ('4', 'a', null, 'x', '2026')`,
    `insert into followers (followed, actor, activity, since) values ('organisation', 'a', 'f', '2026')`,
  ]) {
    await sql.raw(row).execute(db);
  }
  await migrate(db, { path });
  expect(dump({ path }).entry_tags).toMatchObject([
    { entry: 'one', published: '2006-11-09', number: 1 },
    { entry: 'two', published: null, number: 2 },
  ]);
  expect(dump({ path })).toMatchObject({
    figures: [
      { owner: 'b', entries: 1, comments: 0, followers: 0, boosts: 1 },
      { owner: 'organisation', entries: 0, comments: 0, followers: 1, boosts: 2 },
    ],
    months: ['', 'b'].map((owner) => ({ owner, month: '2006-11', entries: 1 })),
    tag_figures: ['', 'b'].map((owner) => ({ tag: 'k', owner, entries: 1 })),
  });
});

describe.runIf(runsOn('sqlite', "the copy of the file: a server's copies are its operator's"))(
  'the copy of the file',
  () => {
    test('before a later step the database is copied, whole and for its owner alone', async () => {
      release({ '0001_first.ts': FIRST });
      await migrate(db, { path, folder: steps });
      await sql`insert into fields values ('บ้านมะขามเรียง')`.execute(db);
      release({ '0002_second.ts': SECOND });

      expect(await migrate(db, { path, folder: steps })).toEqual(['0002_second']);

      const copy = `${path}.before-0002_second`;
      expect(statSync(copy).mode & 0o777).toBe(0o600);
      const kept = dump({ path: copy });
      expect(kept.fields).toEqual([{ name: 'บ้านมะขามเรียง' }]);
      expect(kept.ponds).toBeUndefined();
      expect(dump({ path })).toMatchObject({ fields: [{ name: 'บ้านมะขามเรียง' }], ponds: [] });
    });

    test('several later steps share one copy, of the time before them all', async () => {
      release({ '0001_first.ts': FIRST });
      await migrate(db, { path, folder: steps });
      release({ '0002_second.ts': SECOND, '0003_third.ts': step("await schema.dropTable('fields').execute();") });
      expect(await migrate(db, { path, folder: steps })).toEqual(['0002_second', '0003_third']);
      expect(dump({ path: `${path}.before-0002_second` }).fields).toEqual([]);
      expect(existsSync(`${path}.before-0003_third`)).toBe(false);
    });

    test('a copy that is left from a failed attempt is written anew', async () => {
      release({ '0001_first.ts': FIRST });
      await migrate(db, { path, folder: steps });
      writeFileSync(`${path}.before-0002_second`, 'half a copy', { mode: 0o644 });
      release({ '0002_second.ts': SECOND });
      expect(await migrate(db, { path, folder: steps })).toEqual(['0002_second']);
      expect(dump({ path: `${path}.before-0002_second` }).fields).toEqual([]);
      expect(statSync(`${path}.before-0002_second`).mode & 0o777).toBe(0o600);
    });
  },
);
