// Links of a blog or of the organisation to other pages of theirs, with whether those pages link back; and the relays that
// what is published here goes to, which only the operator sees.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('links')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('actor', 'text', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('url', 'text', (c) => c.notNull())
    .addColumn('verified', 'text')
    .addColumn('checked', 'text')
    .addUniqueConstraint('links_once', ['actor', 'url'])
    .execute();
  await db.schema
    .createTable('relays')
    .addColumn('url', 'text', (c) => c.primaryKey())
    .addColumn('style', 'text', (c) => c.notNull())
    .addColumn('inbox', 'text', (c) => c.notNull())
    .addColumn('followed', 'text', (c) => c.notNull())
    .addColumn('activity', 'text', (c) => c.notNull().unique())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('since', 'text', (c) => c.notNull())
    .execute();
  await counted(db, { table: 'links', change: 'insert', when: '' });
  await counted(db, { table: 'links', change: 'delete', when: '' });
  // When it was last looked at is nobody's business.
  const changed = ['name', 'url', 'verified'].map((column) => `old.${column} is not new.${column}`).join(' or ');
  await counted(db, { table: 'links', change: 'update', when: `when ${changed}` });
}

/** What everybody may see counts in `shown`, as in 0004. */
async function counted(
  db: Kysely<unknown>,
  { table, change, when }: { table: string; change: string; when: string },
): Promise<void> {
  const name = sql.ref(`shown_${table}_${change}`);
  await sql`create trigger ${name} after ${sql.raw(change)} on ${sql.table(table)} ${sql.raw(when)}
    begin update shown set version = version + 1; end`.execute(db);
}
