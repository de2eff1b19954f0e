// How often each entry was read: a number and nothing else. It does not count as shown, or each minute would empty the memory
// from which pages are answered.
import type { Kysely } from 'kysely';

export async function up({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('reads')
    .addColumn('entry', 'text', (c) => c.primaryKey().references('entries.id'))
    .addColumn('times', 'integer', (c) => c.notNull())
    .execute();
}
