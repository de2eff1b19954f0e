// A count that grows with whatever readers may see, so that answers kept in memory know when they are old. The database
// counts by itself: no act can forget it, and the command line is another process.
import { type Kysely, sql } from 'kysely';

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

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('shown')
    .addColumn('version', 'integer', (c) => c.notNull())
    .execute();
  await sql`insert into shown (version) values (0)`.execute(db);
  for (const table of SHOWN) {
    for (const change of ['insert', 'update', 'delete']) await counted(db, { table, change, when: '' });
  }
  await counted(db, { table: 'actors', change: 'insert', when: '' });
  await counted(db, { table: 'actors', change: 'delete', when: '' });
  const changed = ACTOR.map((column) => `old.${column} is not new.${column}`).join(' or ');
  await counted(db, { table: 'actors', change: 'update', when: `when ${changed}` });
}

async function counted(
  db: Kysely<unknown>,
  { table, change, when }: { table: string; change: string; when: string },
): Promise<void> {
  const name = sql.ref(`shown_${table}_${change}`);
  await sql`create trigger ${name} after ${sql.raw(change)} on ${sql.table(table)} ${sql.raw(when)}
    begin update shown set version = version + 1; end`.execute(db);
}
