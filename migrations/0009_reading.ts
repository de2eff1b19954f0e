// How often each entry was read: a number and nothing else. It does not count as shown, or each minute would empty the memory
// from which pages are answered. And indexes that hold all that counts and joins ask: an entry's state stands in its row behind
// its body, so that whoever looks there reads the body too.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  await schema
    .createTable('reads')
    .addColumn('entry', 'text', (c) => c.primaryKey().references('entries.id'))
    .addColumn('times', 'integer', (c) => c.notNull())
    .execute();
  // Unique, as the id alone is already: else the engine would go by the id and read the row.
  await schema.createIndex('entries_state').unique().on('entries').columns(['state', 'id']).execute();
  await schema.createIndex('entries_parts').on('entries').columns(['series', 'state', 'published']).execute();
  await schema.createIndex('comments_shown').on('comments').columns(['state', 'entry']).execute();
  await datedTags(db);
}

/** A tag's list is read newest first, so the date stands beside the tag; drafts have none. */
async function datedTags(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  await schema.alterTable('entry_tags').addColumn('published', 'text').execute();
  await schema
    .alterTable('entry_tags')
    .addColumn('number', 'integer', (c) => c.notNull().defaultTo(0))
    .execute();
  await sql`update entry_tags set
    published = (select published from entries where entries.id = entry_tags.entry and entries.state = 'published'),
    number = (select number from entries where entries.id = entry_tags.entry)`.execute(db);
  await schema.createIndex('entry_tags_newest').on('entry_tags').columns(['tag', 'published', 'number']).execute();
}
