// A count that grows with whatever readers may see, so that answers kept in memory know when they are old. The database
// counts by itself: no act can forget it, and the command line is another process. PostgreSQL calls each change out instead
// of counting, because every writer would wait for the one row; it calls out added work too, so that nobody has to look for it.
import { type Kysely, PostgresAdapter, sql } from 'kysely';
import { countShown } from './steps/counted.ts';

/** Tables whose rows reach a page or a document for everybody. */
const SHOWN = [
  'settings',
  'organisations',
  'people',
  'blogs',
  'authors',
  'keys',
  'series',
  'entries',
  'tags',
  'entry_tags',
  'comments',
  'posts',
  'post_tags',
  'replies',
  'followers',
  'following',
  'likes',
  'tombstones',
  'activities',
];

/** What pages show of an actor; when it was last asked for is nobody's business. */
const ACTOR = ['handle', 'host', 'name', 'summary', 'url', 'icon', 'gone'];

/** Tables that workers wait for. */
const WORK = ['happenings', 'deliveries', 'messages'];

export async function up(db: Kysely<unknown>): Promise<void> {
  if (db.getExecutor().adapter instanceof PostgresAdapter) await callOut(db);
  else await countUp(db);
  for (const table of SHOWN) {
    for (const change of ['insert', 'update', 'delete'] as const) await countShown(db, { table, change });
  }
  await countShown(db, { table: 'actors', change: 'insert' });
  await countShown(db, { table: 'actors', change: 'delete' });
  await countShown(db, { table: 'actors', change: 'update', changed: ACTOR });
}

async function countUp(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('shown')
    .addColumn('version', 'integer', (c) => c.notNull())
    .execute();
  await sql`insert into shown (version) values (0)`.execute(db);
}

/** Equal calls of one transaction are one call, which is heard when it commits. */
async function callOut(db: Kysely<unknown>): Promise<void> {
  await sql`create function call_out_shown() returns trigger language plpgsql as $$
    begin perform pg_notify('wethi_shown', pg_current_xact_id()::text); return null; end $$`.execute(db);
  await sql`create function call_out_added() returns trigger language plpgsql as $$
    begin perform pg_notify('wethi_added', tg_table_name); return null; end $$`.execute(db);
  for (const table of WORK) {
    await sql`create trigger ${sql.ref(`added_${table}`)} after insert on ${sql.table(table)}
      for each statement execute function call_out_added()`.execute(db);
  }
}
