// Answers in memory are only as good as the count that says when they are old.
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Db, openDatabase, shownVersion } from '../../src/storage/database.ts';
import { inTransaction } from '../../src/storage/transaction.ts';
import { engine, listening, meddle } from '../databases.ts';
import { meet, openWorld, published, reader, type World } from '../world.ts';

/** Tables whose rows no page and no document shows. Whoever adds a table decides: here, or in the migration's list. */
const BACKSTAGE = [
  'absences',
  'blocks',
  'deliveries',
  // What search finds is an entry's words, which count themselves, and its page is never answered from memory.
  'findable',
  'feed_changes',
  // Kept of what counts itself.
  ...['figures', 'latest', 'months', 'tag_figures'],
  'forms',
  'happenings',
  'imports',
  'invitations',
  'kv',
  'lanes',
  'messages',
  'migrations',
  'reads',
  'received',
  ...['', '_config', '_data', '_docsize', '_idx'].map((part) => `search_words${part}`),
  'relays',
  'report_subjects',
  'reports',
  'senders',
  'sessions',
  'shown',
];

/** The count, and what the index of words is made of. */
const ONLY_IN_FILES = /^(?:shown|search_words.*)$/;

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

test('every table either counts each insert, update and delete, or is named as one that nobody is shown', async () => {
  const tables = (await world.db.introspection.getTables()).map(({ name }) => name);
  const counted = tables.filter((table) => !BACKSTAGE.includes(table));
  const wanted = counted.flatMap((table) => ['insert', 'update', 'delete'].map((change) => `shown_${table}_${change}`));
  const triggers =
    engine === 'sqlite'
      ? sql<{ name: string }>`select name from sqlite_master where type = 'trigger' and name like 'shown_%'`
      : sql<{ name: string }>`select tgname as name from pg_trigger where tgname like 'shown_%'`;
  const { rows } = await triggers.execute(world.db);
  expect(rows.map(({ name }) => name).toSorted()).toEqual(wanted.toSorted());
  expect(tables).toEqual(
    expect.arrayContaining(BACKSTAGE.filter((table) => engine === 'sqlite' || !ONLY_IN_FILES.test(table))),
  );
});

test('what another process writes is seen, and what it takes back never', async () => {
  const before = shownVersion(pages);
  const other = openDatabase({ path: world.path });
  const takenBack = inTransaction(other, async (db) => {
    await db.updateTable('blogs').set({ title: 'ชื่อใหม่' }).execute();
    expect(shownVersion(pages)).toBe(before);
    throw new Error('taken back');
  });
  await expect(takenBack).rejects.toThrow('taken back');
  expect(shownVersion(pages)).toBe(before);
  await other.destroy();
  await meddle(world, "update blogs set title = 'ชื่อใหม่'");
  expect(shownVersion(pages)).not.toBe(before);
});

test('an entry counts, and the work of telling it does not', async () => {
  const before = shownVersion(pages);
  await published(world);
  const after = shownVersion(pages);
  expect(after).toBeGreaterThan(before);
  await world.db.updateTable('happenings').set({ attempts: 3 }).execute();
  await world.db.insertInto('kv').values({ key: 'a', value: '1', expires: 1 }).execute();
  expect(shownVersion(pages)).toBe(after);
});

test('an actor who is asked for again counts only when something of them is new', async () => {
  await meet(world, reader);
  const before = shownVersion(pages);
  await world.db.updateTable('actors').set({ fetched: '2026-11-23T05:00:00.000Z' }).execute();
  expect(shownVersion(pages)).toBe(before);
  await world.db.updateTable('actors').set({ name: 'ชื่อใหม่' }).execute();
  expect(shownVersion(pages)).toBeGreaterThan(before);
});

test('inside a transaction nobody asks', async () => {
  await inTransaction(world.db, async (db) => {
    expect(() => shownVersion(db)).toThrow('openDatabase');
  });
});
