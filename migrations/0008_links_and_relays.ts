// Links of a blog or of the organisation to other pages of theirs, with whether those pages link back; and the relays that
// what is published here goes to, which only the operator sees.
import type { Kysely } from 'kysely';
import { countShown } from './steps/counted.ts';

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
  await countShown(db, { table: 'links', change: 'insert' });
  await countShown(db, { table: 'links', change: 'delete' });
  // When it was last looked at is nobody's business.
  await countShown(db, { table: 'links', change: 'update', changed: ['name', 'url', 'verified'] });
}
