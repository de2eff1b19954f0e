// How often each entry was read: a number and nothing else. It does not count as shown, or each minute would empty the memory
// from which pages are answered. And indexes that hold all that counts and joins ask: an entry's state stands in its row behind
// its body, so that whoever looks there reads the body too.
import type { Kysely } from 'kysely';

export async function up({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('reads')
    .addColumn('entry', 'text', (c) => c.primaryKey().references('entries.id'))
    .addColumn('times', 'integer', (c) => c.notNull())
    .execute();
  // Unique, as the id alone is already: else the engine would go by the id and read the row.
  await schema.createIndex('entries_state').unique().on('entries').columns(['state', 'id']).execute();
  await schema.createIndex('entries_parts').on('entries').columns(['series', 'state', 'published']).execute();
  await schema.createIndex('comments_shown').on('comments').columns(['state', 'entry']).execute();
}
